/** Which devices claims get. One row per rule; facts as upstream's own table of allocations has them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Node } from '#kinds/core/node.ts'
import type { DeviceClass } from '#kinds/resource/device-class.ts'
import type { ResourceClaim } from '#kinds/resource/resource-claim.ts'
import type { ResourceSlice } from '#kinds/resource/resource-slice.ts'
import { allocate } from './allocate.ts'
import { allocationOf } from './outcome.ts'
import { type Devices, NO_DEVICES } from './sight.ts'
import { Taken } from './taken.ts'
import { AllocationError } from './wanted.ts'

const NODE = { metadata: { name: 'n1', labels: { zone: 'a' } }, spec: {}, status: {} } as unknown as Node
type Fields = Readonly<Record<string, unknown>>
const device = (name: string, more: Fields = {}) => ({ name, ...more })
/** The first word of the name is the pool. */
const slice = (name: string, devices: readonly object[], spec: Fields = { nodeName: 'n1' }, pool: Fields = {}) =>
  ({
    metadata: { name },
    spec: { driver: 'drv', pool: { name: name.split(' ')[0], generation: 1, resourceSliceCount: 1, ...pool }, devices, ...spec },
  }) as unknown as ResourceSlice
const classes: Readonly<Record<string, object>> = {
  any: {},
  big: {
    selectors: [{ cel: { expression: 'device.attributes["drv"].size > 1' } }],
    config: [{ opaque: { driver: 'drv', parameters: {} } }],
  },
  broken: { selectors: [{ cel: { expression: 'device.attributes["drv"].none > 1' } }] },
}
const want = (name: string, more: Fields = {}) => ({
  name,
  exactly: { deviceClassName: 'any', allocationMode: 'ExactCount', count: 1, ...more },
})
const either = (name: string, ...options: readonly Fields[]) => ({
  name,
  firstAvailable: options.map(option => ({ deviceClassName: 'any', allocationMode: 'ExactCount', count: 1, ...option })),
})
const claim = (requests: readonly object[], more: Fields = {}, name = 'c') =>
  ({
    metadata: { name, namespace: 'd', uid: name },
    spec: { devices: { requests, ...more } },
    status: {},
  }) as unknown as ResourceClaim
const holding = (...results: readonly Fields[]) =>
  ({
    status: { allocation: { devices: { results: results.map(result => ({ driver: 'drv', pool: 'p', ...result })) } } },
  }) as unknown as ResourceClaim
const selector = (expression: string) => ({ selectors: [{ cel: { expression } }] })

interface Scene {
  readonly slices: readonly ResourceSlice[]
  readonly held?: readonly ResourceClaim[]
}
const devicesOf = ({ slices, held = [] }: Scene): Devices => {
  const taken = new Taken()
  for (const each of held) taken.add(each)
  const deviceClass = (name: string) => (classes[name] && { metadata: { name }, spec: classes[name] }) as unknown as DeviceClass | undefined
  return { ...NO_DEVICES, slices: () => slices, deviceClass, taken }
}
/** `r=d1 r=d2; s=d3` per claim; or why not. */
function outcome(claims: readonly ResourceClaim[], scene: Scene): string {
  try {
    const allotment = allocate(claims, NODE, devicesOf(scene))
    if (!allotment.choices) return allotment.reason
    return claims
      .map(each =>
        allotment.choices
          .filter(({ wanted }) => wanted.claim === each)
          .map(
            ({ wanted, candidate }) =>
              `${wanted.name}=${candidate.pool.pool === 'p' ? '' : `${candidate.pool.pool}/`}${candidate.device.name}`,
          )
          .join(' '),
      )
      .join('; ')
  } catch (error) {
    if (error instanceof AllocationError) return error.message
    throw error
  }
}
const NOT_ALL = 'cannot allocate all claims'
const sized = (name: string, size: number, more: Fields = {}) => device(name, { attributes: { size: { int: size } }, ...more })
const two = slice('p', [device('d1'), device('d2')])
const drawing = (name: string, amount: string, more: Fields = {}) =>
  device(name, { consumesCounters: [{ counterSet: 'gpu', counters: { memory: { value: amount } } }], ...more })
