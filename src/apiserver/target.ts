/** What a method and a path ask for, as upstream's RequestInfo sees it: the terms in which rules, audit and metrics speak. */
import { refuse } from '#kinds/meta/refusal.ts'
import type { Target } from './request.ts'

/** Subresources of a namespace itself; whatever else follows a namespace's name is a resource inside it. */
const OF_NAMESPACE = new Set(['status', 'finalize'])
/** Deprecated prefixes that name a verb: `/api/v1/watch/pods`. */
const PATH_VERBS = new Set(['watch', 'proxy'])
const BY_METHOD: ReadonlyMap<string, string> = new Map([
  ['GET', 'get'],
  ['HEAD', 'get'],
  ['POST', 'create'],
  ['PUT', 'update'],
  ['PATCH', 'patch'],
  ['DELETE', 'delete'],
])
const NOTHING = { group: '', version: '', resource: '', subresource: '', namespace: '', name: '', rest: [] } as const

/** Throws BadRequest when the path is not valid percent-encoding. */
export function targetOf(method: string, rawPath: string, query: URLSearchParams): Target {
  const path = decoded(rawPath)
  const parts = path.split('/').filter(part => part !== '')
  const isOfGroup = parts[0] === 'apis'
  // `/api/v1` and `/apis/apps/v1` are discovery: a resource is named by at least three, respectively four, segments.
  if (parts.length < 3 || (!isOfGroup && parts[0] !== 'api')) return elsewhere(method, path)
  const group = isOfGroup ? (parts[1] as string) : ''
  const version = parts[isOfGroup ? 2 : 1] as string
  // Where the resource stands.
  let at = isOfGroup ? 3 : 2
  if (parts.length === at) return { ...elsewhere(method, path), group, version }
  let verb = BY_METHOD.get(method) ?? ''
  if (PATH_VERBS.has(parts[at] as string)) {
    if (parts.length < at + 2) return elsewhere(method, path)
    verb = parts[at] as string
    at++
  }
  let namespace = ''
  if (parts[at] === 'namespaces' && parts.length > at + 1) {
    namespace = parts[at + 1] as string
    if (parts.length > at + 2 && !OF_NAMESPACE.has(parts[at + 2] as string)) at += 2
  }
  const resource = parts[at] as string
  let name = parts[at + 1] ?? ''
  const subresource = parts[at + 2] ?? ''
  const rest = parts.length > at + 3 ? parts.slice(at + 3) : NOTHING.rest
  if (!name && verb === 'get') verb = isTrue(query.get('watch')) ? 'watch' : 'list'
  else if (!name && verb === 'delete') verb = 'deletecollection'
  // A collection narrowed to one name counts as that name, so that rules with resourceNames can allow it.
  if (!name && (verb === 'list' || verb === 'watch' || verb === 'deletecollection')) name = selectedName(query.get('fieldSelector'))
  return { verb, isResource: true, path, group, version, resource, subresource, namespace, name, rest }
}

const elsewhere = (method: string, path: string): Target => ({ verb: method.toLowerCase(), isResource: false, path, ...NOTHING })

/** The name a field selector demands, if it demands exactly one. */
export function selectedName(fieldSelector: string | null): string {
  const found = fieldSelector?.split(',').map(term => /^metadata\.name==?([^=!]+)$/.exec(term.trim())?.[1])
  return found?.find(name => name !== undefined) ?? ''
}
/** How Go reads a boolean in a query: absent, 0 and false are false, the rest is true. */
export const isTrue = (value: string | null): boolean => value !== null && !['false', '0'].includes(value.toLowerCase())

function decoded(path: string): string {
  if (!path.includes('%')) return path
  try {
    return decodeURIComponent(path)
  } catch (cause) {
    if (!(cause instanceof URIError)) throw cause
    throw refuse.badRequest(`invalid URL escape in path "${path.slice(0, 200)}"`)
  }
}
