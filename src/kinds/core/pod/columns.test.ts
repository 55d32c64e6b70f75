/** How pods are shown: one row per state that has a word of its own. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decode } from '#schema/decode.ts'
import { Pod } from '../pod.ts'
import { appearance, readinessGatesText, restartsText } from './columns.ts'

type Json = Record<string, unknown>
const NOW = Date.parse('2030-01-01T00:00:00Z')
const pod = ({ metadata = {}, spec = {}, status = {} }: { metadata?: Json; spec?: Json; status?: Json }): Pod =>
  decode(Pod, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', ...metadata },
    spec: { containers: [{ name: 'a' }], ...spec },
    status: { phase: 'Pending', ...status },
  }).value
const running = (name: string, more: Json = {}) => ({ name, ready: true, restartCount: 0, state: { running: {} }, ...more })
const waiting = (name: string, reason?: string, more: Json = {}) => ({ name, state: { waiting: reason ? { reason } : {} }, ...more })
const ended = (name: string, terminated: Json, more: Json = {}) => ({ name, state: { terminated }, ...more })
const init = { initContainers: [{ name: 'i' }, { name: 'j' }] }
const sidecar = { initContainers: [{ name: 's', restartPolicy: 'Always' }] }
const ready = [{ type: 'Ready', status: 'True' }]
const DELETED = { deletionTimestamp: '2030-01-01T00:00:00Z' }

const rows: readonly (readonly [rule: string, pod: Pod, ready: string, status: string])[] = [
  ['the phase when there is nothing else', pod({}), '0/1', 'Pending'],
  ['the reason of the pod goes first', pod({ status: { phase: 'Failed', reason: 'Evicted' } }), '0/1', 'Evicted'],
  [
    'gated pods say so',
    pod({ status: { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] } }),
    '0/1',
    'SchedulingGated',
  ],
  ['running and ready', pod({ status: { phase: 'Running', containerStatuses: [running('a')] } }), '1/1', 'Running'],
  ['why a container waits', pod({ status: { containerStatuses: [waiting('a', 'ContainerCreating')] } }), '0/1', 'ContainerCreating'],
  [
    'a container that keeps ending',
    pod({ status: { phase: 'Running', containerStatuses: [waiting('a', 'CrashLoopBackOff', { restartCount: 3 })] } }),
    '0/1',
    'CrashLoopBackOff',
  ],
  [
    'a container that is done',
    pod({ status: { phase: 'Succeeded', containerStatuses: [ended('a', { exitCode: 0, reason: 'Completed' })] } }),
    '0/1',
    'Completed',
  ],
  ['an exit code without reason', pod({ status: { containerStatuses: [ended('a', { exitCode: 3 })] } }), '0/1', 'ExitCode:3'],
  ['a signal without reason', pod({ status: { containerStatuses: [ended('a', { exitCode: 137, signal: 9 })] } }), '0/1', 'Signal:9'],
  [
    'one is done, one still runs and the pod is ready',
    pod({
      spec: { containers: [{ name: 'a' }, { name: 'b' }] },
      status: {
        phase: 'Running',
        conditions: ready,
        containerStatuses: [ended('a', { exitCode: 0, reason: 'Completed' }), running('b')],
      },
    }),
    '1/2',
    'Running',
  ],
  [
    'one is done, one still runs and the pod is not ready',
    pod({
      spec: { containers: [{ name: 'a' }, { name: 'b' }] },
      status: { phase: 'Running', containerStatuses: [ended('a', { exitCode: 0, reason: 'Completed' }), running('b')] },
    }),
    '1/2',
    'NotReady',
  ],
  [
    'how many init containers are done',
    pod({ spec: init, status: { initContainerStatuses: [ended('i', { exitCode: 0 }), waiting('j', 'PodInitializing')] } }),
    '0/1',
    'Init:1/2',
  ],
  [
    'why an init container waits',
    pod({ spec: init, status: { initContainerStatuses: [waiting('i', 'ImagePullBackOff')] } }),
    '0/1',
    'Init:ImagePullBackOff',
  ],
  [
    'how an init container failed',
    pod({ spec: init, status: { initContainerStatuses: [ended('i', { exitCode: 1, reason: 'Error' })] } }),
    '0/1',
    'Init:Error',
  ],
  [
    'an init container that failed without a word',
    pod({ spec: init, status: { initContainerStatuses: [ended('i', { exitCode: 2 })] } }),
    '0/1',
    'Init:ExitCode:2',
  ],
  [
    'sidecars count',
    pod({
      spec: sidecar,
      status: {
        phase: 'Running',
        conditions: [{ type: 'Initialized', status: 'True' }],
        initContainerStatuses: [running('s', { started: true })],
        containerStatuses: [running('a')],
      },
    }),
    '2/2',
    'Running',
  ],
  ['being deleted', pod({ metadata: DELETED, status: { phase: 'Running', containerStatuses: [running('a')] } }), '1/1', 'Terminating'],
  ['being deleted, but over', pod({ metadata: DELETED, status: { phase: 'Succeeded' } }), '0/1', 'Succeeded'],
  ['on a node that stopped answering', pod({ metadata: DELETED, status: { phase: 'Running', reason: 'NodeLost' } }), '0/1', 'Unknown'],
]
for (const [rule, given, readyText, status] of rows)
  test(rule, () => {
    const seen = appearance(given)
    assert.deepEqual([`${seen.ready}/${seen.total}`, seen.status], [readyText, status])
  })

const restarted = { lastState: { terminated: { exitCode: 1, finishedAt: '2029-12-31T23:59:55Z' } } }
test('restarts say when the last one was', () => {
  const given = pod({ status: { phase: 'Running', containerStatuses: [running('a', { restartCount: 2, ...restarted })] } })
  assert.equal(restartsText(given, NOW), '2 (5s ago)')
  assert.equal(restartsText(pod({}), NOW), '0')
})
test('once the pod is initialized, restarts of plain init containers no longer count', () => {
  const given = pod({
    spec: init,
    status: {
      phase: 'Running',
      conditions: [{ type: 'Initialized', status: 'True' }],
      initContainerStatuses: [ended('i', { exitCode: 0 }, { restartCount: 4 })],
      containerStatuses: [running('a', { restartCount: 1 })],
    },
  })
  assert.equal(restartsText(given, NOW), '1')
})
test('readiness gates that are met', () => {
  const spec = { readinessGates: [{ conditionType: 'example.com/a' }, { conditionType: 'example.com/b' }] }
  assert.equal(readinessGatesText(pod({ spec, status: { conditions: [{ type: 'example.com/a', status: 'True' }] } })), '1/2')
  assert.equal(readinessGatesText(pod({})), '<none>')
})
