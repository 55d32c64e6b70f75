/** Hostile requests: any method on any path with any query, headers and body; deterministic by seed. */
import type { ServedGroup } from '#apiserver/resources/registry.ts'
import type { Resource } from '#apiserver/resources/resource.ts'
import { type Body, MEDIA, objectBody, objectFor, patchBody, type Subject } from './bodies.ts'
import { Chance } from './chance.ts'
import { MANIFESTS } from './manifests.ts'
import { jsonOf, TEXTS } from './values.ts'

export interface HostileRequest {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: Uint8Array
  /** Who asks; undefined: whom the headers say. */
  readonly user: 'admin' | 'nobody' | undefined
  /** What must be answered, where the one mistake of the request decides it. */
  readonly expected?: { readonly code: number; readonly because: string }
}
/** The sound object of each manifest, as a request to create it. */
export function soundRequests(groups: readonly ServedGroup[]): readonly HostileRequest[] {
  return Object.keys(MANIFESTS).map(key => {
    const resource = resourceOf(key.split('/') as [string, string], groups)
    const namespace = resource.isNamespaced ? 'default' : ''
    const object = objectFor({ kind: resource.kind, name: 'a', namespace }, new Chance(1), 0)
    return {
      method: 'POST',
      path: pathOf(resource, namespace),
      query: 'fieldValidation=Strict',
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(object)),
      user: 'admin',
      expected: { code: 201, because: key },
    }
  })
}

/** Few, so that requests meet each other's objects and what is stored stays bounded. */
const OBJECT_NAMES = ['a', 'a', 'a', 'a', 'b', 'c', 'd']
const NAMESPACES = [...Array.from({ length: 12 }, () => 'default'), 'other', 'other', 'missing']

export function requestOf(seed: number, groups: readonly ServedGroup[]): HostileRequest {
  const chance = new Chance(Math.imul(seed, 0x9e3779b1))
  const resources = chance.pick(chance.pick(groups).versions).resources
  const usual = chance.pick(Object.keys(MANIFESTS)).split('/') as [string, string]
  const resource = chance.once(3) ? chance.pick(resources) : resourceOf(usual, groups)
  const one = new Writer(chance, resource)
  return chance.once(5) ? one.withOneMistake() : one.anything()
}

function resourceOf([group, plural]: readonly [string, string], groups: readonly ServedGroup[]): Resource {
  const resources = groups.find(served => served.group === group)?.versions.flatMap(version => version.resources)
  const found = resources?.find(({ kind }) => kind.options.plural === plural)
  if (!found) throw new Error(`send hostile ${group}/${plural}: it is not served`)
  return found
}

class Writer {
  readonly #chance: Chance
  readonly #resource: Resource
  readonly #name: string
  readonly #namespace: string
  constructor(chance: Chance, resource: Resource) {
    this.#chance = chance
    this.#resource = resource
    this.#name = chance.pick(OBJECT_NAMES)
    this.#namespace = resource.isNamespaced ? chance.pick(NAMESPACES) : ''
  }

  anything(): HostileRequest {
    const chance = this.#chance
    const { verb, subresource } = this.#verb()
    const body = this.#body(verb)
    const isStranger = chance.once(30)
    return {
      method: chance.once(60) ? chance.pick(['OPTIONS', 'TRACE', 'HEAD', 'CONNECT', 'get', '', '__proto__', 'PROPFIND']) : METHODS[verb],
      path: chance.once(20) ? this.#strangePath(subresource) : this.#path(verb, subresource),
      query: this.#query(verb),
      headers: this.#headers(body),
      body: body.bytes,
      user: isStranger ? (chance.once(2) ? undefined : 'nobody') : 'admin',
    }
  }

