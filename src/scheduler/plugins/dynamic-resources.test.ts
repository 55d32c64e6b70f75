/** Rules by which pods wait for their claims, and follow them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Node } from '#kinds/core/node.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { DeviceClass } from '#kinds/resource/device-class.ts'
import type { ResourceClaim } from '#kinds/resource/resource-claim.ts'
import { schedule } from '../cycle.ts'
import { deallocation } from '../devices/deallocation.ts'
import { type Devices, NO_DEVICES } from '../devices/sight.ts'
import { preempt } from '../preemption.ts'
import { nodeInfo, type Snapshot } from '../snapshot.ts'
import { NO_STORAGE } from '../storage.ts'
import { dynamicResources } from './dynamic-resources.ts'
import { plugins } from './index.ts'

const node = (name: string) =>
  nodeInfo(
    { metadata: { name, labels: {} }, spec: {}, status: { allocatable: { cpu: '1', pods: '9', memory: '1Gi' } } } as unknown as Node,
    [],
  )
const pod = (entry: object, status: object = {}) =>
  ({
    metadata: { name: 'web', namespace: 'd', uid: 'u1' },
    spec: { containers: [{ name: 'c' }], resourceClaims: [{ name: 'gpu', ...entry }] },
    status,
  }) as unknown as Pod
const named = pod({ resourceClaimName: 'c' })
const generated = (name?: string) =>
  pod({ resourceClaimTemplateName: 't' }, { resourceClaimStatuses: [{ name: 'gpu', resourceClaimName: name }] })
const on = (...names: readonly string[]) => ({
  nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: names }] }],
})
const claim = (
  status: object = {},
  metadata: object = {},
  requests: readonly object[] = [{ name: 'r', exactly: { deviceClassName: 'k' } }],
) =>
  ({
    metadata: { name: 'c', namespace: 'd', uid: 'c1', ...metadata },
    spec: { devices: { requests } },
    status,
  }) as unknown as ResourceClaim
const at = (nodes: object, users: readonly string[] = []) =>
  claim({ allocation: { devices: {}, nodeSelector: nodes }, reservedFor: users.map(uid => ({ resource: 'pods', name: uid, uid })) })
const knowing = (known: ResourceClaim | undefined, more: Partial<Devices> = {}): Devices => ({
  ...NO_DEVICES,
  claim: (namespace, name) => (namespace === 'd' && name === 'c' ? known : undefined),
  deviceClass: name => (name === 'k' ? ({ metadata: { name }, spec: {} } as unknown as DeviceClass) : undefined),
  ...more,
})
const snapshotOf = (devices: Devices): Snapshot => ({
  nodes: [node('a'), node('b')],
  namespaceLabels: () => ({}),
  nominated: () => [],
  siblings: () => undefined,
  images: () => undefined,
  storage: NO_STORAGE,
  devices,
})

const gates: readonly [rule: string, subject: Pod, devices: Devices, reason: string | undefined][] = [
  ['a claim that is not there', named, knowing(undefined), 'could not find ResourceClaim "d/c"'],
  [
    'one that is still to be made',
    pod({ resourceClaimTemplateName: 't' }),
    knowing(undefined),
    'pod "d/web": ResourceClaim not created yet',
  ],
  ['one that goes', named, knowing(claim({}, { deletionTimestamp: 'now' })), 'resourceclaim "c" is being deleted'],
  [
    'one that was made for another pod',
    generated('c'),
    knowing(claim()),
    'ResourceClaim d/c was not created for Pod d/web (Pod is not owner)',
  ],
  ['one that is there', named, knowing(claim()), undefined],
  ['none is needed', generated(), knowing(undefined), undefined],
]
for (const [rule, subject, devices, reason] of gates)
  test(`is it looked at: ${rule}`, () => assert.equal(dynamicResources.gates?.(subject, snapshotOf(devices)), reason))

const AGAIN = ' preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.'
const outcome = (subject: Pod, devices: Devices) => {
  const snapshot = snapshotOf(devices)
  const decision = schedule(subject, snapshot, { plugins, chance: 0 })
  if (decision.node !== undefined) return decision.node
  const { claim: released, word } = deallocation(subject, snapshot, decision)
  const { message } = preempt(subject, { snapshot, refused: decision, plugins, budgets: [], word }) as { message: string }
  assert.ok(message.endsWith(`,${AGAIN}`))
  return decision.message + message.slice(0, -AGAIN.length - 1) + (released ? ` (${released.metadata.name})` : '')
}
const rows: readonly [rule: string, subject: Pod, devices: Devices, outcome: string][] = [
  [
    'a class that is not there',
    named,
    knowing(claim({}, {}, [{ name: 'r', firstAvailable: [{ name: 's', deviceClassName: 'none' }] }])),
    '0/2 nodes are available: request r/s: device class none does not exist. no new claims to deallocate',
  ],
  [
    'a claim that is being given devices',
    named,
    knowing(claim(), { isPending: uid => uid === 'c1' }),
    '0/2 nodes are available: resource claim d/c is in the process of being allocated. no new claims to deallocate',
  ],
  ['no devices', named, knowing(claim()), '0/2 nodes are available: 2 cannot allocate all claims. still not schedulable'],
  ['a claim leads to its node', named, knowing(at(on('b'))), 'b'],
  ['also when it is used there', named, knowing(at(on('b'), ['u0'])), 'b'],
  [
    'a claim that nobody uses comes back from a node that is gone',
    named,
    knowing(at(on('c'))),
    '0/2 nodes are available: 2 resourceclaim not available on the node. deallocation of ResourceClaim completed (c)',
  ],
  [
    'so does one that the pod alone uses',
    named,
    knowing(at(on('c'), ['u1'])),
    '0/2 nodes are available: 2 resourceclaim not available on the node. deallocation of ResourceClaim completed (c)',
  ],
  [
    'not what others use',
    named,
    knowing(at(on('c'), ['u0'])),
    '0/2 nodes are available: 2 resourceclaim not available on the node. still not schedulable',
  ],
]
for (const [rule, subject, devices, expected] of rows) test(rule, () => assert.equal(outcome(subject, devices), expected))
