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
