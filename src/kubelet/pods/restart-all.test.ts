/** When the exit of one container restarts its pod, and in which steps. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { couldRestartAll } from '#kinds/core/pod/facts.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { ObservedContainer } from './observed.ts'
import type { Pause } from './restart.ts'
import { restartAllStep } from './restart-all.ts'
import type { Memory, Sight } from './sight.ts'

const NOW = 1_000_000
const rule = (action: string, ...values: readonly number[]) => ({ action, exitCodes: { operator: 'In', values } })
const rules = (...restartPolicyRules: readonly object[]) => ({ restartPolicy: 'Never', restartPolicyRules })
const container = (name: string, phase: string, exitCode = 0) => ({ id: name, name, phase, exitCode, finishedAt: NOW }) as ObservedContainer
const podOf = (watcher: object) =>
  ({
    metadata: {},
    spec: {
      initContainers: [{ name: 'setup' }, { name: 'watcher', ...watcher }],
      containers: [{ name: 'main' }],
      ephemeralContainers: [{ name: 'e' }],
    },
    status: {},
  }) as unknown as Pod
const WATCHER = rules(rule('RestartAllContainers', 88))

interface Given {
  readonly watcher?: object
  readonly containers: readonly ObservedContainer[]
  readonly memory?: Partial<Memory>
}
function short({ watcher = WATCHER, containers, memory = {} }: Given): string {
  const observed = { uid: 'u', namespace: 'd', name: 'p', sandboxes: [], containers }
  const step = restartAllStep({ pod: podOf(watcher), observed, now: NOW, memory: { crashes: new Map(), ...memory } } as unknown as Sight)
  if (!step) return 'nothing'
  const parts = step as { container?: ObservedContainer; containers?: readonly ObservedContainer[] }
  const names = parts.container?.name ?? parts.containers?.map(({ name }) => name).join(' ')
  return [step.do, names].filter(part => part !== undefined).join(' ')
}
const MAIN = container('main', 'running')
const isRestartingAll = true
const rows: readonly [rule: string, given: Given, expected: string][] = [
  ['no container has ended', { containers: [container('watcher', 'running'), MAIN] }, 'nothing'],
  ['an exit of which the rule says so', { containers: [container('watcher', 'exited', 88), MAIN] }, 'restartAll watcher'],
  ['another exit', { containers: [container('watcher', 'exited', 1), MAIN] }, 'nothing'],
  [
    'of two rules for an exit the first counts',
    { watcher: rules(rule('Restart', 88), rule('RestartAllContainers', 88)), containers: [container('watcher', 'exited', 88)] },
    'nothing',
  ],
  [
    'the pause after the last time is not over',
    {
      containers: [container('watcher', 'exited', 88)],
      memory: { crashes: new Map<string, Pause>([['watcher', { ms: 10_000, at: NOW - 1 }]]) },
    },
    'nothing',
  ],
  [
    'all containers that run are killed, ephemeral ones as well',
    { containers: [container('setup', 'exited'), MAIN, container('e', 'running')], memory: { isRestartingAll } },
    'killContainers main e',
  ],
  [
    'all that have ended are removed, ephemeral ones stay',
    { containers: [container('setup', 'exited'), container('main', 'exited', 137), container('e', 'exited')], memory: { isRestartingAll } },
    'removeContainers setup main',
  ],
  ['then the pod begins anew', { containers: [container('e', 'exited')], memory: { isRestartingAll } }, 'beginAnew'],
]
for (const [name, given, expected] of rows) test(name, () => assert.equal(short(given), expected))
test('pods that have such a rule are known', () =>
  assert.deepEqual([couldRestartAll(podOf(WATCHER)), couldRestartAll(podOf(rules(rule('Restart', 1))))], [true, false]))
