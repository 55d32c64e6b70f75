/** Rules and defaults of claims and slices, and the way between their versions. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { causes, cells, type Manifest, prepared } from '#test/support/kinds.ts'
import { ResourceClaim } from './resource-claim.ts'
import { ResourceSlice } from './resource-slice.ts'
import { ResourceClaim as ResourceClaimBeta } from './v1beta1/resource-claim.ts'
import { ResourceSlice as ResourceSliceBeta } from './v1beta1/resource-slice.ts'
import { ResourceClaim as ResourceClaimBeta2 } from './v1beta2/again.ts'

const claim = (...requests: object[]): Manifest => ({ metadata: { name: 'c' }, spec: { devices: { requests } } })
const exactly = { deviceClassName: 'gpu' }
for (const [rule, manifest, expected] of [
  ['a plain one is fine', claim({ name: 'a', exactly }), []],
  [
    'a request says what',
    claim({ name: 'a' }),
    ['spec.devices.requests[0]: Required value: exactly one of `exactly` or `firstAvailable` is required'],
  ],
  [
    'a selector that cannot be read',
    claim({ name: 'a', exactly: { ...exactly, selectors: [{ cel: { expression: 'device.nothing' } }] } }),
    [
      'spec.devices.requests[0].exactly.selectors[0].cel.expression: Invalid value: "device.nothing": compilation failed: no such key: nothing',
    ],
  ],
  [
    'one that gives no answer',
    claim({ name: 'a', exactly: { ...exactly, selectors: [{ cel: { expression: '1' } }] } }),
    [
      'spec.devices.requests[0].exactly.selectors[0].cel.expression: Invalid value: "1": must evaluate to bool or the unknown type, not int',
    ],
  ],
  ['requests differ', claim({ name: 'a', exactly }, { name: 'a', exactly }), ['spec.devices.requests[1].name: Duplicate value: "a"']],
  [
    'all is not a number',
    claim({ name: 'a', exactly: { ...exactly, allocationMode: 'All', count: 2 } }),
    ["spec.devices.requests[0].exactly.count: Invalid value: 2: must not be specified when allocationMode is 'All'"],
  ],
] as const)
  test(`ResourceClaim: ${rule}`, () => assert.deepEqual(causes(ResourceClaim, manifest), expected))

test('ResourceClaim: one device by default, and pending at first', () => {
  const object = prepared(ResourceClaim, claim({ name: 'a', exactly }))
  assert.deepEqual(object.spec.devices.requests[0].exactly, { deviceClassName: 'gpu', allocationMode: 'ExactCount', count: 1 })
  assert.deepEqual(Object.values(cells(ResourceClaim, object, 0)), ['pending', '<unknown>'])
  assert.equal(cells(ResourceClaim, { ...object, status: { allocation: {}, reservedFor: [{}] } }, 0).State, 'allocated,reserved')
})

for (const [rule, beta, kind, manifest] of [
  [
    'requests in one piece',
    ResourceClaimBeta,
    ResourceClaim,
    claim({ name: 'a', exactly }, { name: 'b', firstAvailable: [{ name: 'x', deviceClassName: 'gpu' }] }),
  ],
  [
    'devices one level up',
    ResourceSliceBeta,
    ResourceSlice,
    {
      spec: {
        driver: 'a.b',
        nodeName: 'n',
        pool: { name: 'p', generation: 1, resourceSliceCount: 1 },
        devices: [{ name: 'd', attributes: { a: { bool: true } } }],
      },
    },
  ],
] as const)
  test(`v1beta1 and back: ${rule}`, () => {
    const stored = prepared(kind, manifest)
    const shown = beta.options.view?.show?.(structuredClone(stored)) as Manifest
    assert.notDeepEqual(shown.spec, stored.spec)
    const read = prepared(beta, { ...shown, apiVersion: beta.apiVersion })
    assert.deepEqual({ ...(beta.options.view?.store?.(read) as object), apiVersion: stored.apiVersion }, stored)
  })

test('v1beta2 is v1 under another name', () => {
  assert.deepEqual(
    [ResourceClaimBeta2.apiVersion, ResourceClaimBeta2.name, ResourceClaimBeta2.package],
    ['resource.k8s.io/v1beta2', 'ResourceClaim', 'io.k8s.api.resource.v1beta2'],
  )
  assert.deepEqual(causes(ResourceClaimBeta2, claim({ name: 'a' })), causes(ResourceClaim, claim({ name: 'a' })))
})

const slice = { driver: 'a.b', pool: { name: 'p', generation: 1, resourceSliceCount: 1 } }
test('ResourceSlice: it is somewhere', () =>
  assert.deepEqual(causes(ResourceSlice, { spec: slice }), [
    'spec: Required value: exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required',
  ]))
test('ResourceSlice: columns', () =>
  assert.deepEqual(Object.values(cells(ResourceSlice, prepared(ResourceSlice, { spec: { ...slice, nodeName: 'n' } }), 0)), [
    'n',
    'a.b',
    'p',
    '<unknown>',
  ]))
