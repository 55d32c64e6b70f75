/** Which changes bring pods back that found no node. One row per rule. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Node } from '#kinds/core/node.ts'
import type { PersistentVolume } from '#kinds/core/persistent-volume.ts'
import type { PersistentVolumeClaim } from '#kinds/core/persistent-volume-claim.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { ResourceClaim } from '#kinds/resource/resource-claim.ts'
import type { ResourceSlice } from '#kinds/resource/resource-slice.ts'
import type { StorageClass } from '#kinds/storage/storage-class.ts'
import type { CSINode } from '#kinds/storage/csi-node.ts'
import type { Cause } from './hint.ts'
import { NO_DEVICES } from './devices/sight.ts'
import { mayHelp } from './hints.ts'

const TEN = { cpu: '10', memory: '1Gi', pods: '10' }
const node = (spec: object = {}, labels: object = {}, allocatable: object = TEN) =>
  ({ metadata: { name: 'n', labels }, spec, status: { allocatable } }) as unknown as Node
const pod = (spec: object = {}, labels: object = { app: 'web' }, namespace = 'd') =>
  ({ metadata: { name: 'p', namespace, labels }, spec: { containers: [], ...spec }, status: {} }) as unknown as Pod
const asking = (cpu: string) => pod({ containers: [{ name: 'c', resources: { requests: { cpu } } }] })
const withPort = (hostPort: number) => pod({ containers: [{ name: 'c', ports: [{ hostPort }] }] })
const labelSelector = { matchLabels: { app: 'web' } }
const term = { labelSelector, topologyKey: 'zone' }
const near = pod({ affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } } }, {})
const far = pod({ affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } } })
const spread = pod({ topologySpreadConstraints: [{ topologyKey: 'zone', maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule', labelSelector }] })
const two = { labelSelector: { matchLabels: { tier: 'x' } }, topologyKey: 'host' }
const farTwice = pod({ affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term, two] } } })
const once = { maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule' }
const spreadTwice = pod({ topologySpreadConstraints: [term, two].map(each => ({ ...each, ...once })) })
const came = (after: Node): Cause => ({ kind: 'Node', after })
const became = (before: Node, after: Node): Cause => ({ kind: 'Node', before, after })
const joined = (after: Pod): Cause => ({ kind: 'Pod', after })
const left = (before: Pod): Cause => ({ kind: 'Pod', before })
const changed = (before: Pod, after: Pod): Cause => ({ kind: 'Pod', before, after })
const able = { ...node(), status: { ...node().status, declaredFeatures: ['A'] } } as Node
const taint = { taints: [{ key: 'k', effect: 'NoSchedule' }] }

const withClaim = pod({ volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }] })
const claim = (name: string, namespace = 'd') => ({ metadata: { name, namespace }, spec: {} }) as unknown as PersistentVolumeClaim
const storageClass = (volumeBindingMode = 'Immediate') => ({ metadata: { name: 'c' }, volumeBindingMode }) as unknown as StorageClass
const volume = (zone: string) =>
  ({ metadata: { name: 'v', labels: { 'topology.kubernetes.io/zone': zone } }, spec: {} }) as unknown as PersistentVolume
const driverless = { spec: { drivers: null } } as unknown as CSINode
const takes = (count: number) => ({ spec: { drivers: [{ name: 'disk.example', allocatable: { count } }] } }) as unknown as CSINode

const needing = (name: string) => ({ resourceClaims: [{ name: 'c', resourceClaimName: name }] })
const withDevice = pod(needing('x'))
const deviceClaim = (name: string) => ({ metadata: { name, namespace: 'd', uid: name }, status: {} }) as unknown as ResourceClaim
const [own, other] = [deviceClaim('x'), deviceClaim('z')]
const having = (claim: ResourceClaim) => ({ ...claim, status: { allocation: {} } }) as unknown as ResourceClaim
const sight = {
  namespaceLabels: () => ({}),
  devices: { ...NO_DEVICES, claim: (_: unknown, name: string) => [own, other].find(({ metadata }) => metadata.name === name) },
}

const rows: readonly [rule: string, plugin: string, waiting: Pod, cause: Cause, helps: boolean][] = [
  ['a node is uncordoned', 'NodeUnschedulable', pod(), became(node({ unschedulable: true }), node()), true],
  ['a node stays uncordoned', 'NodeUnschedulable', pod(), became(node(), node({}, { a: 'b' })), false],
  ['a cordoned node comes', 'NodeUnschedulable', pod(), came(node({ unschedulable: true })), false],
  ['a pod goes, but the node is cordoned', 'NodeUnschedulable', pod(), left(pod()), false],
  ['a taint goes', 'TaintToleration', pod(), became(node(taint), node()), true],
  ['the taint stays', 'TaintToleration', pod(), became(node(taint), node(taint, { a: 'b' })), false],
  ['a tainted node comes', 'TaintToleration', pod(), came(node(taint)), false],
  ['a node gets the label', 'NodeAffinity', pod({ nodeSelector: { a: 'b' } }), became(node(), node({}, { a: 'b' })), true],
  ['a node had it before', 'NodeAffinity', pod({ nodeSelector: { a: 'b' } }), became(node({}, { a: 'b' }), node(taint, { a: 'b' })), false],
  ['who had the port goes', 'NodePorts', withPort(80), left(withPort(80)), true],
  ['who had another port goes', 'NodePorts', withPort(80), left(withPort(81)), false],
  ['a node comes with all its ports', 'NodePorts', withPort(80), came(node()), true],
  ['who took room goes', 'NodeResourcesFit', asking('1'), left(asking('1')), true],
  ['another pod is placed', 'NodeResourcesFit', asking('1'), joined(asking('1')), false],
  ['a pod asks for less', 'NodeResourcesFit', asking('1'), changed(asking('2'), asking('1')), true],
  ['a large node comes', 'NodeResourcesFit', asking('10'), came(node()), true],
  ['one that is too small comes', 'NodeResourcesFit', asking('11'), came(node()), false],
  ['a node offers more', 'NodeResourcesFit', asking('1'), became(node({}, {}, { ...TEN, cpu: '9' }), node()), true],
  ['a node offers as much as before', 'NodeResourcesFit', asking('1'), became(node(), node(taint)), false],
  ['a node comes, whatever it can do', 'NodeDeclaredFeatures', pod(), came(node()), true],
  ['a node can do as much as before', 'NodeDeclaredFeatures', pod(), became(node(), node(taint)), false],
  ['a node can do more', 'NodeDeclaredFeatures', pod(), became(node(), able), true],
  ['a counted pod goes', 'PodTopologySpread', spread, left(pod()), true],
  ['a counted pod comes', 'PodTopologySpread', spread, joined(pod()), true],
  ['a pod comes that one of two constraints counts', 'PodTopologySpread', spreadTwice, joined(pod()), true],
  ['where the configuration spreads all pods, anyone', 'PodTopologySpread', pod(), joined(pod({}, {})), true],
  ['one of another namespace goes', 'PodTopologySpread', spread, left(pod({}, { app: 'web' }, 'e')), false],
  ['one that does not count goes', 'PodTopologySpread', spread, left(pod({}, {})), false],
  ['one is counted from now on', 'PodTopologySpread', spread, changed(pod({}, {}), pod()), true],
  ['a further place comes', 'PodTopologySpread', spread, came(node({}, { zone: 'a' })), true],
  ['a node without a place comes', 'PodTopologySpread', spread, came(node()), false],
  ['a place moves', 'PodTopologySpread', spread, became(node({}, { zone: 'a' }), node({}, { zone: 'b' })), true],
  ['a node says something else', 'PodTopologySpread', spread, became(node({}, { zone: 'a' }), node({}, { zone: 'a', b: 'c' })), false],
  ['the wanted neighbour comes', 'InterPodAffinity', near, joined(pod()), true],
  ['another one comes', 'InterPodAffinity', near, joined(pod({}, {})), false],
  ['the unwanted neighbour goes', 'InterPodAffinity', far, left(pod()), true],
  ['the unwanted neighbour changes its labels', 'InterPodAffinity', far, changed(pod(), pod({}, {})), true],
  ['who did not want it goes', 'InterPodAffinity', pod(), left(far), true],
  ['a stranger goes', 'InterPodAffinity', far, left(pod({}, {})), false],
  ['a further place comes for it', 'InterPodAffinity', far, came(node({}, { zone: 'a' })), true],
  ['a node comes that is nowhere', 'InterPodAffinity', near, came(node()), false],
  ['where nobody is that it cannot bear', 'InterPodAffinity', far, came(node()), true],
  ['a node leaves their place', 'InterPodAffinity', far, became(node({}, { zone: 'a' }), node()), true],
  ['a node joins a place', 'InterPodAffinity', far, became(node(), node({}, { zone: 'a' })), false],
  ['whom one of two terms meant is meant no more', 'InterPodAffinity', farTwice, changed(pod({}, { app: 'web', tier: 'x' }), pod()), true],
  ['nobody knows of the plugin', 'http://extender/', pod(), joined(pod()), true],
  ['the claim comes', 'VolumeBinding', withClaim, { kind: 'PersistentVolumeClaim', after: claim('data') }, true],
  ['the claim is bound', 'VolumeBinding', withClaim, { kind: 'PersistentVolumeClaim', before: claim('data'), after: claim('data') }, true],
  ['another claim comes', 'VolumeBinding', withClaim, { kind: 'PersistentVolumeClaim', after: claim('other') }, false],
  ['a claim of that name elsewhere', 'VolumeBinding', withClaim, { kind: 'PersistentVolumeClaim', after: claim('data', 'x') }, false],
  ['the node of the volume gets its label', 'VolumeBinding', withClaim, became(node(), node({}, { a: 'b' })), true],
  ['a node comes without a label', 'VolumeBinding', withClaim, came(node()), true],
  [
    'a class says something else',
    'VolumeBinding',
    withClaim,
    { kind: 'StorageClass', before: storageClass(), after: storageClass() },
    false,
  ],
  [
    'a class that waits for pods comes',
    'VolumeZone',
    withClaim,
    { kind: 'StorageClass', after: storageClass('WaitForFirstConsumer') },
    true,
  ],
  ['one that does not', 'VolumeZone', withClaim, { kind: 'StorageClass', after: storageClass() }, false],
  ['a volume moves', 'VolumeZone', withClaim, { kind: 'PersistentVolume', before: volume('a'), after: volume('b') }, true],
  ['a volume stays', 'VolumeZone', withClaim, { kind: 'PersistentVolume', before: volume('a'), after: volume('a') }, false],
  ['a pod goes, which binds no claim', 'VolumeBinding', withClaim, left(pod()), false],
  ['who had the claim goes', 'VolumeRestrictions', withClaim, left(withClaim), true],
  ['who had no claim goes', 'VolumeRestrictions', withClaim, left(pod()), false],
  [
    'the claim changes, but was known',
    'VolumeRestrictions',
    withClaim,
    { kind: 'PersistentVolumeClaim', before: claim('data'), after: claim('data') },
    false,
  ],
  ['its claim comes', 'DynamicResources', withDevice, { kind: 'ResourceClaim', after: own }, true],
  ['its claim gets devices', 'DynamicResources', withDevice, { kind: 'ResourceClaim', before: own, after: having(own) }, true],
  ['its claim gets a label', 'DynamicResources', withDevice, { kind: 'ResourceClaim', before: own, after: { ...own } }, false],
  ['another claim comes', 'DynamicResources', withDevice, { kind: 'ResourceClaim', after: other }, false],
  [
    'another claim gives devices back',
    'DynamicResources',
    withDevice,
    { kind: 'ResourceClaim', before: having(other), after: other },
    true,
  ],
  [
    'but its own is not there',
    'DynamicResources',
    pod(needing('y')),
    { kind: 'ResourceClaim', before: having(other), after: other },
    false,
  ],
  ['a driver offers something', 'DynamicResources', withDevice, { kind: 'ResourceSlice', after: {} as ResourceSlice }, true],
  ['a driver goes', 'DynamicResources', withDevice, { kind: 'ResourceSlice', before: {} as ResourceSlice }, false],
  ['a node gets a label', 'DynamicResources', withDevice, became(node(), node({}, { a: 'b' })), true],
  ['a node gets a taint', 'DynamicResources', withDevice, became(node(), node(taint)), false],
  ['a pod goes', 'DynamicResources', withDevice, left(pod()), false],
  ['a driver can take more', 'NodeVolumeLimits', withClaim, { kind: 'CSINode', before: takes(1), after: takes(2) }, true],
  ['the last driver goes', 'NodeVolumeLimits', withClaim, { kind: 'CSINode', before: takes(2), after: driverless }, false],
  ['the first driver comes', 'NodeVolumeLimits', withClaim, { kind: 'CSINode', before: driverless, after: takes(2) }, true],
  ['a driver takes as many', 'NodeVolumeLimits', withClaim, { kind: 'CSINode', before: takes(2), after: takes(2) }, false],
]
for (const [rule, plugin, waiting, cause, helps] of rows)
  test(`${plugin}: ${rule}`, () => assert.equal(mayHelp([plugin], waiting, cause, sight), helps))
test('one of several plugins is enough', () =>
  assert.equal(mayHelp(['NodeResourcesFit', 'TaintToleration'], asking('1'), left(pod()), sight), true))
test('who found no node at all is woken by any change', () => assert.equal(mayHelp([], pod(), came(node()), sight), true))
