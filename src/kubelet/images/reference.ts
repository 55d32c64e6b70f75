/** Image references as people write them and as the runtime files them. */

/** Docker Hub's name, and the folder of its official images. */
const DEFAULT_HOST = 'docker.io'
const DEFAULT_FOLDER = 'library'

/**
 * The full form of a reference: `nginx` → `docker.io/library/nginx:latest`, `localhost:5000/a@sha256:…` stays.
 * Reference: distribution, reference/normalize.go.
 */
export function fullReference(reference: string): string {
  const [first = '', ...rest] = reference.split('/')
  // The first part is a host when it could not be anything else.
  const hasHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase())
  const host = hasHost ? first : DEFAULT_HOST
  const path = hasHost ? rest.join('/') : reference
  const folder = host === DEFAULT_HOST && !path.includes('/') ? `${DEFAULT_FOLDER}/` : ''
  const tag = /@|:[^/]*$/.test(path) ? '' : ':latest'
  return `${host === 'index.docker.io' ? DEFAULT_HOST : host}/${folder}${path}${tag}`
}

/** Distribution's grammar of references, as far as users can break it. */
const REFERENCE =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::\d+)?\/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::\w[\w.-]{0,127})?(?:@[A-Za-z][\w+.-]*:[0-9a-fA-F]{32,})?$/

/** What is wrong with a reference, in the words of distribution; undefined when nothing is. */
export function faultOf(reference: string): string | undefined {
  if (REFERENCE.test(reference)) return undefined
  if (!REFERENCE.test(reference.toLowerCase())) return 'invalid reference format'
  const name = fullReference(reference)
    .replace(/^[^/]*\//, '')
    .replace(/[:@].*$/, '')
  return name === name.toLowerCase() ? 'invalid reference format' : `invalid reference format: repository name (${name}) must be lowercase`
}
