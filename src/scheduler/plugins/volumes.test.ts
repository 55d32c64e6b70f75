/** Rules by which volumes decide where a pod goes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Node } from '#kinds/core/node.ts'
import type { PersistentVolume } from '#kinds/core/persistent-volume.ts'
import type { PersistentVolumeClaim } from '#kinds/core/persistent-volume-claim.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { CSINodeDriver } from '#kinds/storage/csi-node.ts'
import type { StorageClass } from '#kinds/storage/storage-class.ts'
import type { VolumeAttachment } from '#kinds/storage/volume-attachment.ts'
import { schedule } from '../cycle.ts'
import { preempt } from '../preemption.ts'
import { type NodeInfo, nodeInfo, type Snapshot } from '../snapshot.ts'
import { NO_DEVICES } from '../devices/sight.ts'
import { NO_STORAGE, type Storage } from '../storage.ts'
import { plugins } from './index.ts'

const ZONE = 'topology.kubernetes.io/zone'
const pod = (volumes: readonly object[], more: object = {}) =>
  ({
    metadata: { name: 'p', namespace: 'd', uid: 'u', ...more },
    spec: { containers: [{ name: 'c' }], volumes: volumes.map((volume, i) => ({ name: `v${i}`, ...volume })) },
    status: {},
  }) as unknown as Pod
const uses = (claimName: string) => ({ persistentVolumeClaim: { claimName } })
const wants = (...claims: string[]) => pod(claims.map(uses))
const scratch = pod([{ name: 'scratch', ephemeral: {} }])

const node = (name: string, labels: object = {}, pods: readonly Pod[] = []) =>
  nodeInfo({ metadata: { name, labels }, status: { allocatable: { cpu: '1', memory: '1Gi', pods: '9' } } } as unknown as Node, pods)
const bound = { annotations: { 'pv.kubernetes.io/bind-completed': 'yes' } }
const claim = (spec: object, { status = {}, ...metadata }: { status?: object; [field: string]: unknown } = {}) =>
  ({ metadata: { name: 'data', namespace: 'd', ...metadata }, spec, status }) as unknown as PersistentVolumeClaim
const volume = (spec: object, labels: object = {}) => ({ metadata: { name: 'pv', labels }, spec }) as unknown as PersistentVolume
const csi = (volumeHandle: string) => volume({ csi: { driver: 'disk.example', volumeHandle } })
const inZone = (zone: string) => ({
  nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: ZONE, operator: 'In', values: [zone] }] }] } },
})
const limit = (count: number): CSINodeDriver => ({ name: 'disk.example', nodeID: 'n', topologyKeys: [], allocatable: { count } })
const attached = (persistentVolumeName: string) =>
  ({ spec: { attacher: 'disk.example', source: { persistentVolumeName }, nodeName: 'a' } }) as unknown as VolumeAttachment

interface Stored {
  readonly claims?: Record<string, PersistentVolumeClaim>
  readonly volumes?: Record<string, PersistentVolume>
  readonly classes?: Record<string, object>
  readonly drivers?: readonly CSINodeDriver[]
  readonly attachments?: readonly VolumeAttachment[]
}
const storageOf = ({ claims = {}, volumes = {}, classes = {}, drivers = [], attachments = [] }: Stored): Storage => ({
  claim: (namespace, name) => (namespace === 'd' ? claims[name] : undefined),
  volume: name => volumes[name],
  storageClass: name => classes[name] as StorageClass | undefined,
  drivers: () => drivers,
  attachments: () => attachments,
})
const toPv = claim({ volumeName: 'pv' }, bound)
const alone = claim({ volumeName: 'pv', accessModes: ['ReadWriteOncePod'] }, bound)
const later = { claims: { data: claim({ storageClassName: 'late' }) }, classes: { late: { volumeBindingMode: 'WaitForFirstConsumer' } } }
const local = { claims: { data: toPv }, volumes: { pv: volume(inZone('x')) } }
const labelled = { claims: { data: toPv }, volumes: { pv: volume({}, { [ZONE]: 'x__y' }) } }
const none = (why: string) => `0/1 nodes are available: ${why}.`
const x = { [ZONE]: 'x' }
const iscsi = (readOnly: boolean) => ({ iscsi: { iqn: 'disk', readOnly } })
const rbd = (monitors: readonly string[], readOnly = false) => ({ rbd: { monitors, pool: 'p', image: 'i', readOnly } })
const two = {
  claims: { one: claim({ volumeName: 'pv1' }, bound), other: claim({ volumeName: 'pv2' }, bound) },
  volumes: { pv1: csi('1'), pv2: csi('2') },
}

const rows: readonly [rule: string, pod: Pod, nodes: readonly NodeInfo[], stored: Stored, outcome: string][] = [
  ['a claim that is missing', wants('data'), [node('a')], {}, none('persistentvolumeclaim "data" not found')],
  [
    'an ephemeral claim that is still to come',
    scratch,
    [node('a')],
    {},
    none('waiting for ephemeral volume controller to create the persistentvolumeclaim "p-scratch"'),
  ],
  [
    "an ephemeral claim that is another's",
    scratch,
    [node('a')],
    { claims: { 'p-scratch': toPv } },
    none('PVC d/p-scratch was not created for pod d/p (pod is not owner)'),
  ],
  [
    'a claim whose volume has vanished',
    wants('data'),
    [node('a')],
    { claims: { data: claim({ volumeName: 'pv' }, { status: { phase: 'Lost' } }) } },
    none('persistentvolumeclaim "data" bound to non-existent persistentvolume "pv"'),
  ],
  [
    'a claim that is being deleted',
    wants('data'),
    [node('a')],
    { claims: { data: claim({ volumeName: 'pv' }, { ...bound, deletionTimestamp: '2026-01-01T00:00:00Z' }) } },
    none('persistentvolumeclaim "data" is being deleted'),
  ],
  [
    'a claim without a volume',
    wants('data'),
    [node('a')],
    { claims: { data: claim({}) } },
    none('pod has unbound immediate PersistentVolumeClaims'),
  ],
  [
    'a volume is named but does not know of it yet',
    wants('data'),
    [node('a')],
    { claims: { data: claim({ volumeName: 'pv' }) } },
    none('pod has unbound immediate PersistentVolumeClaims'),
  ],
  ['a claim that waits for its pod', wants('data'), [node('a')], later, none("1 node(s) didn't find available persistent volumes to bind")],
  ['a bound claim', wants('data'), [node('a')], { claims: { data: toPv }, volumes: { pv: volume({}) } }, 'a'],
  ['bound to a volume that is not there', wants('data'), [node('a')], { claims: { data: toPv } }, none('persistentvolume "pv" not found')],
  ['the node that reaches the volume', wants('data'), [node('a', { [ZONE]: 'y' }), node('b', x)], local, 'b'],
  ['no node reaches it', wants('data'), [node('a')], local, none("1 node(s) didn't match PersistentVolume's node affinity")],
  ['the zone of the label', wants('data'), [node('a', { [ZONE]: 'z' }), node('b', { [ZONE]: 'y' })], labelled, 'b'],
  ['another zone', wants('data'), [node('a', { [ZONE]: 'z' })], labelled, none('1 node(s) had no available volume zone')],
  ['a node that tells no zone', wants('data'), [node('a')], labelled, 'a'],
  [
    'a claim for one pod alone',
    wants('data'),
    [node('a', {}, [wants('data')])],
    { claims: { data: alone }, volumes: { pv: volume({}) } },
    none('1 node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod'),
  ],
  [
    'the same name in another namespace',
    wants('data'),
    [node('a', {}, [pod([uses('data')], { namespace: 'other' })])],
    { claims: { data: alone }, volumes: { pv: volume({}) } },
    'a',
  ],
  ['a disk that is written to', pod([iscsi(true)]), [node('a', {}, [pod([iscsi(false)])])], {}, none('1 node(s) had no available disk')],
  ['a disk that all only read', pod([iscsi(true)]), [node('a', {}, [pod([iscsi(true)])])], {}, 'a'],
  [
    'the same image at a common monitor',
    pod([rbd(['m', 'n'])]),
    [node('a', {}, [pod([rbd(['n'])])])],
    {},
    none('1 node(s) had no available disk'),
  ],
  ['the same name at other monitors', pod([rbd(['m'])]), [node('a', {}, [pod([rbd(['n'])])])], {}, 'a'],
  [
    'as many volumes as the driver can attach',
    wants('other'),
    [node('a', {}, [wants('one')])],
    { ...two, drivers: [limit(1)] },
    none('1 node(s) exceed max volume count'),
  ],
  ['room for one more', wants('other'), [node('a', {}, [wants('one')])], { ...two, drivers: [limit(2)] }, 'a'],
  ['a volume that is there counts once', wants('one'), [node('a', {}, [wants('one')])], { ...two, drivers: [limit(1)] }, 'a'],
  [
    'attached, but by no pod of this node',
    wants('other'),
    [node('a')],
    { ...two, drivers: [limit(1)], attachments: [attached('pv1')] },
    none('1 node(s) exceed max volume count'),
  ],
]
for (const [rule, subject, nodes, stored, outcome] of rows)
  test(rule, () => {
    const decision = schedule(subject, snapshotOf(nodes, storageOf(stored)), { plugins, chance: 0 })
    assert.equal(decision.node ?? decision.message, outcome)
  })
const snapshotOf = (nodes: readonly NodeInfo[], storage: Storage): Snapshot => ({
  nodes,
  namespaceLabels: () => ({}),
  nominated: () => [],
  siblings: () => undefined,
  images: () => undefined,
  storage,
  devices: NO_DEVICES,
})

test('what forbids all nodes is told alone, and nobody has to go for it', () => {
  const snapshot = snapshotOf([node('a'), node('b')], NO_STORAGE)
  const refused = schedule(wants('data'), snapshot, { plugins, chance: 0 })
  assert.ok(refused.node === undefined)
  const told = (word?: string) => {
    const { message } = preempt(wants('data'), { snapshot, refused, plugins, budgets: [], word }) as { message: string }
    return refused.message + message
  }
  const why = '0/2 nodes are available: persistentvolumeclaim "data" not found.'
  assert.equal(told('no new claims to deallocate'), `${why} not found`)
  assert.equal(told(), `${why} preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.`)
  assert.deepEqual(refused.plugins, ['VolumeRestrictions'])
})
test('for a more important pod goes who has the claim that no two may have, however often it is named', () => {
  const there = { ...wants('data'), metadata: { name: 'there', namespace: 'd' } } as Pod
  const important = (subject: Pod) => ({ ...subject, spec: { ...subject.spec, priority: 1 } }) as Pod
  const snapshot = snapshotOf([node('a', {}, [there])], storageOf({ claims: { data: alone }, volumes: { pv: volume({}) } }))
  for (const subject of [wants('data'), wants('data', 'data')].map(important)) {
    const refused = schedule(subject, snapshot, { plugins, chance: 0 })
    assert.ok(refused.node === undefined)
    assert.equal(preempt(subject, { snapshot, refused, plugins, budgets: [] }).node, 'a')
  }
})
