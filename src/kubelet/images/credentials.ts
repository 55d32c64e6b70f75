/** Which credentials are offered to a registry: those whose registry path fits the image, best match first. */
import { decodeBase64 } from '#base/base64.ts'

export interface PullCredentials {
  readonly username: string
  readonly password: string
}
/** From whom credentials come: the node itself, a secret of the pod, or the pod's account, for which a provider vouched. */
export type Origin =
  | { readonly kind: 'node' }
  | { readonly kind: 'secret' | 'account'; readonly uid: string; readonly namespace: string; readonly name: string }
export interface Offer {
  readonly credentials: PullCredentials
  readonly origin: Origin
}
interface PullSecret {
  readonly metadata?: { readonly uid?: string; readonly namespace?: string; readonly name?: string }
  readonly type?: string
  readonly data?: Readonly<Record<string, string>>
}
interface DockerAuth {
  readonly username?: string
  readonly password?: string
  readonly auth?: string
}

/** Credentials by the registry path for which they are. */
export type Auths = readonly (readonly [server: string, auth: DockerAuth])[]
export type AuthsOfOrigin = readonly (readonly [server: string, auth: DockerAuth, origin: Origin])[]

/** What the pull secrets of a pod offer for an image. */
export const offersOf = (image: string, secrets: readonly PullSecret[]): readonly Offer[] =>
  bestFirst(
    image,
    secrets.flatMap(secret => {
      const { uid = '', namespace = '', name = '' } = secret.metadata ?? {}
      return authsOf(secret).map(([server, auth]) => [server, auth, { kind: 'secret', uid, namespace, name }] as const)
    }),
  )

/** Those that fit an image, the most specific registry path first. */
export const bestFirst = (image: string, auths: AuthsOfOrigin): readonly Offer[] =>
  auths
    .map(([server, auth, origin]) => ({ path: normal(server), credentials: pair(auth), origin }))
    .filter(({ path, credentials }) => credentials !== undefined && matchesImage(path, image))
    .toSorted((a, b) => b.path.length - a.path.length)
    .map(({ credentials, origin }) => ({ credentials: credentials as PullCredentials, origin }))

/** Format: docker's config.json and the older dockercfg. */
export function authsOf({ type, data = {} }: PullSecret): Auths {
  const key = type === 'kubernetes.io/dockercfg' ? '.dockercfg' : '.dockerconfigjson'
  const text = data[key]
  if (!text) return []
  try {
    const config = JSON.parse(Buffer.from(decodeBase64(text)).toString()) as Record<string, unknown>
    return Object.entries((key === '.dockercfg' ? config : (config.auths ?? {})) as Record<string, DockerAuth>)
  } catch (error) {
    // A secret that cannot be read offers nothing; the registry then says what is missing.
    if (error instanceof SyntaxError) return []
    throw error
  }
}
function pair({ username, password, auth }: DockerAuth): PullCredentials | undefined {
  if (username !== undefined && password !== undefined) return { username, password }
  if (!auth) return undefined
  const text = Buffer.from(decodeBase64(auth)).toString()
  const colon = text.indexOf(':')
  return colon < 0 ? undefined : { username: text.slice(0, colon), password: text.slice(colon + 1) }
}

/** `registry/path` without scheme and version: `https://index.docker.io/v1/` is `index.docker.io`. */
const normal = (server: string) =>
  server
    .replace(/^https?:\/\//, '')
    .replace(/\/v[12]\/?$/, '')
    .replace(/\/$/, '')

function registryPathOf(image: string): string {
  const first = image.split('/')[0] as string
  return /[.:]|^localhost$/.test(first) && image.includes('/')
    ? image
    : `index.docker.io/${image.includes('/') ? image : `library/${image}`}`
}
/** The registry of an image, with its port. */
export const registryOf = (image: string): string => registryPathOf(image).split('/')[0] as string

/** `*.example.com/team` matches `registry.example.com/team/app`. */
export function matchesImage(pattern: string, image: string): boolean {
  const [host = '', ...folders] = pattern.replace(/^docker\.io/, 'index.docker.io').split('/')
  const [imageHost = '', ...rest] = registryPathOf(image).split('/')
  const hostParts = host.split('.')
  const imageParts = imageHost.split('.')
  const isHost = hostParts.length === imageParts.length && hostParts.every((part, at) => part === imageParts[at] || part === '*')
  return isHost && rest.join('/').startsWith(folders.join('/'))
}
