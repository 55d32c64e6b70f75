/** Rules, defaults and columns of storage.k8s.io. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { causes, cells, prepared } from '#test/support/kinds.ts'
import { CSIDriver } from './csi-driver.ts'
import { CSINode } from './csi-node.ts'
import { CSIStorageCapacity } from './csi-storage-capacity.ts'
import { StorageClass } from './storage-class.ts'
import { VolumeAttachment } from './volume-attachment.ts'
import { VolumeAttributesClass } from './volume-attributes-class.ts'

const provisioner = 'example.com/p'
for (const [rule, kind, manifest, before, expected] of [
  ['a plain one is fine', StorageClass, { provisioner }, undefined, []],
  [
    'volumes are not recycled',
    StorageClass,
    { provisioner, reclaimPolicy: 'Recycle' },
    undefined,
    ['reclaimPolicy: Unsupported value: "Recycle": supported values: "Delete", "Retain"'],
  ],
  [
    'what it says stays',
    StorageClass,
    { provisioner, parameters: { a: '2' } },
    { provisioner, parameters: { a: '1' } },
    ['parameters: Forbidden: updates to parameters are forbidden.'],
  ],
  ['expansion may change', StorageClass, { provisioner, allowVolumeExpansion: true }, { provisioner }, []],
  [
    'one source',
    VolumeAttachment,
    { spec: { attacher: 'a.b', nodeName: 'n', source: {} } },
    undefined,
    ['spec.source: Required value: must specify exactly one of inlineVolumeSpec and persistentVolumeName'],
  ],
  [
    'parameters are there',
    VolumeAttributesClass,
    { driverName: 'a.b' },
    undefined,
    ['parameters: Required value: must contain at least one key/value pair'],
  ],
  [
    'drivers differ',
    CSINode,
    {
      spec: {
        drivers: [
          { name: 'a', nodeID: '1' },
          { name: 'a', nodeID: '2' },
        ],
      },
    },
    undefined,
    ['spec.drivers[1].name: Duplicate value: "a"'],
  ],
  [
    'space is not negative',
    CSIStorageCapacity,
    { storageClassName: 'a', capacity: '-1' },
    undefined,
    ['capacity: Invalid value: "-1": must be greater than or equal to 0'],
  ],
  [
    'tokens last',
    CSIDriver,
    { spec: { tokenRequests: [{ audience: 'a', expirationSeconds: 1 }] } },
    undefined,
    ['spec.tokenRequests[0].expirationSeconds: Invalid value: 1: may not specify a duration less than 10 minutes'],
  ],
] as const)
  test(`${kind.name}: ${rule}`, () => assert.deepEqual(causes(kind, manifest, before), expected))

test('StorageClass: volumes are made at once and deleted with their claim', () => {
  const object = prepared(StorageClass, { provisioner })
  assert.deepEqual(Object.values(cells(StorageClass, object, 0)), ['', provisioner, 'Delete', 'Immediate', false, '<unknown>'])
})
test('StorageClass: the default one is named so', () => {
  const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' }
  assert.equal(
    cells(StorageClass, prepared(StorageClass, { metadata: { name: 'local', annotations }, provisioner }), 0).Name,
    'local (default)',
  )
})
test('CSIDriver: volumes are attached and persistent', () =>
  assert.deepEqual(Object.values(cells(CSIDriver, prepared(CSIDriver, { spec: {} }), 0)), [
    true,
    false,
    false,
    '<unset>',
    false,
    'Persistent',
    '<unknown>',
  ]))
test('a node without drivers has none, also where nobody named any', () =>
  assert.deepEqual(
    [{ drivers: [] }, {}].map(spec => cells(CSINode, prepared(CSINode, { metadata: { name: 'n' }, spec }), 0).Drivers),
    [0, 0],
  ))
