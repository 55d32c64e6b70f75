/** Server-side apply: who owns what after which request, and when others object. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../json-value.ts'
import { int32, string, untyped } from '../scalars.ts'
import { field, list, map, structsOf } from '../vocabulary.ts'
import { type Applied, ApplyFailure, type ApplyRequest, apply, type Conflicted } from './apply.ts'
import { fieldSet } from './field-set.ts'
import { trackUpdate } from './update.ts'

const struct = structsOf('test')
class Meta extends struct({
  name: field(1, string, 'Name.'),
  namespace: field(2, string, 'Namespace.'),
  labels: field(3, map(string), 'Labels.'),
  annotations: field(4, map(string), 'Annotations.'),
  finalizers: field(5, list(string, { listType: 'set', patchStrategy: 'merge' }), 'Finalizers.'),
}) {}
class Port extends struct({
  port: field(1, int32, 'Port.'),
  protocol: field(2, string, 'Protocol.', { default: 'TCP' }),
  name: field(3, string, 'Name.'),
}) {}
class Container extends struct({
  name: field(1, string, 'Name.', { required: true }),
  image: field(2, string, 'Image.'),
  args: field(3, list(string), 'Atomic.'),
  ports: field(4, list(Port, { listType: 'map', keys: ['port', 'protocol'] }), 'Ports.'),
}) {}
class Reference extends struct({ kind: field(1, string, 'Kind.'), name: field(2, string, 'Name.') }, { atomic: true }) {}
class Spec extends struct({
  replicas: field(1, int32, 'Count.', { explicit: true }),
  paused: field(2, string, 'Text.'),
  containers: field(3, list(Container, { patchKey: 'name', patchStrategy: 'merge' }), 'Containers.', { always: true }),
  selector: field(4, map(string, { atomic: true }), 'Atomic.'),
  reference: field(5, Reference, 'Atomic.'),
  references: field(6, list(Reference, { listType: 'map', keys: ['name'] }), 'Items that are atomic.'),
}) {}
class Thing extends struct({
  metadata: field(1, Meta, 'Metadata.', { written: true }),
  spec: field(2, Spec, 'Spec.', { written: true }),
  status: field(3, Spec, 'Status.'),
}) {}

const NOW = Date.UTC(2026, 0, 1)
const SECOND = 1000
const apiVersion = 'apps/v1'
const thing = (spec: object, metadata: object = {}): JsonObject => ({
  apiVersion,
  kind: 'Thing',
  metadata: { name: 'a', ...metadata },
  spec,
})
type Request = Partial<ApplyRequest> & Pick<ApplyRequest, 'config'>
const run = (request: Request) => apply({ type: Thing, apiVersion, live: undefined, manager: 'me', now: NOW, ...request })
function applied(request: Request): Applied {
  const result = run(request)
  assert('object' in result, `message: ${(result as Conflicted).message}`)
  return result
}
const conflicted = (request: Request) => run(request) as Conflicted
const updated = (before: JsonObject | undefined, after: JsonObject, more: Partial<Parameters<typeof trackUpdate>[0]> = {}) => {
  const managedFields = trackUpdate({ type: Thing, apiVersion, before, after, manager: 'them', now: NOW, ...more })
  return { ...after, metadata: { ...(after.metadata as object), managedFields } } as JsonObject
}
const entries = (object: JsonObject) => ((object.metadata as JsonObject).managedFields ?? []) as JsonObject[]
const owned = (object: JsonObject, manager: string) => entries(object).find(entry => entry.manager === manager)?.fieldsV1
const bare = ({ metadata, ...rest }: JsonObject) => {
  const { managedFields: _, ...others } = metadata as JsonObject
  return { ...rest, metadata: others }
}
const web = (more: object = {}) => ({ name: 'web', image: 'nginx', ...more })

test('creation by apply owns exactly what was named', () => {
  const { object, changed } = applied({ config: thing({ replicas: 1, containers: [web()] }, { labels: { app: 'x' } }) })
  assert.equal(changed, true)
  assert.deepEqual(entries(object), [
    {
      manager: 'me',
      operation: 'Apply',
      apiVersion,
      time: '2026-01-01T00:00:00Z',
      fieldsType: 'FieldsV1',
      fieldsV1: {
        'f:metadata': { 'f:labels': { 'f:app': {} } },
        'f:spec': { 'f:containers': { 'k:{"name":"web"}': { '.': {}, 'f:image': {}, 'f:name': {} } }, 'f:replicas': {} },
      },
    },
  ])
})

test('creation by update owns everything, with a dot for what it brought into being', () => {
  const object = updated(
    undefined,
    thing({ replicas: 1, containers: [web({ ports: [{ port: 80, protocol: 'TCP' }] })], selector: { a: 'b' } }, { labels: { app: 'x' } }),
  )
  assert.deepEqual(owned(object, 'them'), {
    'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
    'f:spec': {
      'f:containers': {
        'k:{"name":"web"}': {
          '.': {},
          'f:image': {},
          'f:name': {},
          'f:ports': { '.': {}, 'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:port': {}, 'f:protocol': {} } },
        },
      },
      'f:replicas': {},
      'f:selector': {},
    },
  })
})

test('atomic structs are owned whole, in lists too', () => {
  const { object } = applied({ config: thing({ reference: { kind: 'A', name: 'a' }, references: [{ kind: 'B', name: 'b' }] }) })
  assert.deepEqual(owned(object, 'me'), { 'f:spec': { 'f:reference': {}, 'f:references': { 'k:{"name":"b"}': {} } } })
})

test('the same apply again changes nothing, not even times', () => {
  const config = thing({ replicas: 1, containers: [web()] })
  const { object } = applied({ config })
  const again = applied({ config, live: object, now: NOW + SECOND })
  assert.equal(again.changed, false)
  assert.deepEqual(again.object, object)
})

test('another value of a field that someone else owns is a conflict', () => {
  const live = updated(undefined, thing({ replicas: 1, containers: [] }), { manager: 'kubectl-client-side-apply' })
  const { conflicts, message } = conflicted({ config: thing({ replicas: 2 }), live })
  assert.equal(message, 'Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using apps/v1: .spec.replicas')
  assert.deepEqual(conflicts, [
    {
      reason: 'FieldManagerConflict',
      message: 'conflict with "kubectl-client-side-apply" using apps/v1',
      field: '.spec.replicas',
      manager: 'kubectl-client-side-apply',
      operation: 'Update',
      apiVersion,
      subresource: '',
    },
  ])
})

test('several conflicts are told by owner', () => {
  const first = applied({ config: thing({ replicas: 1, paused: 'x', containers: [web()] }), manager: 'ops' }).object
  const live = updated(first, thing({ replicas: 1, paused: 'x', containers: [web({ image: 'httpd' })] }), { subresource: 'scale' })
  const { message } = conflicted({ config: thing({ replicas: 2, paused: 'y', containers: [web()] }), live })
  assert.equal(
    message,
    'Apply failed with 3 conflicts: conflicts with "ops":\n- .spec.paused\n- .spec.replicas\n' +
      'conflicts with "them" with subresource "scale" using apps/v1:\n- .spec.containers[name="web"].image',
  )
})

test('force takes the field over', () => {
  const live = applied({ config: thing({ replicas: 1, paused: 'x' }), manager: 'them' }).object
  const { object } = applied({ config: thing({ replicas: 2 }), live, force: true })
  assert.deepEqual(owned(object, 'me'), { 'f:spec': { 'f:replicas': {} } })
  assert.deepEqual(owned(object, 'them'), { 'f:spec': { 'f:paused': {} } })
  assert.deepEqual(object.spec, { replicas: 2, paused: 'x' })
})

test('the same value is owned together, and stays when one lets go', () => {
  const live = applied({ config: thing({ replicas: 1 }), manager: 'them' }).object
  const both = applied({ config: thing({ replicas: 1, paused: 'x' }), live }).object
  assert.deepEqual(owned(both, 'me'), { 'f:spec': { 'f:paused': {}, 'f:replicas': {} } })
  const { object } = applied({ config: thing({ paused: 'x' }), live: both })
  assert.deepEqual(object.spec, { replicas: 1, paused: 'x' })
  assert.deepEqual(owned(object, 'me'), { 'f:spec': { 'f:paused': {} } })
})

test('what the only owner no longer names is removed', () => {
  const live = applied({
    config: thing({ replicas: 1, containers: [web(), { name: 'side', image: 'x' }] }, { labels: { a: '1', b: '2' } }),
  }).object
  const { object } = applied({ config: thing({ containers: [web()] }, { labels: { a: '1' } }), live })
  assert.deepEqual(bare(object), bare(thing({ containers: [web()] }, { labels: { a: '1' } })))
})

test('what nobody owned stays', () => {
  const first = applied({ config: thing({ replicas: 1 }) }).object
  const live = { ...first, spec: { replicas: 1, paused: 'default' } }
  assert.deepEqual(applied({ config: thing({}), live }).object.spec, { paused: 'default' })
})

test('an item that another manager has fields in stays with these', () => {
  const first = applied({ config: thing({ containers: [web()] }) }).object
  const live = applied({ config: thing({ containers: [{ name: 'web', args: ['x'] }] }), live: first, manager: 'them' }).object
  const { object } = applied({ config: thing({}), live })
  assert.deepEqual(object.spec, { containers: [{ name: 'web', args: ['x'] }] })
})

test('items are merged in the configured order, around the others', () => {
  const live = applied({ config: thing({ containers: ['a', 'x', 'b'].map(name => ({ name })) }), manager: 'them' }).object
  const { object } = applied({ config: thing({ containers: ['b', 'a', 'n'].map(name => ({ name })) }), live })
  assert.deepEqual(
    (object.spec as JsonObject).containers,
    ['x', 'b', 'a', 'n'].map(name => ({ name })),
  )
})

test('an item is known by its key with the default filled in', () => {
  const live = applied({ config: thing({ containers: [{ name: 'web', ports: [{ port: 80, name: 'http' }] }] }), manager: 'them' }).object
  const { object } = applied({ config: thing({ containers: [{ name: 'web', ports: [{ port: 80, protocol: 'TCP' }] }] }), live })
  assert.deepEqual((object.spec as JsonObject).containers, [{ name: 'web', ports: [{ port: 80, name: 'http', protocol: 'TCP' }] }])
})

test('sets are shared by value', () => {
  const live = applied({ config: thing({}, { finalizers: ['a', 'b'] }), manager: 'them' }).object
  const both = applied({ config: thing({}, { finalizers: ['b', 'c'] }), live }).object
  assert.deepEqual((both.metadata as JsonObject).finalizers, ['a', 'b', 'c'])
  const { object } = applied({ config: thing({}), live: both, manager: 'them' })
  assert.deepEqual((object.metadata as JsonObject).finalizers, ['b', 'c'])
})

test('an empty map is owned, an empty associative list is not', () => {
  const { object } = applied({ config: thing({ containers: [] }, { labels: {} }) })
  assert.deepEqual(owned(object, 'me'), { 'f:metadata': { 'f:labels': {} } })
})

test('whoever owns a map as such keeps it when the last entry of another goes', () => {
  const live = applied({ config: thing({}, { labels: {} }), manager: 'them' }).object
  const both = applied({ config: thing({}, { labels: { a: '1' } }), live }).object
  const { object } = applied({ config: thing({ replicas: 1 }), live: both })
  assert.deepEqual(bare(object), thing({ replicas: 1 }))
  assert.deepEqual(owned(object, 'them'), { 'f:metadata': { 'f:labels': {} }, 'f:spec': {} })
})

test('the first apply to an untracked object puts what was there in an entry of its own', () => {
  const live = thing({ replicas: 1, paused: 'x' })
  const { message } = conflicted({ config: thing({ replicas: 2 }), live })
  assert.equal(message, 'Apply failed with 1 conflict: conflict with "before-first-apply" using apps/v1: .spec.replicas')
  const { object } = applied({ config: thing({ replicas: 2 }), live, force: true })
  assert.deepEqual(
    entries(object).map(({ manager, operation }) => [manager, operation]),
    [
      ['me', 'Apply'],
      ['before-first-apply', 'Update'],
    ],
  )
  assert.deepEqual(owned(object, 'before-first-apply'), { 'f:spec': { 'f:paused': {} } })
})

test('an update takes fields from appliers without asking, and a removal frees them', () => {
  const live = applied({ config: thing({ replicas: 1, paused: 'x' }), manager: 'me' }).object
  const object = updated(live, thing({ replicas: 2 }))
  assert.equal(owned(object, 'me'), undefined)
  assert.deepEqual(owned(object, 'them'), { 'f:spec': { 'f:replicas': {} } })
})

test('an update that changes nothing keeps all entries and times', () => {
  const live = updated(undefined, thing({ replicas: 1 }))
  assert.deepEqual(updated(live, bare(live), { manager: 'other', now: NOW + SECOND }), live)
})

test('an author keeps one entry per version and subresource, and it gets younger', () => {
  const live = updated(undefined, thing({ replicas: 1 }))
  const next = updated(live, thing({ replicas: 2, paused: 'x' }), { now: NOW + SECOND })
  const last = updated(next, { ...bare(next), status: { replicas: 1 } }, { subresource: 'status', now: NOW + 2 * SECOND })
  assert.deepEqual(
    entries(last).map(({ manager, subresource, time }) => [manager, subresource, time]),
    [
      ['them', undefined, '2026-01-01T00:00:01Z'],
      ['them', 'status', '2026-01-01T00:00:02Z'],
    ],
  )
})

test('entries are sorted: appliers first, then by time and name', () => {
  let object = updated(undefined, thing({ replicas: 1 }), { manager: 'b', now: NOW + SECOND })
  object = updated(object, thing({ replicas: 1, paused: 'x' }), { manager: 'a', now: NOW + SECOND })
  object = applied({ config: thing({}, { labels: { a: '1' } }), live: object, now: NOW + 2 * SECOND, manager: 'z' }).object
  assert.deepEqual(
    entries(object).map(entry => entry.manager),
    ['z', 'a', 'b'],
  )
})

test('at most ten updaters: the oldest become ancient-changes', () => {
  let object = updated(undefined, thing({ replicas: 0 }, { labels: {} }), { manager: 'm0' })
  for (let count = 1; count <= 11; count++) {
    const { labels } = object.metadata as { labels: JsonObject }
    object = updated(object, thing({ replicas: 0 }, { labels: { ...labels, [`l${count}`]: 'x' } }), {
      manager: `m${count}`,
      now: NOW + count * SECOND,
    })
  }
  const names = entries(object).map(entry => entry.manager)
  assert.equal(names.length, 10)
  assert.deepEqual(names.slice(0, 2), ['ancient-changes', 'm3'])
  assert.deepEqual(owned(object, 'ancient-changes'), {
    'f:metadata': { 'f:labels': { '.': {}, 'f:l1': {}, 'f:l2': {} } },
    'f:spec': { 'f:replicas': {} },
  })
})

test('an untracked object stays untracked by updates', () => {
  assert.equal(
    trackUpdate({ type: Thing, apiVersion, before: thing({}), after: thing({ replicas: 1 }), manager: 'x', now: NOW }),
    undefined,
  )
})

for (const requested of [[], [{}]]) {
  test(`managedFields: ${JSON.stringify(requested)} forgets all ownership`, () => {
    const live = updated(undefined, thing({ replicas: 1 }))
    assert.deepEqual(entries(updated(live, thing({ replicas: 1 }, { managedFields: requested }))), [])
    assert.deepEqual(entries(updated(live, thing({ replicas: 1 }), { requested, subresource: 'status' })), entries(live))
  })
}

test('a client may edit managed fields; what it cannot mean is ignored', () => {
  const live = updated(undefined, thing({ replicas: 1 }))
  const [entry] = entries(live)
  const renamed = [{ ...entry, manager: 'renamed' }]
  assert.deepEqual(entries(updated(live, thing({ replicas: 1 }, { managedFields: renamed }))), renamed)
  assert.deepEqual(entries(updated(live, thing({ replicas: 1 }, { managedFields: [{ ...entry, operation: 'Spam' }] }))), [entry])
})

test('fields that the request cannot set are owned by nobody', () => {
  const reset = fieldSet('status')
  const object = { ...thing({ replicas: 1 }), status: { replicas: 1 } }
  assert.deepEqual(owned(updated(undefined, object, { reset }), 'them'), { 'f:spec': { 'f:replicas': {} } })
  assert.deepEqual(owned(applied({ config: object, reset }).object, 'me'), { 'f:spec': { 'f:replicas': {} } })
})

test('fields that a custom resource does not declare are owned one by one, lists among them whole, whatever form they take', () => {
  class Open extends struct({ metadata: field(1, Meta, 'Metadata.'), spec: field(2, untyped, 'Anything.') }) {}
  const live = applied({ type: Open, config: thing({ a: { b: { c: 1 } }, list: [{ x: 1 }] }), manager: 'them' }).object
  assert.deepEqual(owned(live, 'them'), { 'f:spec': { 'f:a': { '.': {}, 'f:b': { '.': {}, 'f:c': {} } }, 'f:list': {} } })
  const both = applied({ type: Open, config: thing({ a: { b: { d: 2 } } }), live }).object
  assert.deepEqual(both.spec, { a: { b: { c: 1, d: 2 } }, list: [{ x: 1 }] })
  const { object } = applied({ type: Open, config: thing({ a: 'text' }), live: both, force: true })
  assert.deepEqual(object.spec, { a: 'text', list: [{ x: 1 }] })
  assert.deepEqual(owned(object, 'them'), { 'f:spec': { 'f:list': {} } })
})

const LAST = 'kubectl.kubernetes.io/last-applied-configuration'
test('kubectl takes over from its client-side apply, and keeps its annotation true', () => {
  const config = thing({ replicas: 1, paused: 'x' })
  const live = updated(undefined, thing({ replicas: 1, paused: 'x' }, { annotations: { [LAST]: `${JSON.stringify(config)}\n` } }), {
    manager: 'kubectl-client-side-apply',
  })
  const next = thing({ replicas: 2, paused: 'x' })
  assert.match(conflicted({ config: next, live, manager: 'me' }).message, /^Apply failed with 1 conflict/)
  const { object } = applied({ config: next, live, manager: 'kubectl' })
  assert.deepEqual(object.spec, { replicas: 2, paused: 'x' })
  assert.equal(
    ((object.metadata as JsonObject).annotations as JsonObject)[LAST],
    '{"apiVersion":"apps/v1","kind":"Thing","metadata":{"name":"a"},"spec":{"paused":"x","replicas":2}}\n',
  )
})
test('kubectl has conflicts over what others changed since its client-side apply', () => {
  const annotations = { [LAST]: `${JSON.stringify(thing({ replicas: 1 }))}\n` }
  const live = updated(undefined, thing({ replicas: 1 }, { annotations }), { manager: 'kubectl-client-side-apply' })
  const scaled = updated(live, thing({ replicas: 5 }, { annotations }))
  const { message } = conflicted({ config: thing({ replicas: 2 }), live: scaled, manager: 'kubectl' })
  assert.equal(message, 'Apply failed with 1 conflict: conflict with "them" using apps/v1: .spec.replicas')
})

const refusals: readonly (readonly [rule: string, request: Request, status: number, message: string])[] = [
  ['another kind', { config: { ...thing({}), kind: 'Other' }, kind: 'Thing' }, 400, 'invalid object type: apps/v1, Kind=Other'],
  [
    'another version',
    { config: { ...thing({}), apiVersion: 'v1' } },
    400,
    'Incorrect version specified in apply patch. Specified patch version: v1, expected: apps/v1',
  ],
  ['managed fields in the configuration', { config: thing({}, { managedFields: [] }) }, 400, 'metadata.managedFields must be nil'],
  [
    'an unknown field',
    { config: thing({ spam: 1 }) },
    500,
    'failed to create typed patch object (/a; apps/v1, Kind=Thing): .spec.spam: field not declared in schema',
  ],
  [
    'a wrong type',
    { config: thing({ replicas: 'x' }) },
    500,
    'failed to create typed patch object (/a; apps/v1, Kind=Thing): .spec.replicas: expected numeric (int or float), got string',
  ],
  [
    'an item twice',
    { config: thing({ containers: [web(), web()] }, { namespace: 'n' }) },
    500,
    'failed to create typed patch object (n/a; apps/v1, Kind=Thing): .spec.containers: duplicate entries for key [name="web"]',
  ],
  [
    'a name and a namespace that are no texts',
    { config: thing({}, { name: { a: 1 }, namespace: 7 }) },
    500,
    'failed to create typed patch object (/; apps/v1, Kind=Thing): errors:\n  .metadata.name: expected string, got &value.valueUnstructured{Value:map[string]interface {}{"a":1}}\n  .metadata.namespace: expected string, got &value.valueUnstructured{Value:7}',
  ],
  [
    'managed fields that cannot be read',
    { config: thing({}), live: thing({}, { managedFields: [{ operation: 'Spam' }] }) },
    500,
    'failed to decode managed fields: operation must be `Apply` or `Update`',
  ],
  [
    'managed fields of another format',
    { config: thing({}), live: thing({}, { managedFields: [{ operation: 'Apply', apiVersion, fieldsType: 'V2' }] }) },
    500,
    'failed to decode managed fields: invalid fieldsType "V2" in managed fields entry 0',
  ],
]
for (const [rule, request, status, message] of refusals) {
  test(`refuses ${rule}`, () => {
    assert.throws(
      () => run(request),
      (error: ApplyFailure) => {
        assert(error instanceof ApplyFailure)
        assert.deepEqual([error.status, error.message], [status, message])
        return true
      },
    )
  })
}

test('in another version, entries follow the object; versions that are gone lose theirs', () => {
  class Old extends struct({
    metadata: field(1, Meta, 'Metadata.'),
    spec: field(2, Spec, 'Spec, without replicas.'),
    count: field(3, int32, 'Was spec.replicas.'),
  }) {}
  const old = {
    type: Old,
    show: ({ spec, ...rest }: JsonObject) => {
      const { replicas, ...others } = spec as JsonObject
      return { ...rest, spec: others, ...(replicas !== undefined && { count: replicas }) }
    },
    store: ({ count, ...rest }: JsonObject) => ({
      ...rest,
      spec: { ...(rest.spec as object), ...(count !== undefined && { replicas: count }) },
    }),
  }
  const entry = (version: string, manager: string, fieldsV1: object) => ({
    manager,
    operation: 'Apply',
    apiVersion: version,
    fieldsType: 'FieldsV1',
    fieldsV1,
  })
  const managedFields = [entry('apps/v0', 'gone', { 'f:x': {} }), entry('apps/v0beta', 'old', { 'f:count': {} })]
  const versions = (version: string) => (version === 'apps/v0beta' ? old : undefined)
  const live = thing({ replicas: 1 }, { managedFields })
  assert.match(conflicted({ config: thing({ replicas: 2 }), live, versions }).message, /conflict with "old": \.count$/)
  const { object } = applied({ config: thing({ replicas: 2 }), live, versions, force: true })
  assert.deepEqual(
    entries(object).map(({ manager }) => manager),
    ['me'],
  )
  assert.deepEqual(applied({ config: thing({ paused: 'x' }), live, versions, manager: 'old' }).object.spec, { paused: 'x' })
})
