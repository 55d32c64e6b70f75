/** Facts of pods: what they ask for in all, their class, and what is filled in. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decode } from '#schema/decode.ts'
import { fillDefaults } from '#schema/default.ts'
import { Pod } from '../pod.ts'
import { deletionCost, isAvailable } from './facts.ts'
import { qosClass } from './quality-of-service.ts'
import { limitsOf, requestsOf } from './resources.ts'
import { fillPod } from './defaults.ts'
import { podWarnings } from './warnings.ts'

type Json = Record<string, unknown>
const bare = (spec: Json, more: Json = {}): Pod =>
  decode(Pod, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec, ...more }).value
const asking = (requests: Json, more: Json = {}) => ({ name: 'c', resources: { requests }, ...more })

const sums: readonly (readonly [rule: string, spec: Json, requests: Json])[] = [
  ['containers add up', { containers: [asking({ cpu: '500m' }), asking({ cpu: '1', memory: '64Mi' })] }, { cpu: '1500m', memory: '64Mi' }],
  [
    'init containers run alone, so the largest counts',
    { containers: [asking({ cpu: '1' })], initContainers: [asking({ cpu: '3' }), asking({ cpu: '2' })] },
    { cpu: '3' },
  ],
  [
    'sidecars run beside all that follows',
    {
      containers: [asking({ cpu: '1' })],
      initContainers: [asking({ cpu: '2' }, { restartPolicy: 'Always' }), asking({ cpu: '3' })],
    },
    { cpu: '5' },
  ],
  [
    'sidecars run beside the containers',
    { containers: [asking({ cpu: '4' })], initContainers: [asking({ cpu: '2' }, { restartPolicy: 'Always' })] },
    { cpu: '6' },
  ],
  [
    'overhead is added',
    { containers: [asking({ cpu: '1' })], overhead: { cpu: '250m', memory: '10Mi' } },
    { cpu: '1250m', memory: '10Mi' },
  ],
  [
    'what the pod asks for goes before what containers ask for',
    { containers: [asking({ cpu: '1', 'example.com/gpu': '1' })], resources: { requests: { cpu: '3' } } },
    { cpu: '3', 'example.com/gpu': '1' },
  ],
]
for (const [rule, spec, want] of sums) test(rule, () => assert.deepEqual(requestsOf(bare(spec)), want))
test('overhead counts only where there is a limit', () => {
  const spec = { containers: [{ name: 'c', resources: { limits: { cpu: '1' } } }], overhead: { cpu: '250m', memory: '10Mi' } }
  assert.deepEqual(limitsOf(bare(spec)), { cpu: '1250m' })
})

const both = { cpu: '1', memory: '1Gi' }
const classes: readonly (readonly [resources: Json[], want: string])[] = [
  [[{}], 'BestEffort'],
  [[{ requests: { cpu: '0' } }], 'BestEffort'],
  [[{ requests: { 'example.com/gpu': '1' } }], 'BestEffort'],
  [[{ requests: { cpu: '1' } }], 'Burstable'],
  [[{ requests: both, limits: both }], 'Guaranteed'],
  [[{ requests: both, limits: both }, {}], 'Burstable'],
  [[{ requests: both, limits: { ...both, cpu: '2' } }], 'Burstable'],
  [[{ requests: { cpu: '1' }, limits: { cpu: '1' } }], 'Burstable'],
]
for (const [resources, want] of classes)
  test(`${JSON.stringify(resources)} is ${want}`, () =>
    assert.equal(qosClass(bare({ containers: resources.map((one, i) => ({ name: `c${i}`, resources: one })) }).spec), want))

const fillings: readonly (readonly [rule: string, spec: Json, read: (spec: Pod['spec']) => unknown, want: unknown])[] = [
  ['the tag latest is always pulled', { containers: [{ name: 'a', image: 'nginx' }] }, s => s.containers[0]?.imagePullPolicy, 'Always'],
  ['other tags are pulled once', { containers: [{ name: 'a', image: 'nginx:1' }] }, s => s.containers[0]?.imagePullPolicy, 'IfNotPresent'],
  [
    'a registry port is no tag',
    { containers: [{ name: 'a', image: 'localhost:5000/nginx' }] },
    s => s.containers[0]?.imagePullPolicy,
    'Always',
  ],
  [
    'digests are pulled once',
    { containers: [{ name: 'a', image: 'nginx@sha256:0123' }] },
    s => s.containers[0]?.imagePullPolicy,
    'IfNotPresent',
  ],
  [
    'limits are requested',
    { containers: [{ name: 'a', resources: { limits: { cpu: '2', memory: '1Gi' }, requests: { cpu: '1' } } }] },
    s => s.containers[0]?.resources.requests,
    { cpu: '1', memory: '1Gi' },
  ],
  [
    'with the host network, ports are those of the host',
    { hostNetwork: true, containers: [{ name: 'a', ports: [{ containerPort: 80 }] }] },
    s => s.containers[0]?.ports?.[0]?.hostPort,
    80,
  ],
  [
    'ephemeral containers are pulled by tag, too',
    { containers: [], ephemeralContainers: [{ name: 'a', image: 'busybox:1' }] },
    s => s.ephemeralContainers?.[0]?.imagePullPolicy,
    'IfNotPresent',
  ],
  ['a volume without source is empty', { containers: [], volumes: [{ name: 'v' }] }, s => s.volumes?.[0]?.emptyDir, {}],
  ['the account has two names', { containers: [], serviceAccount: 'old' }, s => s.serviceAccountName, 'old'],
  ['zero seconds of grace are meant', { containers: [], terminationGracePeriodSeconds: 0 }, s => s.terminationGracePeriodSeconds, 0],
  ['half a minute of grace otherwise', { containers: [] }, s => s.terminationGracePeriodSeconds, 30],
  ['services are told in variables', { containers: [] }, s => s.enableServiceLinks, true],
]
for (const [rule, spec, read, want] of fillings)
  test(rule, () => {
    const draft = decode(Pod, { apiVersion: 'v1', kind: 'Pod', metadata: {}, spec }).value
    assert.deepEqual(read(fillDefaults(Pod, draft).spec), want)
  })

test('a pod is available after minReadySeconds', () => {
  const since = '2030-01-01T00:00:00Z'
  const pod = bare({ containers: [] }, { status: { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: since }] } })
  assert.equal(isAvailable(pod, 10, Date.parse(since) + 9_999), false)
  assert.equal(isAvailable(pod, 10, Date.parse(since) + 10_000), true)
  assert.equal(isAvailable(bare({ containers: [] }), 0, 0), false)
})
test('deletion cost is a number or nothing', () => {
  const costing = (cost: string) =>
    bare({ containers: [] }, { metadata: { annotations: { 'controller.kubernetes.io/pod-deletion-cost': cost } } })
  assert.deepEqual(
    ['-5', '10', '+5', 'many'].map(cost => deletionCost(costing(cost))),
    [-5, 10, 0, 0],
  )
})
test('a pod without node is deleted at once, one with a node is waited for', () => {
  const grace = (spec: Json, asked?: number, status: Json = {}) =>
    Pod.options.gracePeriod?.(bare({ containers: [], ...spec }, { status }), asked)
  assert.equal(grace({}), 0)
  assert.equal(grace({ nodeName: 'n', terminationGracePeriodSeconds: 7 }), 7)
  assert.equal(grace({ nodeName: 'n' }, 3), 3)
  assert.equal(grace({ nodeName: 'n' }, undefined, { phase: 'Succeeded' }), 0)
})
test('old labels, hidden variables and fractions of bytes are advised against', () => {
  const pod = bare({
    nodeSelector: { 'beta.kubernetes.io/os': 'linux' },
    containers: [
      {
        name: 'a',
        env: [
          { name: 'A', value: '1' },
          { name: 'A', value: '2' },
        ],
        resources: { requests: { memory: '100m' } },
      },
    ],
  })
  assert.deepEqual(podWarnings(pod, 'spec.template.'), [
    'spec.template.spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead',
    'spec.template.spec.containers[0].resources.requests[memory]: fractional byte value "100m" is invalid, must be an integer',
    'spec.template.spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply',
  ])
})

test('a pod with less than no time to end has one second', () => {
  const filled = (seconds: number) => {
    const draft = { spec: { containers: [], terminationGracePeriodSeconds: seconds } } as unknown as Parameters<typeof fillPod>[0]
    fillPod(draft)
    return draft.spec?.terminationGracePeriodSeconds
  }
  assert.deepEqual([-1, 0, 7].map(filled), [1, 0, 7])
})