const counted = (...devices: readonly object[]) => [
  slice(
    'p counters',
    [],
    { allNodes: true, sharedCounters: [{ name: 'gpu', counters: { memory: { value: '10Gi' } } }] },
    { resourceSliceCount: 2 },
  ),
  slice('p devices', devices, { nodeName: 'n1' }, { resourceSliceCount: 2 }),
]
const shared = (value: string, requestPolicy?: Fields) =>
  device('d1', { allowMultipleAllocations: true, capacity: { memory: { value, ...(requestPolicy && { requestPolicy }) } } })
const memory = (amount: string) => ({ capacity: { requests: { memory: amount } } })
const taint = { taints: [{ key: 'k', value: 'v', effect: 'NoSchedule' }] }

const rows: readonly [rule: string, claims: readonly ResourceClaim[], scene: Scene, outcome: string][] = [
  ['the first that fits', [claim([want('r')])], { slices: [two] }, 'r=d1'],
  ['no device twice', [claim([want('r'), want('s')])], { slices: [two] }, 'r=d1 s=d2'],
  ['nor in two claims', [claim([want('r')]), claim([want('s')], {}, 'c2')], { slices: [two] }, 'r=d1; s=d2'],
  ['nor what others have', [claim([want('r')])], { slices: [two], held: [holding({ device: 'd1' })] }, 'r=d2'],
  ['several for a request', [claim([want('r', { count: 2 })])], { slices: [two] }, 'r=d1 r=d2'],
  ['all or nothing', [claim([want('r', { count: 3 })])], { slices: [two] }, NOT_ALL],
  [
    'an earlier choice makes room for a later one',
    [claim([want('r'), want('s', selector('device.attributes["drv"].size == 1'))])],
    { slices: [slice('p', [sized('d1', 1), sized('d2', 2)])] },
    'r=d2 s=d1',
  ],
  [
    'as the class says',
    [claim([want('r', { deviceClassName: 'big' })])],
    { slices: [slice('p', [sized('d1', 1), sized('d2', 2)])] },
    'r=d2',
  ],
  [
    'a class that cannot be asked',
    [claim([want('r', { deviceClassName: 'broken' })])],
    { slices: [two] },
    'class broken: selector #0: CEL runtime error: no such key: none',
  ],
  [
    'a selector that cannot be read',
    [claim([want('r', selector('?!'))])],
    { slices: [two] },
    'claim d/c: selector #0: CEL compile error: Unexpected token: QUESTION',
  ],
  [
    'a class that is not there',
    [claim([want('r', { deviceClassName: 'none' })])],
    { slices: [two] },
    'claim d/c, request r: could not retrieve device class none: deviceclass.resource.k8s.io "none" not found',
  ],
  ['pools and slices by name', [claim([want('r')])], { slices: [slice('q', [device('d1')]), slice('o', [device('d2')])] }, 'r=o/d2'],
  ['devices of other nodes', [claim([want('r')])], { slices: [slice('p', [device('d1')], { nodeName: 'n2' })] }, NOT_ALL],
  ['devices of all nodes', [claim([want('r')])], { slices: [slice('p', [device('d1')], { allNodes: true })] }, 'r=d1'],
  [
    'devices of some nodes',
    [claim([want('r')])],
    {
      slices: [
        slice('p', [device('d1')], {
          nodeSelector: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] }] },
        }),
      ],
    },
    'r=d1',
  ],
  [
    'each device by itself',
    [claim([want('r')])],
    { slices: [slice('p', [device('d1', { nodeName: 'n2' }), device('d2', { nodeName: 'n1' })], { perDeviceNodeSelection: true })] },
    'r=d2',
  ],
  [
    'an old generation is none',
    [claim([want('r')])],
    { slices: [two, slice('p new', [device('d3')], { nodeName: 'n1' }, { generation: 2 })] },
    'r=d3',
  ],
  [
    'also when the new one is elsewhere',
    [claim([want('r')])],
    { slices: [two, slice('p new', [device('d3')], { nodeName: 'n2' }, { generation: 2 })] },
    NOT_ALL,
  ],
  [
    'from a pool that is being changed nothing is taken',
    [claim([want('r')])],
    { slices: [slice('p', [device('d1')], { nodeName: 'n1' }, { resourceSliceCount: 2 })] },
    NOT_ALL,
  ],
  [
    'slices for other nodes make a pool whole',
    [claim([want('r')])],
    {
      slices: [
        slice('p', [device('d1')], { nodeName: 'n1' }, { resourceSliceCount: 2 }),
        slice('p 2', [device('d2')], { nodeName: 'n2' }, { resourceSliceCount: 2 }),
      ],
    },
    'r=d1',
  ],
  [
    'two devices of one name',
    [claim([want('r')])],
    {
      slices: [
        slice('p', [device('d1')], { nodeName: 'n1' }, { resourceSliceCount: 2 }),
        slice('p 2', [device('d1')], { nodeName: 'n1' }, { resourceSliceCount: 2 }),
      ],
    },
    'invalid resource pools were encountered',
  ],
  ['all devices', [claim([want('r', { allocationMode: 'All', count: undefined })])], { slices: [two] }, 'r=d1 r=d2'],
  ['all means all', [claim([want('r', { allocationMode: 'All' })])], { slices: [two], held: [holding({ device: 'd2' })] }, NOT_ALL],
  ['all of none', [claim([want('r', { allocationMode: 'All' })])], { slices: [] }, NOT_ALL],
  [
    'all of what is being changed',
    [claim([want('r', { allocationMode: 'All' })])],
    { slices: [slice('p', [device('d1')], { nodeName: 'n1' }, { resourceSliceCount: 2 })] },
    'claim d/c, request r: asks for all devices, but resource pool drv/p is currently being updated',
  ],
  [
    'more than a claim can have',
    [claim([want('r', { count: 33 })])],
    { slices: [two] },
    'claim d/c: number of requested devices 33 exceeds the claim limit of 32',
  ],
  [
    'supervision of what others have',
    [claim([want('r', { adminAccess: true })])],
    { slices: [two], held: [holding({ device: 'd1' })] },
    'r=d1',
  ],
  ['supervision takes nothing', [claim([want('r')])], { slices: [two], held: [holding({ device: 'd1', adminAccess: true })] }, 'r=d1'],
  ['not twice in a claim', [claim([want('r', { adminAccess: true }), want('s', { adminAccess: true })])], { slices: [two] }, 'r=d1 s=d2'],
  ['the best alternative', [claim([either('r', { name: 'two', count: 2 }, { name: 'one' })])], { slices: [two] }, 'r/two=d1 r/two=d2'],
  ['or the next', [claim([either('r', { name: 'three', count: 3 }, { name: 'one' })])], { slices: [two] }, 'r/one=d1'],
  [
    'so that others get theirs',
    [claim([either('r', { name: 'two', count: 2 }, { name: 'one' }), want('s')])],
    { slices: [two] },
    'r/one=d1 s=d2',
  ],
  ['alternatives that are too many', [claim([either('r', { name: 'lot', count: 33 }, { name: 'one' })])], { slices: [two] }, 'r/one=d1'],
  [
    'devices that agree',
    [claim([want('r', { count: 2 })], { constraints: [{ matchAttribute: 'drv/size' }] })],
    { slices: [slice('p', [sized('d1', 1), sized('d2', 2), sized('d3', 2)])] },
    'r=d2 r=d3',
  ],
  [
    'a device without the attribute does not',
    [claim([want('r')], { constraints: [{ matchAttribute: 'drv/size' }] })],
    { slices: [slice('p', [device('d1'), sized('d2', 1)])] },
    'r=d2',
  ],
  [
    'numbers and texts never agree',
    [claim([want('r', { count: 2 })], { constraints: [{ matchAttribute: 'drv/size' }] })],
    { slices: [slice('p', [sized('d1', 1), device('d2', { attributes: { size: { string: '1' } } })])] },
    NOT_ALL,
  ],
  [
    'only the requests that are meant',
    [claim([want('r'), want('s'), want('t')], { constraints: [{ requests: ['r', 't'], matchAttribute: 'drv/size' }] })],
    { slices: [slice('p', [sized('d1', 1), sized('d2', 2), sized('d3', 1)])] },
    'r=d1 s=d2 t=d3',
  ],
  [
    'one alternative that is meant',
    [
      claim([either('r', { name: 'x' }, { name: 'y' }), want('s')], {
        constraints: [{ requests: ['r/x', 's'], matchAttribute: 'drv/size' }],
      }),
    ],
    { slices: [slice('p', [sized('d1', 1), sized('d2', 2)])] },
    'r/y=d1 s=d2',
  ],
  [
    'devices that differ',
    [claim([want('r', { count: 2 })], { constraints: [{ distinctAttribute: 'drv/size' }] })],
    { slices: [slice('p', [sized('d1', 1), sized('d2', 1), sized('d3', 2)])] },
    'r=d1 r=d3',
  ],
  [
    'all that cannot agree',
    [claim([want('r', { allocationMode: 'All' })], { constraints: [{ matchAttribute: 'drv/size' }] })],
    { slices: [slice('p', [sized('d1', 1), sized('d2', 2)])] },
    'claim d/c, request r: cannot add device drv/p/d2 because a claim constraint would not be satisfied',
  ],
  ['a taint keeps away', [claim([want('r')])], { slices: [slice('p', [device('d1', taint), device('d2')])] }, 'r=d2'],
  [
    'but for those who put up with it',
    [claim([want('r', { tolerations: [{ key: 'k', operator: 'Equal', value: 'v' }] })])],
    { slices: [slice('p', [device('d1', taint)])] },
    'r=d1',
  ],
  [
    'another value is another taint',
    [claim([want('r', { tolerations: [{ key: 'k', operator: 'Equal', value: 'w' }] })])],
    { slices: [slice('p', [device('d1', taint)])] },
    NOT_ALL,
  ],
  [
    'a taint without effect has none',
    [claim([want('r')])],
    { slices: [slice('p', [device('d1', { taints: [{ key: 'k', effect: 'None' }] })])] },
    'r=d1',
  ],
  [
    'parts as far as the whole suffices',
    [claim([want('r', { count: 2 })])],
    { slices: counted(drawing('d1', '6Gi'), drawing('d2', '5Gi'), drawing('d3', '4Gi')) },
    'r=d1 r=d3',
  ],
  [
    'parts that others have count',
    [claim([want('r')])],
    { slices: counted(drawing('d1', '6Gi'), drawing('d2', '5Gi')), held: [holding({ device: 'd1' })] },
    NOT_ALL,
  ],
  [
    'a counter that is not there',
    [claim([want('r')])],
    { slices: counted(device('d1', { consumesCounters: [{ counterSet: 'none', counters: { memory: { value: '1' } } }] })) },
    'invalid resource pools were encountered',
  ],
  [
    'a share each',
    [claim([want('r', memory('6Gi'))]), claim([want('s', memory('4Gi'))], {}, 'c2')],
    { slices: [slice('p', [shared('10Gi')])] },
    'r=d1; s=d1',
  ],
  [
    'not more than there is',
    [claim([want('r', memory('6Gi')), want('s', memory('5Gi'))])],
    { slices: [slice('p', [shared('10Gi')])] },
    NOT_ALL,
  ],
  [
    'shares of others count',
    [claim([want('r', memory('5Gi'))])],
    { slices: [slice('p', [shared('10Gi')])], held: [holding({ device: 'd1', shareID: 'x', consumedCapacity: { memory: '6Gi' } })] },
    NOT_ALL,
  ],
  ['without a wish all of it', [claim([want('r'), want('s', memory('1Gi'))])], { slices: [slice('p', [shared('10Gi')])] }, NOT_ALL],
  [
    'or what the driver gives by default',
    [claim([want('r'), want('s', memory('6Gi'))])],
    { slices: [slice('p', [shared('10Gi', { default: '4Gi' })])] },
    'r=d1 s=d1',
  ],
  [
    'in steps',
    [claim([want('r', memory('3Gi')), want('s', memory('7Gi'))])],
    { slices: [slice('p', [shared('10Gi', { default: '4Gi', validRange: { min: '4Gi', step: '4Gi' } })])] },
    NOT_ALL,
  ],
  ['a capacity that it has not', [claim([want('r', { capacity: { requests: { cores: '1' } } })])], { slices: [two] }, NOT_ALL],
  [
    'devices that have to be made ready come last',
    [claim([want('r')])],
    { slices: [slice('a', [device('d1', { bindingConditions: ['Ready'] })]), slice('b', [device('d2')])] },
    'r=b/d2',
  ],
]
for (const [rule, claims, scene, expected] of rows) test(rule, () => assert.equal(outcome(claims, scene), expected))

