/** Rules by which the pods that are there decide where a new one goes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Node } from '#kinds/core/node.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { schedule } from '../cycle.ts'
import { nodeInfo, type Snapshot } from '../snapshot.ts'
import { NO_DEVICES } from '../devices/sight.ts'
import { NO_STORAGE } from '../storage.ts'
import { plugins } from './index.ts'

const HOST = 'kubernetes.io/hostname'
const ZONE = 'topology.kubernetes.io/zone'
const NEAR = "node(s) didn't match pod affinity rules"
const FAR = "node(s) didn't match pod anti-affinity rules"
const EXISTING = "node(s) didn't satisfy existing pods anti-affinity rules"
const SPREAD = "node(s) didn't match pod topology spread constraints"

interface Parts {
  readonly labels?: Record<string, string>
  readonly namespace?: string
  readonly isTerminating?: boolean
}
const pod = (spec: object = {}, { labels = {}, namespace = 'default', isTerminating = false }: Parts = {}) =>
  ({
    metadata: { name: 'p', namespace, labels, ...(isTerminating ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}) },
    spec: { containers: [{ name: 'c', image: 'i' }], ...spec },
    status: {},
  }) as unknown as Pod
const web = { labels: { app: 'web' } }
const placed = pod({}, web)
const node = (name: string, zone?: string, pods: readonly Pod[] = [], spec: object = {}) =>
  nodeInfo(
    {
      metadata: { name, labels: { [HOST]: name, ...(zone ? { [ZONE]: zone } : {}) } },
      spec,
      status: { allocatable: { cpu: '8', memory: '8Gi', pods: '99' } },
    } as unknown as Node,
    pods,
  )
const labelSelector = { matchLabels: { app: 'web' } }
const term = (more: object = {}) => ({ labelSelector, topologyKey: ZONE, ...more })
type Side = 'podAffinity' | 'podAntiAffinity'
const required = (side: Side, more: object = {}) => ({
  affinity: { [side]: { requiredDuringSchedulingIgnoredDuringExecution: [term(more)] } },
})
const preferred = (side: Side, more: object = {}) => ({
  affinity: { [side]: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: term(more) }] } },
})
const spread = (more: object = {}) => ({
  topologySpreadConstraints: [{ maxSkew: 1, topologyKey: ZONE, whenUnsatisfiable: 'DoNotSchedule', labelSelector, ...more }],
})
const softly = (more: object = {}) => spread({ whenUnsatisfiable: 'ScheduleAnyway', ...more })

const none = (count: number, ...parts: string[]) => `0/${count} nodes are available: ${parts.join(', ')}.`
const others = { namespace: 'other', labels: { app: 'web' } }
const [a, b] = [node('a', 'x'), node('b', 'y')]
const webInX = node('a', 'x', [placed])
const repels = pod(required('podAntiAffinity'))
const rows: [rule: string, pod: Pod, nodes: readonly ReturnType<typeof node>[], outcome: string][] = [
  ['affinity finds the place of its pods', pod(required('podAffinity')), [b, webInX], 'a'],
  [
    'a place is all nodes with the same value',
    pod(required('podAffinity'), web),
    [node('c', 'x', [placed], { unschedulable: true }), a, b],
    'a',
  ],
  ['affinity without any such pod', pod(required('podAffinity')), [a, b], none(2, `2 ${NEAR}`)],
  ['the first pod of those that want each other may go anywhere', pod(required('podAffinity'), web), [a], 'a'],
  ['the first pod, too, needs a place', pod(required('podAffinity'), web), [node('bare')], none(1, `1 ${NEAR}`)],
  ['pods of other namespaces are not meant', pod(required('podAffinity')), [node('a', 'x', [pod({}, others)])], none(1, `1 ${NEAR}`)],
  ['unless their namespace is named', pod(required('podAffinity', { namespaces: ['other'] })), [node('a', 'x', [pod({}, others)])], 'a'],
  [
    'or selected by its labels',
    pod(required('podAffinity', { namespaceSelector: { matchLabels: { team: 'other' } } })),
    [b, node('a', 'x', [pod({}, others)])],
    'a',
  ],
  [
    'an empty namespaceSelector means all',
    pod(required('podAntiAffinity', { namespaceSelector: {} })),
    [node('a', 'x', [pod({}, others)])],
    none(1, `1 ${FAR}`),
  ],
  [
    'a selector for another namespace leaves the own one out',
    pod(required('podAffinity', { namespaces: ['other'] })),
    [webInX],
    none(1, `1 ${NEAR}`),
  ],
  ['anti-affinity keeps away', pod(required('podAntiAffinity')), [webInX, b], 'b'],
  ['from the whole place', pod(required('podAntiAffinity')), [webInX, node('c', 'x')], none(2, `2 ${FAR}`)],
  ['anti-affinity does not mind nodes without a place', pod(required('podAntiAffinity')), [webInX, node('bare')], 'bare'],
  ['pods that are there keep others away', pod({}, web), [node('a', 'x', [repels]), node('c', 'x')], none(2, `2 ${EXISTING}`)],
  ['but only those that they mean', pod(), [node('a', 'x', [repels])], 'a'],
  ['preferred affinity draws', pod(preferred('podAffinity')), [b, webInX], 'a'],
  ['preferred anti-affinity repels', pod(preferred('podAntiAffinity')), [webInX, b], 'b'],
  [
    'preferences of pods that are there count',
    pod({}, web),
    [node('a', 'x', [pod(preferred('podAntiAffinity'))]), node('b', 'y', [pod()])],
    'b',
  ],
  [
    'required affinity of pods that are there draws',
    pod({}, web),
    [node('b', 'y', [pod()]), node('a', 'x', [pod(required('podAffinity'))])],
    'a',
  ],

  ['no place may be ahead by more than maxSkew', pod(spread(), web), [webInX, b], 'b'],
  ['a pod that its own constraint does not count', pod(spread()), [webInX, node('b', 'y', [], { unschedulable: true })], 'a'],
  [
    'the emptiest place counts even when it cannot be used',
    pod(spread(), web),
    [webInX, node('b', 'y', [], { unschedulable: true })],
    none(2, `1 ${SPREAD}`, '1 node(s) were unschedulable'),
  ],
  [
    'nodeTaintsPolicy leaves tainted nodes out of the count',
    pod(spread({ nodeTaintsPolicy: 'Honor' }), web),
    [webInX, node('b', 'y', [], { taints: [{ key: 'k', effect: 'NoSchedule' }] })],
    'a',
  ],
  ['nodes that the pod does not want are not counted', pod({ ...spread(), nodeSelector: { [HOST]: 'a' } }, web), [webInX, b], 'a'],
  [
    'unless nodeAffinityPolicy says so',
    pod({ ...spread({ nodeAffinityPolicy: 'Ignore' }), nodeSelector: { [HOST]: 'a' } }, web),
    [webInX, b],
    none(2, "1 node(s) didn't match Pod's node affinity/selector", `1 ${SPREAD}`),
  ],
  ['fewer places than minDomains: the emptiest has none', pod(spread({ minDomains: 2 }), web), [webInX], none(1, `1 ${SPREAD}`)],
  ['enough of them', pod(spread({ minDomains: 1 }), web), [webInX], 'a'],
  ['a node that tells no place', pod(spread(), web), [node('bare')], none(1, `1 ${SPREAD} (missing required label)`)],
  [
    'terminating pods are not counted',
    pod(spread(), web),
    [node('a', 'x', [pod({}, { ...web, isTerminating: true })]), node('b', 'y', [placed])],
    'a',
  ],
  ['nor those of other namespaces', pod(spread(), web), [node('a', 'x', [pod({}, others)]), node('b', 'y', [placed])], 'a'],
  ['ScheduleAnyway prefers the emptier place', pod(softly(), web), [webInX, node('b', 'y', [pod()])], 'b'],
  ['ScheduleAnyway never refuses', pod(softly(), web), [webInX], 'a'],
  ['ScheduleAnyway prefers nodes that have a place', pod(softly(), web), [node('bare'), a], 'a'],
  ['pods of a service are spread over nodes', pod({}, web), [node('a', 'x', [placed]), node('c', 'x', [pod({}, others)])], 'c'],
  ['and over zones', pod({}, web), [node('c', 'x', [pod()]), node('a', 'x', [placed]), node('b', 'y', [pod()])], 'b'],
]
for (const [rule, subject, nodes, outcome] of rows)
  test(rule, () => {
    const snapshot: Snapshot = {
      nodes,
      namespaceLabels: name => ({ team: name }),
      nominated: () => [],
      storage: NO_STORAGE,
      devices: NO_DEVICES,
      images: () => undefined,
      siblings: ({ metadata }) => (metadata.labels?.['app'] ? labelSelector : undefined),
    }
    const decision = schedule(subject, snapshot, { plugins, chance: 0 })
    assert.equal(decision.node ?? ('message' in decision && decision.message), outcome)
  })
