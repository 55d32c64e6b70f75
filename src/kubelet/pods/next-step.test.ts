/** The rules by which a pod goes from step to step. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pod } from '#kinds/core/pod.ts'
import { containerHash } from '../runtime/labels.ts'
import { nextStep } from './next-step.ts'
import type { ObservedContainer, ObservedSandbox } from './observed.ts'
import type { Memory } from './sight.ts'

const NOW = 1_000_000
interface Given {
  readonly spec?: object
  readonly metadata?: object
  readonly status?: object
  readonly sandboxes?: readonly ObservedSandbox[]
  readonly containers?: readonly ObservedContainer[]
  readonly memory?: Partial<Memory>
}
const sandbox = (attempt = 0, more: Partial<ObservedSandbox> = {}): ObservedSandbox => ({
  id: `s${attempt}`,
  attempt,
  isReady: true,
  createdAt: attempt,
  ips: ['10.0.0.1'],
  ...more,
})
const container = (name: string, phase: ObservedContainer['phase'], more: Partial<ObservedContainer> = {}): ObservedContainer => ({
  id: `${name}-${more.attempt ?? 0}`,
  name,
  attempt: 0,
  sandboxId: 's0',
  phase,
  createdAt: 1,
  startedAt: 1,
  finishedAt: phase === 'exited' ? NOW : 0,
  exitCode: 0,
  reason: '',
  message: '',
  image: '',
  imageId: '',
  logPath: '',
  hash: containerHash({ name, image: 'i' }),
  ...more,
})
const spec = (more: object = {}) => ({
  restartPolicy: 'Always',
  containers: [
    { name: 'a', image: 'i' },
    { name: 'b', image: 'i' },
  ],
  ...more,
})
const inits = (...names: string[]) => ({
  initContainers: names.map(name => ({ name, image: 'i', ...(name.startsWith('side') && { restartPolicy: 'Always' }) })),
})
const well = { isStarted: true, isReady: true }

function step({ spec: given, metadata = {}, status = {}, sandboxes = [sandbox()], containers = [], memory = {} }: Given) {
  return nextStep({
    pod: { metadata: { name: 'p', namespace: 'd', uid: 'u', ...metadata }, spec: spec(given), status } as unknown as Pod,
    observed: { uid: 'u', namespace: 'd', name: 'p', sandboxes, containers },
    now: NOW,
    memory: {
      areVolumesMounted: true,
      stoppedSandboxes: new Set(['s3', 's-stopped']),
      sandboxRetryAt: 0,
      mountRetryAt: 0,
      troubles: new Map(),
      crashes: new Map(),
      health: () => well,
      isStarting: () => false,
      ...memory,
    },
  })
}
/** The step in short: what, which, and which attempt. */
function short(given: Given): string {
  const next = step(given)
  const parts = next as { container?: { name: string }; attempt?: number; until?: number; verdict?: { reason: string } }
  return [next.do, parts.container?.name, parts.attempt, parts.until === undefined ? undefined : parts.until - NOW, parts.verdict?.reason]
    .filter(part => part !== undefined)
    .join(' ')
}
const ending = { graceSeconds: 30 }
const deleted = { deletionTimestamp: '2030-01-01T00:00:00Z' }
const bigger = { own: { requests: { cpu: '1' } } }
const limited = { resources: { limits: { cpu: '1' } } }
const RUNNING = [container('a', 'running'), container('b', 'running')]

