/** Which pods a node refuses. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pod } from '#kinds/core/pod.ts'
import type { PressureType } from '../eviction/signals.ts'
import { rejectionOf } from './admit.ts'

const pod = (spec: object, phase = 'Running') => ({ metadata: {}, spec: { containers: [], ...spec }, status: { phase } }) as unknown as Pod
const asks = (requests: object) => ({ containers: [{ name: 'c', resources: { requests } }] })
const port = (hostPort: number, more: object = {}) => ({
  containers: [{ name: 'c', ports: [{ containerPort: 1, protocol: 'TCP', hostPort, ...more }] }],
})
const affinity = (node: string) => ({
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }],
      },
    },
  },
})
const rows: readonly [string, object, readonly Pod[], string | undefined][] = [
  ['nothing special', {}, [], undefined],
  ['a safe sysctl', { securityContext: { sysctls: [{ name: 'kernel/shm_rmid_forced', value: '1' }] } }, [], undefined],
  [
    'an unsafe sysctl',
    { securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '1' }] } },
    [],
    'SysctlForbidden: Pod was rejected: forbidden sysctl: "kernel.msgmax" not allowlisted',
  ],
  ['an unsafe sysctl that is allowed', { securityContext: { sysctls: [{ name: 'kernel.msgmnb', value: '1' }] } }, [], undefined],
  ['one of a group that is allowed', { securityContext: { sysctls: [{ name: 'net.core.somaxconn', value: '1' }] } }, [], undefined],
  [
    'another system',
    { os: { name: 'windows' } },
    [],
    "PodOSNotSupported: Pod was rejected: Failed to admit pod as the OS field doesn't match node OS",
  ],
  ['a label that the node has', { nodeSelector: { zone: 'a' } }, [], undefined],
  [
    'a label that it has not',
    { nodeSelector: { zone: 'b' } },
    [],
    "NodeAffinity: Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
  ],
  ['an affinity to this node', affinity('n1'), [], undefined],
  [
    'an affinity to another one',
    affinity('n2'),
    [],
    "NodeAffinity: Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
  ],
  ['room', asks({ cpu: '1' }), [pod(asks({ cpu: '1' }))], undefined],
  [
    'no room',
    asks({ cpu: '1100m' }),
    [pod(asks({ cpu: '1' }))],
    "OutOfcpu: Pod was rejected: Node didn't have enough resource: cpu, requested: 1100, used: 1000, capacity: 2000",
  ],
  ['room that others have left', asks({ cpu: '2' }), [pod(asks({ cpu: '1' }), 'Succeeded')], undefined],
  [
    'a resource that the node does not have',
    asks({ 'example.com/gpu': '1' }),
    [],
    "OutOfexample.com/gpu: Pod was rejected: Node didn't have enough resource: example.com/gpu, requested: 1, used: 0, capacity: 0",
  ],
  [
    'too many pods',
    {},
    [pod({}), pod({})],
    "OutOfpods: Pod was rejected: Node didn't have enough resource: pods, requested: 1, used: 2, capacity: 2",
  ],
  [
    'a port that is taken',
    port(80),
    [pod(port(80, { hostIP: '127.0.0.1' }))],
    "NodePorts: Pod was rejected: Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
  ],
  ['a port that is taken elsewhere', port(80, { hostIP: '127.0.0.2' }), [pod(port(80, { hostIP: '127.0.0.1' }))], undefined],
  ['a port of another protocol', port(80), [pod(port(80, { protocol: 'UDP' }))], undefined],
]
const NODE = {
  name: 'n1',
  allocatable: { cpu: '2', memory: '1Gi', pods: '2' },
  labels: { zone: 'a' },
  pressures: [],
  isShuttingDown: false,
  unsafeSysctls: ['net.core.*', 'kernel.msgmnb'],
  abilities: { cdi: true, appArmor: false, supplementalGroupsPolicy: undefined },
}
for (const [rule, spec, others, expected] of rows)
  test(rule, () => {
    const found = rejectionOf(pod(spec), { ...NODE, others })
    assert.equal(found && `${found.reason}: ${found.message}`, expected)
  })

const able = { appArmor: true, supplementalGroupsPolicy: true }
const profile = { securityContext: { appArmorProfile: { type: 'RuntimeDefault' } } }
const needy: readonly [rule: string, spec: object, refused: string][] = [
  [
    'a profile of AppArmor for the pod',
    profile,
    'AppArmor: Pod was rejected: Cannot enforce AppArmor: AppArmor is not enabled on the host',
  ],
  [
    'a profile of AppArmor for a container',
    { containers: [{ name: 'c', ...profile }] },
    'AppArmor: Pod was rejected: Cannot enforce AppArmor: AppArmor is not enabled on the host',
  ],
  [
    'no groups but those of its own',
    { securityContext: { supplementalGroupsPolicy: 'Strict' } },
    'SupplementalGroupsPolicyNotSupported: Pod was rejected: SupplementalGroupsPolicy=Strict is not supported in this node',
  ],
]
for (const [rule, spec, refused] of needy)
  test(`only a node that can takes a pod with ${rule}`, () => {
    const found = rejectionOf(pod(spec), { ...NODE, others: [] })
    assert.equal(found && `${found.reason}: ${found.message}`, refused)
    assert.equal(rejectionOf(pod(spec), { ...NODE, others: [], abilities: able }), undefined)
  })
test('a node whose machine shuts down takes no pod', () => {
  const found = rejectionOf(pod({}), { ...NODE, others: [], isShuttingDown: true })
  assert.deepEqual(found, { reason: 'NodeShutdown', message: 'Pod was rejected: Pod was rejected as the node is shutting down.' })
})
test('without AppArmor a node takes what is unconfined', () =>
  assert.equal(rejectionOf(pod({ securityContext: { appArmorProfile: { type: 'Unconfined' } } }), { ...NODE, others: [] }), undefined))

const short = (...pressures: readonly PressureType[]) => `Evicted: Pod was rejected: The node had condition: [${pressures.join(' ')}]. `
const bears = { tolerations: [{ key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' }] }
const pressed: readonly [rule: string, pressures: readonly PressureType[], spec: object, isRefused: boolean][] = [
  ['short of memory, it takes no pod that does not say how much it needs', ['MemoryPressure'], {}, true],
  ['but one that does', ['MemoryPressure'], asks({ memory: '1Mi' }), false],
  ['or bears the taint', ['MemoryPressure'], bears, false],
  ['short of disk, it takes none', ['DiskPressure'], { ...asks({ memory: '1Mi' }), ...bears }, true],
  ['short of both, neither', ['MemoryPressure', 'DiskPressure'], bears, true],
  ['short of processes, none', ['PIDPressure'], {}, true],
  ['what the cluster depends on it always takes', ['DiskPressure'], { priority: 2_000_000_000 }, false],
]
for (const [rule, pressures, spec, isRefused] of pressed)
  test(rule, () => {
    const found = rejectionOf(pod(spec), { ...NODE, pressures, others: [] })
    assert.equal(found && `${found.reason}: ${found.message}`, isRefused ? short(...pressures) : undefined)
  })