test('what is written into the claim', () => {
  const subject = claim(
    [want('r', { deviceClassName: 'big', tolerations: [{ key: 'k', operator: 'Exists' }] }), either('s', { name: 'x' })],
    {
      config: [
        { requests: ['s'], opaque: { driver: 'drv', parameters: { a: 1 } } },
        { requests: ['none'], opaque: { driver: 'drv', parameters: {} } },
      ],
    },
  )
  const { choices = [] } = allocate(
    [subject],
    NODE,
    devicesOf({
      slices: [
        slice(
          'p',
          [sized('d1', 2, { bindingConditions: ['Ready'] }), shared('1Gi')].map((each, i) => ({ ...each, name: `d${i + 1}` })),
        ),
      ],
    }),
  )
  assert.deepEqual(allocationOf(subject, choices, { node: 'n1', shareId: () => 'share' }), {
    devices: {
      results: [
        {
          request: 'r',
          driver: 'drv',
          pool: 'p',
          device: 'd1',
          tolerations: [{ key: 'k', operator: 'Exists' }],
          bindingConditions: ['Ready'],
        },
        { request: 's/x', driver: 'drv', pool: 'p', device: 'd2', shareID: 'share', consumedCapacity: { memory: '1Gi' } },
      ],
      config: [
        { source: 'FromClass', requests: ['r'], opaque: { driver: 'drv', parameters: {} } },
        { source: 'FromClaim', requests: ['s'], opaque: { driver: 'drv', parameters: { a: 1 } } },
      ],
    },
    nodeSelector: { nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n1'] }] }] },
  })
})
test('devices of all nodes tie their claim to none', () => {
  const subject = claim([want('r')])
  const { choices = [] } = allocate([subject], NODE, devicesOf({ slices: [slice('p', [device('d1')], { allNodes: true })] }))
  assert.equal(allocationOf(subject, choices, { node: 'n1', shareId: () => '' }).nodeSelector, undefined)
})
test('a search without end ends', () => {
  const many = Array.from({ length: 24 }, (_, i) => sized(`d${i}`, i))
  const subject = claim([want('r', { count: 12 })], { constraints: [{ matchAttribute: 'drv/size', requests: ['t'] }] })
  const impossible = claim([want('r', { count: 12 }), want('t', { count: 2 })], {
    constraints: [{ matchAttribute: 'drv/size', requests: ['t'] }],
  })
  assert.match(outcome([subject], { slices: [slice('p', many)] }), /^r=d0 /)
  assert.equal(outcome([impossible], { slices: [slice('p', many)] }), 'node n1: timed out trying to allocate devices')
})