const rows: readonly [string, Given, string][] = [
  ['volumes come first', { sandboxes: [], memory: { areVolumesMounted: false } }, 'mountVolumes'],
  ['volumes that failed are tried again in time', { sandboxes: [], memory: { areVolumesMounted: false, mountRetryAt: NOW + 5 } }, 'wait 5'],
  ['then the sandbox', { sandboxes: [] }, 'createSandbox 0'],
  ['a sandbox that failed is tried again in time', { sandboxes: [], memory: { sandboxRetryAt: NOW + 7 } }, 'wait 7'],
  ['a dead sandbox lets go of its network', { sandboxes: [sandbox(2, { isReady: false })] }, 'stopSandboxes'],
  ['then it is replaced by the next one', { sandboxes: [sandbox(3, { isReady: false })] }, 'createSandbox 4'],
  [
    'containers of a dead sandbox are stopped before',
    { sandboxes: [sandbox(0, { isReady: false })], containers: RUNNING },
    'stopContainer a',
  ],
  ['containers start in order', {}, 'startContainer a 0'],
  ['one after the other', { containers: [container('a', 'running')] }, 'startContainer b 0'],
  ['all is well', { containers: RUNNING }, 'wait'],

  ['a pod whose group is yet to be sized', { containers: RUNNING, memory: { isGroupSized: false } }, 'resize'],
  ['what was refused is tried again in time', { containers: RUNNING, memory: { isGroupSized: false, resizeRetryAt: NOW + 9 } }, 'wait 9'],
  [
    'meanwhile others start',
    { containers: [container('a', 'running')], memory: { isGroupSized: false, resizeRetryAt: NOW + 9 } },
    'startContainer b 0',
  ],
  ['a container that has another size', { containers: RUNNING, memory: { applied: id => (id === 'b-0' ? bigger : undefined) } }, 'resize'],
  [
    'and one that has it only anew',
    {
      spec: { containers: [{ name: 'a', image: 'i', resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }] }] },
      containers: [container('a', 'running')],
      memory: { applied: () => bigger },
    },
    'stopContainer a',
  ],
  ["a container whose pod's limit is its own", { spec: limited, containers: RUNNING, memory: { applied: () => ({ own: {} }) } }, 'resize'],
  ['sizes change only in a sandbox', { sandboxes: [], memory: { isGroupSized: false } }, 'createSandbox 0'],
  [
    'a plain init container that runs, too',
    { spec: inits('i1'), containers: [container('i1', 'running')], memory: { applied: () => bigger } },
    'resize',
  ],

  [
    'one that was stopped only to begin anew does so, even if it then ended well',
    {
      spec: { restartPolicy: 'OnFailure' },
      containers: [container('a', 'exited'), container('b', 'running')],
      memory: { anew: new Set(['a-0']) },
    },
    'startContainer a 1',
  ],
  [
    'so it does when it was the only one',
    {
      spec: { restartPolicy: 'OnFailure', containers: [{ name: 'a', image: 'i' }] },
      containers: [container('a', 'exited')],
      memory: { anew: new Set(['a-0']) },
    },
    'startContainer a 1',
  ],

  ['init containers come before the others', { spec: inits('i1', 'i2') }, 'startContainer i1 0'],
  ['the next one waits for the one before', { spec: inits('i1', 'i2'), containers: [container('i1', 'running')] }, 'wait'],
  ['one after the other, too', { spec: inits('i1', 'i2'), containers: [container('i1', 'exited')] }, 'startContainer i2 0'],
  ['the others start when all are done', { spec: inits('i1'), containers: [container('i1', 'exited')] }, 'startContainer a 0'],
  [
    'a killed container waits until its sandbox is known to have outlived it',
    { containers: [container('a', 'exited', { exitCode: 137, finishedAt: NOW - 100 }), container('b', 'running')] },
    'wait 400',
  ],
  [
    'and is then started again',
    { containers: [container('a', 'exited', { exitCode: 137, finishedAt: NOW - 500 }), container('b', 'running')] },
    'startContainer a 1',
  ],
  [
    'in a new sandbox it need not wait',
    {
      sandboxes: [sandbox(1), sandbox(0, { isReady: false })],
      containers: [container('a', 'exited', { exitCode: 137 }), container('b', 'running', { sandboxId: 's1' })],
    },
    'startContainer a 1',
  ],
  [
    'an init container that failed is started again',
    { spec: inits('i1'), containers: [container('i1', 'exited', { exitCode: 1 })] },
    'startContainer i1 1',
  ],
  [
    'unless the pod is never restarted',
    { spec: { ...inits('i1'), restartPolicy: 'Never' }, containers: [container('i1', 'exited', { exitCode: 1 })] },
    'end',
  ],
  ['a sidecar is not waited for to end', { spec: inits('side', 'i1'), containers: [container('side', 'running')] }, 'startContainer i1 0'],
  [
    'but to be started',
    {
      spec: inits('side', 'i1'),
      containers: [container('side', 'running')],
      memory: { health: () => ({ isStarted: false, isReady: false }) },
    },
    'wait',
  ],
  [
    'a sidecar that ended is started again',
    { spec: inits('side'), containers: [...RUNNING, container('side', 'exited')] },
    'startContainer side 1',
  ],
  [
    'init containers run again in a new sandbox',
    { spec: inits('i1'), sandboxes: [sandbox(1)], containers: [container('i1', 'exited')] },
    'startContainer i1 1',
  ],

  ['a container that ended is started again', { containers: [container('a', 'running'), container('b', 'exited')] }, 'startContainer b 1'],
  [
    'but not before its pause is over',
    {
      containers: [container('a', 'running'), container('b', 'exited')],
      memory: { crashes: new Map([['b', { ms: 10_000, at: NOW - 1 }]]) },
    },
    'wait 10000',
  ],
  [
    'what ended well is done when failures alone are restarted',
    { spec: { restartPolicy: 'OnFailure' }, containers: [container('a', 'exited'), container('b', 'running')] },
    'wait',
  ],
  [
    'a pod whose containers are done ends',
    { spec: { restartPolicy: 'Never' }, containers: [container('a', 'exited'), container('b', 'exited', { exitCode: 1 })] },
    'end',
  ],
  [
    'a policy of the container comes before that of the pod',
    {
      spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'i', restartPolicy: 'OnFailure' }] },
      containers: [container('a', 'exited', { exitCode: 1 })],
    },
    'startContainer a 1',
  ],
  [
    'a rule for its exit code comes before both',
    {
      spec: {
        restartPolicy: 'Never',
        containers: [
          {
            name: 'a',
            image: 'i',
            restartPolicy: 'Never',
            restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }],
          },
        ],
      },
      containers: [container('a', 'exited', { exitCode: 42 })],
    },
    'startContainer a 1',
  ],
  [
    'what the runtime has forgotten is counted on from what the API knows',
    { status: { containerStatuses: [{ name: 'a', restartCount: 4, containerID: 'containerd://x' }] } },
    'startContainer a 5',
  ],
  [
    'or from what it remembers of the last one',
    { status: { containerStatuses: [{ name: 'a', restartCount: 4, lastState: { terminated: { exitCode: 1 } } }] } },
    'startContainer a 5',
  ],
  [
    'a rule for its exit code restarts the whole pod',
    {
      spec: {
        restartPolicy: 'Never',
        containers: [
          {
            name: 'a',
            image: 'i',
            restartPolicyRules: [{ action: 'RestartAllContainers', exitCodes: { operator: 'In', values: [42] } }],
          },
        ],
      },
      containers: [container('a', 'exited', { exitCode: 42 })],
    },
    'restartAll a',
  ],
  [
    'but not in the pause after the last time: what has not begun begins',
    {
      spec: {
        restartPolicy: 'Never',
        containers: [
          {
            name: 'a',
            image: 'i',
            restartPolicyRules: [{ action: 'RestartAllContainers', exitCodes: { operator: 'In', values: [42] } }],
          },
          { name: 'b', image: 'i' },
        ],
      },
      containers: [container('a', 'exited', { exitCode: 42 })],
      memory: { crashes: new Map([['a', { ms: 10_000, at: NOW - 1 }]]) },
    },
    'startContainer b 0',
  ],
  [
    'then all that have ended make room, whatever the policy says',
    {
      spec: { restartPolicy: 'Never' },
      containers: [container('a', 'exited', { exitCode: 137 }), container('b', 'exited')],
      memory: { isRestartingAll: true },
    },
    'removeContainers',
  ],
  [
    'what was removed begins anew, counted on',
    { containers: [container('b', 'running')], memory: { reset: new Map([['a', container('a', 'exited', { attempt: 2 })]]) } },
    'startContainer a 3',
  ],
  [
    'trouble is waited out, the others start meanwhile',
    { memory: { troubles: new Map([['a', { reason: '', message: '', retryAt: NOW + 9 }]]) } },
    'startContainer b 0',
  ],
  [
    'a container that its probes have given up is stopped',
    {
      containers: RUNNING,
      memory: { health: id => (id === 'b-0' ? { isStarted: true, isReady: false, verdict: { message: 'dead' } } : well) },
    },
    'stopContainer b',
  ],
  [
    'a container whose image was changed is stopped',
    { containers: [container('a', 'running', { hash: 'other' }), container('b', 'running')] },
    'stopContainer a',
  ],
  [
    'ephemeral containers start in a running pod',
    { spec: { ephemeralContainers: [{ name: 'e', image: 'i' }] }, containers: RUNNING },
    'startContainer e 0',
  ],
  [
    'and never again',
    { spec: { ephemeralContainers: [{ name: 'e', image: 'i' }] }, containers: [...RUNNING, container('e', 'exited')] },
    'wait',
  ],

  [
    'a deadline that lies ahead is kept',
    { spec: { activeDeadlineSeconds: 900 }, status: { startTime: '1970-01-01T00:10:00Z' }, containers: RUNNING },
    'wait 500000',
  ],
  [
    'a deadline that is over ends the pod',
    { spec: { activeDeadlineSeconds: 100 }, status: { startTime: '1970-01-01T00:10:00Z' }, containers: RUNNING },
    'end DeadlineExceeded',
  ],
  ['a deleted pod ends', { metadata: deleted, containers: RUNNING }, 'end'],
  ['its containers are stopped', { metadata: deleted, containers: RUNNING, memory: { ending } }, 'stopAll'],
  [
    'and a sandbox that died, so that it lets go of its network',
    { metadata: deleted, sandboxes: [sandbox(0, { isReady: false })], containers: [container('a', 'exited')], memory: { ending } },
    'stopSandboxes',
  ],
  ['then its sandbox', { metadata: deleted, containers: [container('a', 'exited')], memory: { ending } }, 'stopSandboxes'],
  ['then its volumes are taken away', { metadata: deleted, sandboxes: [], memory: { ending } }, 'unmountVolumes'],
  ['then it is forgotten', { metadata: deleted, sandboxes: [], memory: { ending, areVolumesMounted: false } }, 'forget'],
  ['a pod that ended by itself is kept', { sandboxes: [], memory: { ending, areVolumesMounted: false } }, 'wait'],
]
for (const [rule, given, expected] of rows) test(rule, () => assert.equal(short(given), expected))
