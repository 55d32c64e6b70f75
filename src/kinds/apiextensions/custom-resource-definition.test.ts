/** Rules, defaults and strategy of CustomResourceDefinitions. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Draft } from '#schema/vocabulary.ts'
import { causes, changed, type Manifest, prepared } from '#test/support/kinds.ts'
import { CustomResourceDefinition } from './custom-resource-definition.ts'

const properties = { spec: { type: 'object', properties: { size: { type: 'integer' } } } }
const version = (schema: object, more: object = {}) => ({
  name: 'v1',
  served: true,
  storage: true,
  schema: { openAPIV3Schema: schema },
  ...more,
})
const crd: Manifest = {
  metadata: { name: 'boats.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'boats', kind: 'Boat' },
    versions: [version({ type: 'object', properties })],
  },
}
const schema = (properties: object) => ({ 'spec.versions': [version({ type: 'object', properties })] })
const root = 'spec.versions[0].schema.openAPIV3Schema'

for (const [rule, changes, expected] of [
  ['a plain one is fine', {}, []],
  [
    'it is named after its resource',
    { 'metadata.name': 'x' },
    ['metadata.name: Invalid value: "x": must be spec.names.plural+"."+spec.group'],
  ],
  ['names are there', { 'spec.names': { plural: 'boats' } }, ['spec.names.kind: Required value']],
  [
    'a version has a schema',
    { 'spec.versions': [{ name: 'v1', served: true, storage: true }] },
    [`${root}: Required value: schemas are required`],
  ],
  [
    'a list is not a kind',
    { 'spec.names.listKind': 'Boat' },
    ['spec.names.listKind: Invalid value: "Boat": kind and listKind may not be the same'],
  ],
  [
    'webhooks are reached somehow',
    { 'spec.conversion': { strategy: 'Webhook' } },
    ['spec.conversion.webhook.clientConfig: Required value: required when strategy is set to Webhook'],
  ],
  [
    'scale reads spec and status',
    {
      'spec.versions': [
        version({ type: 'object' }, { subresources: { scale: { specReplicasPath: '.size', statusReplicasPath: '.status.size' } } }),
      ],
    },
    ['spec.versions[0].subresources.scale.specReplicasPath: Invalid value: ".size": should be a json path under .spec'],
  ],
  [
    'columns have a type',
    { 'spec.versions': [version({ type: 'object' }, { additionalPrinterColumns: [{ name: 'A', type: 'text', jsonPath: '.a' }] })] },
    ['spec.versions[0].additionalPrinterColumns[0].type: Invalid value: "text": must be one of boolean,date,integer,number,string'],
  ],
  ['fields have a type', schema({ a: {} }), [`${root}.properties[a].type: Required value: must not be empty for specified object fields`]],
  ['unless anything goes', schema({ a: { 'x-kubernetes-preserve-unknown-fields': true } }), []],
  [
    'or it is a number or a string',
    schema({ a: { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] } }),
    [],
  ],
  [
    'types are known',
    schema({ a: { type: 'text' } }),
    [
      `${root}.properties[a].type: Unsupported value: "text": supported values: "array", "boolean", "integer", "number", "object", "string"`,
    ],
  ],
  ['lists say of what', schema({ a: { type: 'array' } }), [`${root}.properties[a].items: Required value: must be specified`]],
  [
    'lists by key have keys',
    schema({ a: { type: 'array', 'x-kubernetes-list-type': 'map', items: { type: 'object' } } }),
    [`${root}.properties[a].x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map`],
  ],
  [
    'conditions declare nothing',
    schema({ a: { type: 'object', anyOf: [{ type: 'object' }] } }),
    [`${root}.properties[a].anyOf[0].type: Forbidden: must be empty to be structural`],
  ],
  ['no references', schema({ a: { type: 'object', $ref: '#/a' } }), [`${root}.properties[a].$ref: Forbidden: $ref is not supported`]],
  [
    'named or free, not both',
    schema({ a: { type: 'object', properties, additionalProperties: { type: 'string' } } }),
    [`${root}.properties[a].additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive`],
  ],
] as const)
  test(`CustomResourceDefinition: ${rule}`, () => {
    const found = causes(CustomResourceDefinition, changed(crd, changes))
    assert.deepEqual(found, expected)
  })

test('exactly one version is stored', () => {
  const found = causes(CustomResourceDefinition, changed(crd, { 'spec.versions': [version({ type: 'object' }, { storage: false })] }))
  assert.equal(found.length, 1)
  assert.match(found[0] as string, /^spec\.versions: Invalid value: .*: must have exactly one version marked as storage version$/)
})

const established = { status: { conditions: [{ type: 'Established', status: 'True' }], storedVersions: ['v1'] } }
test('what is served keeps its names', () =>
  assert.deepEqual(causes(CustomResourceDefinition, changed(crd, { ...established, 'spec.scope': 'Cluster' }), changed(crd, established)), [
    'spec.scope: Invalid value: "Cluster": field is immutable',
  ]))

test('names and conversion are filled in', () => {
  const { spec } = prepared(CustomResourceDefinition, crd)
  assert.deepEqual(
    [spec.names, spec.conversion],
    [{ plural: 'boats', singular: 'boat', kind: 'Boat', listKind: 'BoatList' }, { strategy: 'None' }],
  )
})
test('storage versions are remembered', () => {
  const next = prepared(
    CustomResourceDefinition,
    changed(crd, { 'spec.versions': [version({ type: 'object' }, { name: 'v2' })], status: { storedVersions: ['v1'] } }),
  )
  CustomResourceDefinition.options.onUpdate?.(next as Draft<CustomResourceDefinition>, next, { now: 0, user: 'me', subresource: '' })
  assert.deepEqual(next.status.storedVersions, ['v1', 'v2'])
})