  /** Sound but for one thing, which decides the answer. */
  withOneMistake(): HostileRequest {
    const chance = this.#chance
    const { kind, verbs, isNamespaced } = this.#resource
    const namespace = isNamespaced ? 'default' : ''
    const subject: Subject = { kind, name: this.#name, namespace }
    const collection = pathOf(this.#resource, namespace)
    const sound = { headers: { 'content-type': 'application/json' }, query: '', body: new Uint8Array(), user: 'admin' as const }
    const object = () => jsonOf(objectFor(subject, new Chance(1), 0), new Chance(2))
    const post = (body: string | Uint8Array, code: number, because: string, more: Partial<HostileRequest> = {}): HostileRequest => ({
      ...sound,
      method: 'POST',
      path: collection,
      body: Buffer.from(body),
      expected: { code, because },
      ...more,
    })
    const ask = (path: string, code: number, because: string, more: Partial<HostileRequest> = {}): HostileRequest => ({
      ...sound,
      method: 'GET',
      path,
      expected: { code, because },
      ...more,
    })
    const readable = verbs.includes('list')
    const writable = verbs.includes('create')
    const ways: (readonly [number, () => HostileRequest])[] = [
      [1, () => ask(`${collection}x`, 404, 'no such resource')],
      [1, () => ask(`/apis/example.invalid/v1/${kind.options.plural}`, 404, 'no such group')],
      [1, () => ask(`${collection}/a/nosuchthing`, 404, 'no such subresource')],
    ]
    if (writable)
      ways.push(
        [2, () => post(chance.pick(['{', '{"a":}', '[1,', '{"a":1,}', '"', "{'a':1}"]), 400, 'broken JSON')],
        [1, () => post(chance.pick(['null', '[]', '"x"', '1']), 400, 'not an object')],
        [
          1,
          () => post(object(), 415, 'unknown media type', { headers: { 'content-type': chance.pick(['application/cbor', 'text/plain']) } }),
        ],
        [1, () => post(JSON.stringify({ apiVersion: 'v9', kind: kind.name }), 400, 'wrong version')],
        [1, () => post(JSON.stringify({ apiVersion: kind.apiVersion, kind: 'Nosuch' }), 400, 'wrong kind')],
        [1, () => post(object(), 422, 'unknown dryRun', { query: 'dryRun=Some' })],
        [1, () => post(object(), 422, 'unknown fieldValidation', { query: 'fieldValidation=strict' })],
        [1, () => post(object(), 422, 'long field manager', { query: `fieldManager=${'x'.repeat(129)}` })],
        [2, () => post(object().replace('{', '{"nosuch":1,'), 400, 'unknown field', { query: 'fieldValidation=Strict' })],
        [1, () => post(object().replace('{', '{"kind":"X",'), 400, 'field twice', { query: 'fieldValidation=Strict' })],
        [1, () => post(`{"apiVersion":"${kind.apiVersion}","kind":"${kind.name}","metadata":[]}`, 400, 'metadata of the wrong type')],
        [1, () => post(`${'{"metadata":'.repeat(400)}1${'}'.repeat(400)}`, 400, 'nested too deep')],
        [1, () => post(object(), 406, 'unknown answer type', { headers: { accept: 'text/plain', 'content-type': 'application/json' } })],
      )
    if (readable)
      ways.push(
        [1, () => ask(collection, 406, 'unknown answer type', { headers: { accept: 'application/cbor' } })],
        [1, () => ask(collection, 400, 'broken resourceVersion', { query: `resourceVersion=${chance.pick(['x', '-1', '1.5', '0x1'])}` })],
        [1, () => ask(collection, 400, 'broken label selector', { query: `labelSelector=${chance.pick(['a in b', '=', '!', 'a=b=c,'])}` })],
        [
          1,
          () =>
            ask(collection, 400, 'broken field selector', { query: `fieldSelector=${chance.pick(['nosuch.field=1', 'metadata.name'])}` }),
        ],
        [1, () => ask(collection, 422, 'match without version', { query: 'resourceVersionMatch=Exact' })],
        [1, () => ask(`${collection}/nosuch`, 404, 'no such object')],
        [1, () => ask(`${collection}/nosuch`, 405, 'method not served', { method: 'POST', body: Buffer.from('{}') })],
      )
    // Component statuses are made up on the spot, and have no states to read at.
    if (readable && verbs.includes('watch'))
      ways.push(
        [1, () => ask(collection, 400, 'broken continue', { query: `continue=${chance.pick(['x', 'e30', 'bnVsbA', 'W10'])}` })],
        [1, () => ask(collection, 504, 'resourceVersion of the future', { query: 'resourceVersion=999999999999' })],
      )
    if (verbs.includes('patch'))
      ways.push([1, () => ask(`${collection}/a`, 415, 'no type of patch', { method: 'PATCH', body: Buffer.from('{}') })])
    return chance.way(ways)
  }

  #verb(): { readonly verb: Verb; readonly subresource: string } {
    const chance = this.#chance
    // Rarely, so that others find something.
    const verb = chance.once(60) ? 'deletecollection' : chance.pick(VERBS)
    const served = this.#resource.subresources.map(({ name }) => name).filter(name => !REACHING.has(name))
    return { verb, subresource: chance.once(6) ? chance.pick([...served, chance.pick(STRAY)]) : '' }
  }
  #path(verb: Verb, subresource: string): string {
    const isCollection = ['create', 'list', 'watch', 'deletecollection'].includes(verb) && !subresource
    const namespace = isCollection && verb !== 'create' && this.#chance.once(3) ? '' : this.#namespace
    const name = this.#chance.once(15) ? encodeURIComponent(wellFormed(this.#chance.pick(TEXTS))) : this.#name
    return `${pathOf(this.#resource, namespace)}${isCollection ? '' : `/${name}`}${subresource && `/${subresource}`}`
  }
  #strangePath(subresource: string): string {
    const chance = this.#chance
    const whole = this.#path(chance.pick(VERBS), subresource)
    const parts = whole.split('/')
    const at = chance.below(parts.length)
    return chance.way<string>([
      [2, () => chance.pick(PATHS)],
      [3, () => parts.with(at, chance.pick(SEGMENTS)).join('/')],
      [1, () => parts.toSpliced(at, 1).join('/')],
      [1, () => parts.toSpliced(at, 0, chance.pick(SEGMENTS)).join('/')],
      [1, () => `${whole}/${'a/'.repeat(chance.pick([1, 50, 2_000]))}`],
    ])
  }
  #query(verb: Verb): string {
    const chance = this.#chance
    const terms: string[] = verb === 'watch' ? ['watch=1'] : []
    if (chance.once(2)) return terms.join('&')
    for (let left = 1 + chance.below(3); left > 0; left--) {
      const [name, values] = chance.pick(PARAMETERS)
      const value = chance.once(4) ? encodeURIComponent(wellFormed(chance.pick(TEXTS))) : chance.pick(values)
      terms.push(`${name}=${value}`)
    }
    if (chance.once(40)) terms.push(chance.pick(['%', '&&&', '=', '%zz=1', '__proto__=1', 'watch', 'dryRun', 'a[b]=c', '%00=%00']))
    return terms.join('&')
  }
  #body(verb: Verb): Body {
    const chance = this.#chance
    const subject: Subject = { kind: this.#resource.kind, name: this.#name, namespace: this.#namespace }
    if (chance.once(40)) return objectBody(subject, chance)
    if (verb === 'patch') return patchBody(subject, chance)
    if (verb === 'create' || verb === 'update') return objectBody(subject, chance)
    if (verb === 'delete' || verb === 'deletecollection') {
      const text = chance.once(2) ? '' : chance.once(3) ? chance.pick(TEXTS) : jsonOf(chance.pick(DELETIONS), chance)
      return { type: chance.once(10) ? chance.pick(MEDIA) : 'application/json', bytes: Buffer.from(text) }
    }
    return { type: '', bytes: new Uint8Array() }
  }
  #headers(body: Body): HostileRequest['headers'] {
    const chance = this.#chance
    const headers: Record<string, string | readonly string[] | undefined> = {}
    if (body.type) headers['content-type'] = chance.once(60) ? [body.type, 'x'] : body.type
    if (chance.once(3)) headers['accept'] = chance.pick(ACCEPTS)
    if (chance.once(4)) headers['user-agent'] = chance.pick(['kubectl/v1.36', 'curl/8', 'Mozilla/5.0', '', '/', 'é/1', 'a'.repeat(500)])
    if (chance.once(40)) Object.assign(headers, chance.pick(IDENTITIES))
    return headers
  }
}
const wellFormed = (text: string) => text.toWellFormed()
const pathOf = ({ kind: { group, version, options } }: Resource, namespace: string) =>
  `${group ? `/apis/${group}` : '/api'}/${version}/${namespace && `namespaces/${namespace}/`}${options.plural}`

