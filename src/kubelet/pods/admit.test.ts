/** Which pods a node refuses. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pod } from '#kinds/core/pod.ts'
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
for (const [rule, spec, others, expected] of rows)
  test(rule, () => {
    const found = rejectionOf(pod(spec), { name: 'n1', allocatable: { cpu: '2', memory: '1Gi', pods: '2' }, labels: { zone: 'a' }, others })
    assert.equal(found && `${found.reason}: ${found.message}`, expected)
  })
