/** OpenAPI documents: what clients look for in them, in both dialects, for declared kinds and custom resources. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../json-value.ts'
import { bool, int32, intOrString, oneOf, quantity, string, time } from '../scalars.ts'
import { field, list, map, structsOf } from '../vocabulary.ts'
import { customDefinition } from './custom.ts'
import { openapiV2, openapiV3 } from './documents.ts'
import { encodeGnostic } from './gnostic.ts'
import { type DescribedKind, type DescribedResource, type DocumentContext, describedKind } from './source.ts'

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1'
const meta = structsOf(META)
class ObjectMeta extends meta({ name: field(1, string, 'Name.'), creationTimestamp: field(2, time, 'Since.') }) {}
class ListMeta extends meta({ continue: field(1, string, 'Token.') }) {}
class Status extends meta({ code: field(1, int32, 'Code.') }) {}
class DeleteOptions extends meta({ orphanDependents: field(1, bool, 'Orphan.', { explicit: true }) }) {}
class WatchEvent extends meta({ type: field(1, string, 'Type.', { always: true }) }) {}
class APIResourceList extends meta({ groupVersion: field(1, string, 'Group version.', { always: true }) }) {}
class APIGroup extends meta({ name: field(1, string, 'Name.', { always: true }) }) {}
class APIGroupList extends meta({ groups: field(1, list(APIGroup), 'Groups.', { always: true }) }) {}
class APIVersions extends meta({ versions: field(1, list(string), 'Versions.', { always: true }) }) {}
const apps = structsOf('io.k8s.api.apps.v1')
class Item extends apps({ name: field(1, string, 'Name.', { required: true }), size: field(2, quantity, 'Size.') }, { atomic: true }) {}
class Spec extends apps(
  {
    replicas: field(1, int32, 'How many.', { explicit: true, default: 1 }),
    policy: field(2, oneOf('Always', 'Never'), 'When.'),
    items: field(3, list(Item, { listType: 'map', keys: ['name'], patchKey: 'name', patchStrategy: 'merge' }), 'Items.'),
    labels: field(4, map(string), 'Labels.'),
    port: field(5, intOrString, 'Port.'),
    strategy: field(6, Item, 'How.', { patchStrategy: 'retainKeys', atomic: false }),
    local: field(7, string, 'Local.'),
  },
  { union: { discriminator: 'policy', members: ['local'] } },
) {}
class Thing extends apps({
  metadata: field(1, ObjectMeta, 'Metadata.', { written: true }),
  spec: field(2, Spec, 'Spec.', { always: true }),
}) {
  static group = 'apps'
  static version = 'v1'
  static apiVersion = 'apps/v1'
}
class Scale extends structsOf('io.k8s.api.autoscaling.v1')({ metadata: field(1, ObjectMeta, 'Metadata.', { written: true }) }) {
  static group = 'autoscaling'
  static version = 'v1'
  static apiVersion = 'autoscaling/v1'
}
class LogOptions extends apps({
  follow: field(1, bool, 'Follow.'),
  tailLines: field(2, int32, 'Tail.'),
  container: field(3, string, 'Which.'),
}) {}

const thing = describedKind(Thing)
const things: DescribedResource = {
  kind: thing,
  plural: 'things',
  namespaced: true,
  verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'],
  subresources: [
    { name: 'status', kind: thing, verbs: ['get', 'update', 'patch'] },
    { name: 'scale', kind: describedKind(Scale), verbs: ['get', 'update', 'patch'] },
    { name: 'log', kind: thing, verbs: ['get'], answers: 'text', options: LogOptions },
    { name: 'exec', kind: thing, verbs: ['get', 'create'], answers: 'connection' },
    { name: 'proxy', kind: thing, verbs: ['get'], answers: 'connection', hasPath: true },
  ],
}
const groupVersion = { group: 'apps', version: 'v1', resources: [things] }
const context: DocumentContext = {
  meta: {
    objectMeta: ObjectMeta,
    listMeta: ListMeta,
    status: Status,
    deleteOptions: DeleteOptions,
    watchEvent: WatchEvent,
    apiResourceList: APIResourceList,
    apiGroup: APIGroup,
    apiGroupList: APIGroupList,
    apiVersions: APIVersions,
  },
  version: 'v1.36.0',
  groupVersions: [groupVersion],
}
// `any`: tests reach deep into documents
type Document = any
const v2: Document = openapiV2([groupVersion], context)
const v3: Document = openapiV3(groupVersion, context)
const at = '/apis/apps/v1/namespaces/{namespace}/things'
const GVK = 'x-kubernetes-group-version-kind'

test('definitions carry merge keys, list types, unions and what is required', () => {
  assert.deepEqual(v2.definitions['io.k8s.api.apps.v1.Spec'], {
    type: 'object',
    properties: {
      items: {
        type: 'array',
        items: { $ref: '#/definitions/io.k8s.api.apps.v1.Item' },
        'x-kubernetes-list-map-keys': ['name'],
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-patch-merge-key': 'name',
        'x-kubernetes-patch-strategy': 'merge',
        description: 'Items.',
      },
      labels: { type: 'object', additionalProperties: { type: 'string' }, description: 'Labels.' },
      local: { type: 'string', description: 'Local.' },
      policy: { type: 'string', description: 'When.' },
      port: { $ref: '#/definitions/io.k8s.apimachinery.pkg.util.intstr.IntOrString', description: 'Port.' },
      replicas: { type: 'integer', format: 'int32', description: 'How many.' },
      strategy: {
        $ref: '#/definitions/io.k8s.api.apps.v1.Item',
        description: 'How.',
        'x-kubernetes-patch-strategy': 'retainKeys',
        'x-kubernetes-map-type': 'granular',
      },
    },
    'x-kubernetes-unions': [{ discriminator: 'policy', 'fields-to-discriminateBy': { local: 'Local' } }],
  })
  const item = v2.definitions['io.k8s.api.apps.v1.Item']
  assert.deepEqual([item.required, item['x-kubernetes-map-type']], [['name'], 'atomic'])
  assert.equal(v2.definitions['io.k8s.apimachinery.pkg.util.intstr.IntOrString'].format, 'int-or-string')
  assert.deepEqual(v2.definitions['io.k8s.api.apps.v1.Thing'][GVK], [{ group: 'apps', version: 'v1', kind: 'Thing' }])
})

test('v3 wraps references, and tells defaults and enumerations', () => {
  const { schemas } = v3.components
  const { properties } = schemas['io.k8s.api.apps.v1.Spec']
  assert.deepEqual(properties.replicas.default, 1)
  assert.deepEqual(properties.policy.enum, ['Always', 'Never'])
  assert.deepEqual(properties.items.items, { default: {}, allOf: [{ $ref: '#/components/schemas/io.k8s.api.apps.v1.Item' }] })
  assert.deepEqual(properties.labels.additionalProperties, { type: 'string', default: '' })
  assert.deepEqual(schemas['io.k8s.api.apps.v1.Thing'].properties.spec, {
    description: 'Spec.',
    default: {},
    allOf: [{ $ref: '#/components/schemas/io.k8s.api.apps.v1.Spec' }],
  })
  assert.deepEqual(schemas['io.k8s.apimachinery.pkg.util.intstr.IntOrString'].oneOf, [{ type: 'integer' }, { type: 'string' }])
  assert.deepEqual(schemas['io.k8s.apimachinery.pkg.api.resource.Quantity'].oneOf, [{ type: 'string' }, { type: 'number' }])
})

test('DeleteOptions and WatchEvent belong to every group version', () => {
  const kinds = (name: string) => [
    { group: '', version: 'v1', kind: name },
    { group: 'apps', version: 'v1', kind: name },
  ]
  for (const name of ['DeleteOptions', 'WatchEvent']) assert.deepEqual(v2.definitions[`${META}.${name}`][GVK], kinds(name))
  assert.deepEqual(Object.keys(v2.definitions[`${META}.Status`].properties), ['apiVersion', 'code', 'kind'])
})

const identifiers: readonly (readonly [path: string, method: string, id: string, action: string])[] = [
  ['/apis/apps/v1/things', 'get', 'listAppsV1ThingForAllNamespaces', 'list'],
  [at, 'get', 'listAppsV1NamespacedThing', 'list'],
  [at, 'post', 'createAppsV1NamespacedThing', 'post'],
  [at, 'delete', 'deleteAppsV1CollectionNamespacedThing', 'deletecollection'],
  [`${at}/{name}`, 'get', 'readAppsV1NamespacedThing', 'get'],
  [`${at}/{name}`, 'put', 'replaceAppsV1NamespacedThing', 'put'],
  [`${at}/{name}`, 'patch', 'patchAppsV1NamespacedThing', 'patch'],
  [`${at}/{name}`, 'delete', 'deleteAppsV1NamespacedThing', 'delete'],
  [`${at}/{name}/status`, 'patch', 'patchAppsV1NamespacedThingStatus', 'patch'],
  [`${at}/{name}/scale`, 'put', 'replaceAppsV1NamespacedThingScale', 'put'],
  [`${at}/{name}/log`, 'get', 'readAppsV1NamespacedThingLog', 'get'],
  [`${at}/{name}/exec`, 'post', 'connectAppsV1PostNamespacedThingExec', 'connect'],
  [`${at}/{name}/proxy/{path}`, 'options', 'connectAppsV1OptionsNamespacedThingProxyWithPath', 'connect'],
]
for (const [path, method, id, action] of identifiers) {
  test(`${method} ${path} is ${id}`, () => {
    for (const document of [v2, v3]) {
      const operation = document.paths[path][method]
      assert.deepEqual([operation.operationId, operation['x-kubernetes-action'], operation.tags], [id, action, ['apps_v1']])
    }
  })
}

test('kubectl finds out by the patch operation that dry runs and field validation work', () => {
  for (const document of [v2, v3]) {
    const { patch } = document.paths[`${at}/{name}`]
    const names = patch.parameters.map(({ name }: JsonObject) => name)
    for (const name of ['dryRun', 'fieldManager', 'fieldValidation', 'force']) assert(names.includes(name), name)
    assert.deepEqual(patch[GVK], { group: 'apps', version: 'v1', kind: 'Thing' })
  }
  assert(v2.paths[`${at}/{name}`].patch.consumes.includes('application/strategic-merge-patch+json'))
  assert.equal(v3.paths[`${at}/{name}`].patch.requestBody.required, true)
})

test('options of a subresource are query parameters, and a scale is of another group', () => {
  const parameters = v2.paths[`${at}/{name}/log`].parameters.map(({ name, type }: JsonObject) => [name, type])
  assert.deepEqual(parameters.slice(-3), [
    ['follow', 'boolean'],
    ['tailLines', 'integer'],
    ['container', 'string'],
  ])
  assert.deepEqual(v2.paths[`${at}/{name}/scale`].get[GVK], { group: 'autoscaling', version: 'v1', kind: 'Scale' })
})

test('every reference leads to a definition', () => {
  for (const [document, prefix, definitions] of [
    [v2, '#/definitions/', v2.definitions],
    [v3, '#/components/schemas/', v3.components.schemas],
  ]) {
    const found = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref]) => ref as string)
    assert(found.length > 40, `${found.length} references`)
    for (const ref of found) assert(definitions[ref.replace(prefix, '')], ref)
  }
})

const ref = { $ref: '#/definitions/ObjectMeta' }
const published = (schema: JsonObject | undefined): Document => customDefinition('v2', schema, ref)
test('custom resources: nothing is said of what is open', () => {
  assert.deepEqual(published(undefined), { type: 'object' })
  assert.deepEqual(published({ type: 'object', 'x-kubernetes-preserve-unknown-fields': true, properties: { a: {} } }), { type: 'object' })
})
test('custom resources get the header of all objects, embedded ones too', () => {
  const { properties } = published({ type: 'object', properties: { spec: { type: 'object', 'x-kubernetes-embedded-resource': true } } })
  assert.deepEqual(Object.keys(properties).sort(), ['apiVersion', 'kind', 'metadata', 'spec'])
  assert.deepEqual(Object.keys(properties.spec.properties).sort(), ['apiVersion', 'kind', 'metadata'])
})
test('custom resources in v2: what may be null is untyped and not required, and there are no alternatives', () => {
  const { properties, required } = published({
    type: 'object',
    required: ['a', 'b'],
    properties: {
      a: { type: 'object', nullable: true, properties: { x: { type: 'string' } } },
      b: { type: 'integer', oneOf: [{ minimum: 1 }] },
      c: { type: 'array', nullable: true, items: { type: 'string' } },
    },
  })
  assert.deepEqual([properties.a, properties.b, properties.c, required], [{}, { type: 'integer' }, {}, ['b']])
})
test('custom resources are listed under their own list kind, and are not merged strategically', () => {
  const kind: DescribedKind = {
    name: 'CronTab',
    package: 'com.example.v1',
    group: 'example.com',
    version: 'v1',
    listKind: 'CronTabs',
    custom: { schema: { type: 'object' } },
  }
  const resource = { ...things, kind, plural: 'crontabs', subresources: [], isCustom: true }
  const document: Document = openapiV3({ group: 'example.com', version: 'v1', resources: [resource] }, context)
  assert.deepEqual(document.components.schemas['com.example.v1.CronTabs'][GVK], [{ group: 'example.com', version: 'v1', kind: 'CronTabs' }])
  const { patch } = document.paths['/apis/example.com/v1/namespaces/{namespace}/crontabs/{name}']
  assert.equal(patch.operationId, 'patchExampleComV1NamespacedCronTab')
  assert(!('application/strategic-merge-patch+json' in patch.requestBody.content))
})

/** What protobufjs encodes for this document from gnostic's own OpenAPIv2.proto. */
const GOLDEN =
  'CgMyLjASEAoKS3ViZXJuZXRlcxICdjFCjQISigIKCS94L3tuYW1lfRL8AULYAQoBdBoBZCoGcGF0Y2hYMgFiMgFjOgFhQiUKIwohEgRib2R5GgRib2R5IAEq' +
  'EQoPIy9kZWZpbml0aW9ucy9YQiMKIRIfGh0SBXF1ZXJ5GgFxIgZkcnlSdW4yBnN0cmluZ6ABAUoeChwKAzIwMBIVChMKAk9LEg0KC7IBCAoGc3RyaW5nUgVo' +
  'dHRwc2pMCh94LWt1YmVybmV0ZXMtZ3JvdXAtdmVyc2lvbi1raW5kEikSJ3siZ3JvdXAiOiIiLCJ2ZXJzaW9uIjoidjEiLCJraW5kIjoiWCJ9CkofCh0SGyIZ' +
  'CAESBHBhdGgiBG5hbWUqBnN0cmluZ5gBAUqYAQqVAQoBWBKPAZoBAWGyAQgKBm9iamVjdMoBfQpMCgFhEkeyAQcKBWFycmF5ugEVChMSBWludDMysgEJCgdp' +
  'bnRlZ2Vy+gEiChZ4LWt1YmVybmV0ZXMtbGlzdC10eXBlEggSBiJzZXQiCgotCgFiEigqChIIeyJjIjoxfQpJAAAAAAAA4D9YrAKqAQIQAbIBCAoGb2JqZWN0' +
  'YhEKDwoLQmVhcmVyVG9rZW4SAGoyCjAKC0JlYXJlclRva2VuEiESHwoGYXBpS2V5Eg1hdXRob3JpemF0aW9uGgZoZWFkZXI='