const METHODS = {
  get: 'GET',
  list: 'GET',
  watch: 'GET',
  create: 'POST',
  update: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
  deletecollection: 'DELETE',
} as const
type Verb = keyof typeof METHODS
const VERBS: readonly Verb[] = ['get', 'get', 'list', 'list', 'watch', 'watch', ...Array.from({ length: 8 }, () => 'create' as const), ...Array.from({ length: 6 }, () => 'update' as const), ...Array.from({ length: 9 }, () => 'patch' as const), 'delete'] // biome-ignore format: a table
/** They go on to other machines, whose silence would be a test of the network. */
const REACHING = new Set(['proxy', 'log', 'exec', 'attach', 'portforward'])
const STRAY = ['status', 'scale', 'eviction', 'binding', 'token', 'finalize', '__proto__', 'constructor']
const PATHS = ['', '/', '//', '/api', '/api/', '/api/v1', '/api/v1/', '/api/v2/pods', '/apis', '/apis/', '/apis/apps', '/apis//v1/pods', '/apis/apps/v1', '/apis/__proto__/v1/pods', '/api/__proto__/pods', '/api/v1/__proto__', '/api/v1/constructor/a', '/api/v1/watch', '/api/v1/watch/pods', '/api/v1/watch/namespaces/default/pods/a', '/api/v1/proxy/pods', '/api/v1/namespaces//pods', '/api/v1/namespaces/default', '/api/v1/namespaces/default/', '/api/v1/namespaces/default/finalize', '/openapi/v2', '/openapi/v3', '/openapi/v3/api/v1', '/openapi/v3/__proto__', '/healthz', '/readyz/nosuch', '/livez?verbose', '/version', '/metrics', '/metrics/', '/.well-known/openid-configuration', '/openid/v1/jwks', '/favicon.ico', '/..', '/%2e%2e/', '/%', '/%zz', '/%00', '/%c0%80', '/api/v1/pods%2Fa', 'api/v1/pods', '*', 'http://x/api/v1/pods', '/api/v1/componentstatuses', '/api/v1/bindings', '/api/v1/namespaces/default/bindings'] // biome-ignore format: a table
const SEGMENTS = ['', '.', '..', '%2e%2e', '%2F', '%00', '%', '%zz', '%c3%28', '%F0%9F%98%80', '__proto__', 'constructor', 'hasOwnProperty', 'watch', 'proxy', 'namespaces', 'status', '*', '?', 'a'.repeat(300), 'a'.repeat(9_000), 'Ä', '😀', ' ', ';', "'"] // biome-ignore format: a table
const PARAMETERS: readonly (readonly [string, readonly string[]])[] = [
  ['resourceVersion', ['0', '1', '5', '999999999', '-1', 'x', '18446744073709551616', '9007199254740993', '%00', '']],
  ['resourceVersionMatch', ['Exact', 'NotOlderThan', 'exact', '']],
  ['continue', ['x', 'e30', 'eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiJhIn0', 'eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6LTEsInN0YXJ0IjoiZGVmYXVsdC9hIn0', 'eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6OTk5OTk5OTk5LCJzdGFydCI6ImRlZmF1bHQvYSJ9', 'bnVsbA', 'MQ', '%ff']], // biome-ignore format: a table
  ['limit', ['0', '1', '2', '-1', '1e3', '9223372036854775807', '99999999999999999999', 'x', '+5', '']],
  ['labelSelector', ['app%3Da', 'a+in+(b,c)', '!a', 'a', 'a=b=c', '(', 'a+in+()', '__proto__=1', 'a%3Eb', 'a%3E5', ',', '%00', 'a!=b,c']],
  ['fieldSelector', ['metadata.name%3Da', 'metadata.namespace!%3Ddefault', 'spec.nodeName%3D', 'status.phase=Running', '__proto__=1', 'a', '=', 'metadata.name=a,metadata.name=b', 'metadata.name%3Da%5C%2Cb', '%5C']], // biome-ignore format: a table
  ['watch', ['1', 'true', 'false', '0', 'x', '']],
  ['allowWatchBookmarks', ['true', 'x']],
  ['sendInitialEvents', ['true', 'false', 'x', '']],
  ['timeoutSeconds', ['0', '1', '-1', '99999999999', 'x', '1.5', '']],
  ['timeout', ['1s', '-1s', 'x', '9999999h', '']],
  ['fieldValidation', ['Strict', 'Warn', 'Ignore', 'strict', '']],
  ['dryRun', ['All', 'all', '', 'x', 'All&dryRun=x']],
  ['fieldManager', ['a', '', 'x'.repeat(129), '%00', '%E2%80%8B', '__proto__']],
  ['force', ['true', 'false', 'x', '']],
  ['pretty', ['true', '', 'x']],
  ['includeObject', ['None', 'Object', 'x']],
  ['gracePeriodSeconds', ['0', '-1', '30', 'x', '99999999999999']],
  ['propagationPolicy', ['Orphan', 'Foreground', 'Background', 'x', '']],
  ['orphanDependents', ['true', 'false', 'x']],
  ['container', ['c', '', '__proto__']],
  ['command', ['sh', '']],
  ['as', ['Table', 'x']],
  ['path', ['/', '..']],
  ['ports', ['80', 'x', '99999999']],
]
const DELETIONS: readonly unknown[] = [
  {},
  { kind: 'DeleteOptions', apiVersion: 'v1' },
  { kind: 'Pod' },
  { gracePeriodSeconds: 0 },
  { gracePeriodSeconds: -5 },
  { gracePeriodSeconds: 'x' },
  { gracePeriodSeconds: 9e15 },
  { propagationPolicy: 'x' },
  { propagationPolicy: 'Foreground' },
  { propagationPolicy: 'Orphan', orphanDependents: true },
  { preconditions: { uid: 'x' } },
  { preconditions: { resourceVersion: 'x' } },
  { preconditions: [] },
  { dryRun: ['All'] },
  { dryRun: ['x'] },
  { dryRun: 'All' },
  [],
  null,
  { __proto__: null, constructor: 1 },
]
const ACCEPTS = ['', '*/*', 'application/*', 'application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf', 'application/vnd.kubernetes.protobuf,application/json', 'application/json;as=Table;v=v1;g=meta.k8s.io', 'application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json', 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io', 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io', 'application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;v=v1;g=meta.k8s.io', 'application/json;as=Nosuch;v=v9;g=x', 'application/json;as=__proto__;v=v1;g=meta.k8s.io', 'text/html', 'application/json;q=0', ';;;,,,=', 'application/cbor', 'application/yaml;as=Table;v=v1;g=meta.k8s.io', `${'a/b,'.repeat(2_000)}application/json`] // biome-ignore format: a table
const IDENTITIES: readonly Readonly<Record<string, string | readonly string[]>>[] = [
  { authorization: 'Bearer x' },
  { authorization: 'Bearer a.b.c' },
  { authorization: 'Bearer eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL2t1YmVybmV0ZXMuZGVmYXVsdC5zdmMuY2x1c3Rlci5sb2NhbCJ9.' },
  { authorization: 'Basic YTpi' },
  { authorization: '' },
  { 'impersonate-user': 'u' },
  { 'impersonate-user': ['system:serviceaccount:default:a'] },
  { 'impersonate-user': 'system:serviceaccount::' },
  { 'impersonate-group': ['g'] },
  { 'impersonate-user': 'u', 'impersonate-uid': 'x', 'impersonate-extra-__proto__': ['x'] },
  { 'impersonate-user': 'u', 'impersonate-extra-%zz': ['x'] },
]
