/** Which run of a container is read, and what is said when there is none. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pod } from '#kinds/core/pod.ts'
import type { ObservedPod } from '../pods/observed.ts'
import { logContainer } from './log-choice.ts'

const podWith = (status: object) =>
  ({ metadata: { name: 'web' }, status: { containerStatuses: [{ name: 'c', lastState: {}, state: {}, ...status }] } }) as unknown as Pod
/** Newest first, as runtimes are observed. */
const observedWith = (...phases: readonly string[]) =>
  ({
    sandboxes: [],
    containers: phases.map((phase, i) => ({ id: `run ${phases.length - i}`, name: 'c', phase })),
  }) as unknown as ObservedPod
const waiting = (reason: string) => ({ state: { waiting: { reason } } })
const ended = { lastState: { terminated: { exitCode: 1 } } }

for (const [rule, status, phases, wantsPrevious, outcome] of [
  ['the run that goes on', { state: { running: {} } }, ['running', 'exited'], false, 'run 2'],
  ['the run before it', { state: { running: {} } }, ['running', 'exited'], true, 'run 1'],
  ['the run that ended last, while the next one waits', { ...waiting('CrashLoopBackOff'), ...ended }, ['exited', 'exited'], false, 'run 2'],
  ['which is also the one before', { ...waiting('CrashLoopBackOff'), ...ended }, ['exited', 'exited'], true, 'run 2'],
  [
    'the run that ended last, while the next one is created',
    { ...waiting('CrashLoopBackOff'), ...ended },
    ['created', 'exited'],
    false,
    'run 1',
  ],
  ['no run yet', waiting('PodInitializing'), [], false, 'container "c" in pod "web" is waiting to start: PodInitializing'],
  ['a first run that is only created', {}, ['created'], false, 'container "c" in pod "web" is waiting to start: no logs yet'],
  ['no image', waiting('ErrImagePull'), [], false, `container "c" in pod "web" is waiting to start: image can't be pulled`],
  [
    'no image, for long',
    waiting('ImagePullBackOff'),
    [],
    false,
    'container "c" in pod "web" is waiting to start: trying and failing to pull image',
  ],
  ['no run before', { state: { running: {} } }, ['running'], true, 'previous terminated container "c" in pod "web" not found'],
] as const)
  test(`logs: ${rule}`, () => {
    const read = () => logContainer(podWith(status), observedWith(...phases), { container: 'c', wantsPrevious })
    if (outcome.startsWith('run')) assert.equal(read().id, outcome)
    else assert.throws(read, { name: 'NotAvailable', message: outcome })
  })