const SMALL: JsonObject = {
  swagger: '2.0',
  info: { title: 'Kubernetes', version: 'v1' },
  paths: {
    '/x/{name}': {
      patch: {
        description: 'd',
        operationId: 'patchX',
        tags: ['t'],
        consumes: ['a'],
        produces: ['b', 'c'],
        schemes: ['https'],
        parameters: [
          { name: 'body', in: 'body', required: true, schema: { $ref: '#/definitions/X' } },
          { uniqueItems: true, type: 'string', name: 'dryRun', in: 'query', description: 'q' },
        ],
        responses: { 200: { description: 'OK', schema: { type: 'string' } } },
        'x-kubernetes-group-version-kind': { group: '', version: 'v1', kind: 'X' },
      },
      parameters: [{ uniqueItems: true, type: 'string', name: 'name', in: 'path', required: true }],
    },
  },
  definitions: {
    X: {
      type: 'object',
      required: ['a'],
      properties: {
        a: { type: 'array', items: { type: 'integer', format: 'int32' }, 'x-kubernetes-list-type': 'set' },
        b: { type: 'object', additionalProperties: true, default: { c: 1 }, minimum: 0.5, maxLength: 300 },
      },
    },
  },
  security: [{ BearerToken: [] }],
  securityDefinitions: { BearerToken: { type: 'apiKey', name: 'authorization', in: 'header' } },
}
test("the protobuf form is gnostic's", () => {
  assert.equal(Buffer.from(encodeGnostic(SMALL)).toString('base64'), GOLDEN)
})
