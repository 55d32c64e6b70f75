/** What the API is told of a pod, by what is observed of it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pod } from '#kinds/core/pod.ts'
import { containerHash } from '../runtime/labels.ts'
import type { ObservedContainer } from './observed.ts'
import { podStatus } from './pod-status.ts'
import type { Memory } from './sight.ts'
import { statusPatch } from './status-patch.ts'

const NOW = Date.parse('2030-01-01T00:00:00Z')
const container = (name: string, phase: ObservedContainer['phase'], exitCode = 0): ObservedContainer => ({
  id: `${name}-id`,
  name,
  attempt: 0,
  sandboxId: 's',
  phase,
  createdAt: NOW,
  startedAt: NOW,
  finishedAt: phase === 'exited' ? NOW : 0,
  exitCode,
  reason: '',
  message: '',
  image: 'docker.io/library/i:latest',
  imageId: 'sha256:1',
  logPath: '',
  hash: containerHash({ name, image: 'i' }),
})
interface Given {
  readonly spec?: object
  readonly status?: object
  readonly containers?: readonly ObservedContainer[]
  readonly memory?: Partial<Memory>
  readonly hasSandbox?: boolean
  readonly generation?: number
}
const spec = (more: object = {}) => ({
  restartPolicy: 'Always',
  containers: [
    { name: 'a', image: 'i' },
    { name: 'b', image: 'i' },
  ],
  ...more,
})
function status({ spec: given, status = {}, containers = [], memory = {}, hasSandbox = true, generation }: Given) {
  return podStatus({
    pod: { metadata: { name: 'p', namespace: 'd', uid: 'u', generation }, spec: spec(given), status } as unknown as Pod,
    observed: {
      uid: 'u',
      namespace: 'd',
      name: 'p',
      sandboxes: hasSandbox ? [{ id: 's', attempt: 0, isReady: true, createdAt: 1, ips: ['10.0.0.9'] }] : [],
      containers,
    },
    now: NOW,
    hostIPs: ['192.0.2.1'],
    memory: {
      areVolumesMounted: true,
      stoppedSandboxes: new Set(),
      sandboxRetryAt: 0,
      mountRetryAt: 0,
      troubles: new Map(),
      crashes: new Map(),
      health: () => ({ isStarted: true, isReady: true }),
      isStarting: () => false,
      ...memory,
    },
  })
}
const ending = { graceSeconds: 0 }
const init = { initContainers: [{ name: 'i', image: 'i' }] }

const phases: readonly [string, Given, string][] = [
  ['nothing is there', { hasSandbox: false }, 'Pending'],
  ['some containers have not begun', { containers: [container('a', 'running')] }, 'Pending'],
  ['all run', { containers: [container('a', 'running'), container('b', 'running')] }, 'Running'],
  ['one ended and will be started again', { containers: [container('a', 'running'), container('b', 'exited', 1)] }, 'Running'],
  [
    'one ended for good, another runs',
    { spec: { restartPolicy: 'Never' }, containers: [container('a', 'running'), container('b', 'exited', 1)] },
    'Running',
  ],
  ['all ended well', { spec: { restartPolicy: 'Never' }, containers: [container('a', 'exited'), container('b', 'exited')] }, 'Succeeded'],
  ['one ended badly', { spec: { restartPolicy: 'Never' }, containers: [container('a', 'exited'), container('b', 'exited', 1)] }, 'Failed'],
  ['all ended, and are started again', { containers: [container('a', 'exited'), container('b', 'exited')] }, 'Running'],
  [
    'all ended because the pod ends',
    { containers: [container('a', 'exited'), container('b', 'exited', 143)], memory: { ending } },
    'Failed',
  ],
  ['an init container runs', { spec: init, containers: [container('i', 'running')] }, 'Pending'],
  ['an init container failed for good', { spec: { ...init, restartPolicy: 'Never' }, containers: [container('i', 'exited', 1)] }, 'Failed'],
  ['a final phase stays', { status: { phase: 'Succeeded' }, hasSandbox: false, memory: { ending } }, 'Succeeded'],
  [
    'a deadline is over, a container still runs',
    {
      containers: [container('a', 'running'), container('b', 'running')],
      memory: { ending: { ...ending, verdict: { reason: 'DeadlineExceeded', message: '' } } },
    },
    'Running',
  ],
  [
    'all containers have ended, to begin anew',
    {
      spec: { restartPolicy: 'Never' },
      containers: [container('a', 'exited', 137), container('b', 'exited')],
      memory: { isRestartingAll: true },
    },
    'Running',
  ],
  [
    'a deadline is over',
    {
      containers: [container('a', 'exited'), container('b', 'exited')],
      memory: { ending: { ...ending, verdict: { reason: 'DeadlineExceeded', message: '' } } },
    },
    'Failed',
  ],
]
for (const [rule, given, phase] of phases) test(`phase: ${rule}`, () => assert.equal(status(given).phase, phase))

const RUNNING = [container('a', 'running'), container('b', 'running')]
const conditions: [string, Given, string, string][] = [
  ['no sandbox yet', { hasSandbox: false }, 'PodReadyToStartContainers', 'False'],
  ['a sandbox with an address', {}, 'PodReadyToStartContainers', 'True'],
  ['no init containers', {}, 'Initialized', 'True'],
  ['an init container is not done', { spec: init }, 'Initialized', 'False ContainersNotInitialized containers with incomplete status: [i]'],
  ['not all run', { containers: [container('a', 'running')] }, 'Ready', 'False ContainersNotReady containers with unready status: [b]'],
  ['all run and are ready', { containers: RUNNING }, 'Ready', 'True'],
  [
    'a probe has not succeeded',
    { containers: RUNNING, memory: { health: () => ({ isStarted: true, isReady: false }) } },
    'ContainersReady',
    'False ContainersNotReady containers with unready status: [a b]',
  ],
  [
    'a gate of which nothing is known',
    { spec: { readinessGates: [{ conditionType: 'g' }] }, containers: RUNNING },
    'Ready',
    'False ReadinessGatesNotReady corresponding condition of pod readiness gate "g" does not exist.',
  ],
  [
    'a gate that is shut',
    { spec: { readinessGates: [{ conditionType: 'g' }] }, status: { conditions: [{ type: 'g', status: 'False' }] }, containers: RUNNING },
    'Ready',
    'False ReadinessGatesNotReady the status of pod readiness gate "g" is not "True", but False',
  ],
  [
    'the pod has succeeded',
    { spec: { restartPolicy: 'Never' }, containers: [container('a', 'exited'), container('b', 'exited')] },
    'Ready',
    'False PodCompleted',
  ],
]
const evicted = { ending: { ...ending, isDisruption: true, verdict: { reason: 'Evicted', message: 'low' } } } as const
conditions.push(
  [
    'the node needed what the pod used',
    { containers: [container('a', 'exited'), container('b', 'exited')], memory: evicted },
    'DisruptionTarget',
    'True TerminationByKubelet low',
  ],
  ['but a container still runs', { containers: RUNNING, memory: evicted }, 'DisruptionTarget', ''],
)
const restarts = {
  containers: [
    { name: 'a', image: 'i', restartPolicyRules: [{ action: 'RestartAllContainers', exitCodes: { operator: 'In', values: [42] } }] },
    { name: 'b', image: 'i' },
  ],
}
const ALL = 'AllContainersRestarting'
conditions.push(
  ['no container restarts all', { containers: RUNNING }, ALL, ''],
  ['a container could restart all', { spec: restarts, containers: RUNNING }, ALL, 'False'],
  [
    'a container restarts all',
    { spec: restarts, containers: RUNNING, memory: { isRestartingAll: true } },
    ALL,
    'True RestartAllContainersStarted container exited with restart policy rule',
  ],
  [
    'a container could restart all, but the pod has succeeded',
    { spec: { ...restarts, restartPolicy: 'Never' }, containers: [container('a', 'exited'), container('b', 'exited')] },
    ALL,
    'False PodCompleted',
  ],
)
for (const [rule, given, type, expected] of conditions)
  test(`condition: ${rule}`, () => {
    const found = status(given).conditions?.find(condition => condition.type === type)
    assert.equal([found?.status, found?.reason, found?.message].filter(Boolean).join(' '), expected)
  })

test('a container tells as whom it runs, where the runtime does', () => {
  const user = { linux: { uid: 1000, gid: 3000, supplementalGroups: [3000, 4000] } }
  const of = (more: object) => status({ containers: [{ ...container('a', 'running'), ...more }] }).containerStatuses?.[0]?.user
  assert.deepEqual([of({ user }), of({})], [user, undefined])
})

const pause = (ms: number) => ({ crashes: new Map([['b', { ms, at: NOW }]]) })
const ended = { terminated: { exitCode: 42, containerID: 'containerd://x' } }
const RESET = { reason: 'RestartingAllContainers', message: 'The container is removed because RestartAllContainers in place' }
const RESET_TERMINATED = { exitCode: 137, ...RESET }
const states: readonly [string, Given, object, object][] = [
  [
    'ended, and forgotten by the runtime',
    { status: { containerStatuses: [{ name: 'b', restartCount: 3, state: ended, lastState: {} }] } },
    ended,
    {},
  ],
  [
    'removed, as all containers begin anew',
    {
      status: { containerStatuses: [{ name: 'b', restartCount: 3, state: ended, lastState: {} }] },
      memory: { reset: new Map([['b', container('b', 'exited', 42)]]) },
    },
    { waiting: { reason: 'ContainerCreating' } },
    { terminated: RESET_TERMINATED },
  ],
  [
    'removed, as others still make room',
    {
      status: { containerStatuses: [{ name: 'b', restartCount: 3, state: ended, lastState: {} }] },
      memory: { isRestartingAll: true, reset: new Map([['b', container('b', 'exited', 42)]]) },
    },
    { waiting: RESET },
    { terminated: RESET_TERMINATED },
  ],
  [
    'running again in the place of one that made room, before the API has said so',
    {
      status: { containerStatuses: [{ name: 'b', restartCount: 3, state: ended, lastState: {} }] },
      containers: [container('b', 'running')],
      memory: { begunAnew: new Set(['b-id']) },
    },
    { running: { startedAt: '2030-01-01T00:00:00Z' } },
    { terminated: RESET_TERMINATED },
  ],
  [
    'stopped only to begin anew, though it ended well',
    { spec: { restartPolicy: 'OnFailure' }, containers: [container('b', 'exited')], memory: { anew: new Set(['b-id']) } },
    { waiting: { reason: 'ContainerCreating' } },
    {
      terminated: {
        exitCode: 0,
        reason: 'Completed',
        startedAt: '2030-01-01T00:00:00Z',
        finishedAt: '2030-01-01T00:00:00Z',
        containerID: 'containerd://b-id',
      },
    },
  ],
  ['not begun', {}, { waiting: { reason: 'ContainerCreating' } }, {}],
  ['not begun for init containers', { spec: init }, { waiting: { reason: 'PodInitializing' } }, {}],
  [
    'not begun, init containers are done',
    { spec: init, containers: [container('i', 'exited')] },
    { waiting: { reason: 'PodInitializing' } },
    {},
  ],
  ['running', { containers: [container('b', 'running')] }, { running: { startedAt: '2030-01-01T00:00:00Z' } }, {}],
  [
    'in its pause',
    { containers: [container('b', 'exited', 1)], memory: pause(160_000) },
    { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 2m40s restarting failed container=b pod=p_d(u)' } },
    {
      terminated: {
        exitCode: 1,
        reason: 'Error',
        startedAt: '2030-01-01T00:00:00Z',
        finishedAt: '2030-01-01T00:00:00Z',
        containerID: 'containerd://b-id',
      },
    },
  ],
  [
    'its pause is over, and it has not been started yet',
    { containers: [{ ...container('b', 'exited', 1), finishedAt: NOW - 60_000 }], memory: pause(10_000) },
    { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s restarting failed container=b pod=p_d(u)' } },
    {
      terminated: {
        exitCode: 1,
        reason: 'Error',
        startedAt: '2030-01-01T00:00:00Z',
        finishedAt: '2029-12-31T23:59:00Z',
        containerID: 'containerd://b-id',
      },
    },
  ],
  [
    'in trouble',
    { memory: { troubles: new Map([['b', { reason: 'ErrImagePull', message: 'no', retryAt: NOW + 1 }]]) } },
    { waiting: { reason: 'ErrImagePull', message: 'no' } },
    {},
  ],
  [
    'in trouble for a while',
    {
      memory: {
        troubles: new Map([
          [
            'b',
            { reason: 'ErrImagePull', message: 'no', retryAt: NOW + 1, later: { at: NOW, reason: 'ImagePullBackOff', message: 'wait' } },
          ],
        ]),
      },
    },
    { waiting: { reason: 'ImagePullBackOff', message: 'wait' } },
    {},
  ],
]
for (const [rule, given, state, lastState] of states)
  test(`state: ${rule}`, () => {
    const found = status(given).containerStatuses?.[1]
    assert.deepEqual([found?.state, found?.lastState], [state, lastState])
  })

const rejection = { ...ending, isRejection: true, verdict: { reason: 'OutOfcpu', message: 'Pod was rejected: no' } } as const
const told = {
  reason: 'OutOfcpu',
  message: 'Pod was rejected: no',
  phase: 'Failed',
  startTime: '2030-01-01T00:00:00Z',
  qosClass: 'BestEffort',
}
test('of a pod that the node did not take only the reason is told, by a kubelet that starts anew as well', () => {
  const scheduled = { conditions: [{ type: 'PodScheduled', status: 'True' }] }
  const rejected = status({ hasSandbox: false, memory: { ending: rejection }, status: scheduled })
  assert.deepEqual(rejected, told)
  assert.deepEqual(statusPatch(scheduled as never, rejected), { ...told, conditions: [{ type: 'PodScheduled', $patch: 'delete' }] })
  assert.deepEqual(status({ hasSandbox: false, memory: { ending }, status: told }), told)
})
test('what a container was granted is told after its end as well', () => {
  const resources = { limits: { cpu: '1' }, requests: { cpu: '1' } }
  const containers = [{ name: 'a', image: 'i', resources }]
  const [ended] = status({ spec: { containers, restartPolicy: 'Never' }, containers: [container('a', 'exited')] }).containerStatuses ?? []
  assert.deepEqual([ended?.resources, ended?.allocatedResources], [resources, resources.requests])
})
test('an init container that runs has started; of an ephemeral one it is not told', () => {
  const given = { ...init, ephemeralContainers: [{ name: 'e', image: 'i' }] }
  const { initContainerStatuses, ephemeralContainerStatuses } = status({
    spec: given,
    containers: [container('i', 'running'), container('e', 'running')],
  })
  assert.deepEqual([initContainerStatuses?.[0]?.started, ephemeralContainerStatuses?.[0]?.started], [true, undefined])
})

test('a status that has not changed is no patch', () => {
  const written = status({ containers: RUNNING })
  assert.equal(statusPatch(written, status({ containers: RUNNING, status: written })), undefined)
})
test('the generation that was seen is told with each condition, that of the scheduler as well; its time stays', () => {
  const scheduled = {
    type: 'PodScheduled',
    status: 'True',
    observedGeneration: 1,
    lastProbeTime: null,
    lastTransitionTime: '2029-01-01T00:00:00Z',
  }
  const { conditions = [] } = status({ generation: 2, containers: RUNNING, status: { conditions: [scheduled] } })
  assert.deepEqual(new Set(conditions.map(({ observedGeneration }) => observedGeneration)), new Set([2]))
  assert.deepEqual(
    conditions.find(({ type }) => type === 'PodScheduled'),
    { ...scheduled, observedGeneration: 2 },
  )
})
test('only conditions that changed are in the patch, and transition times of the others stay', () => {
  const written = status({ containers: RUNNING })
  const known = { ...written, conditions: [...(written.conditions ?? []), { type: 'g', status: 'True', lastProbeTime: null }] }
  const patch = statusPatch(known, status({ containers: [container('a', 'running')], status: known }))
  assert.deepEqual(Object.keys(patch ?? {}), ['phase', 'conditions', 'containerStatuses'])
  assert.deepEqual(
    ((patch?.conditions ?? []) as { type: string }[]).map(({ type }) => type),
    ['Ready', 'ContainersReady'],
  )
})
