/** What is told of a hook that failed. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LifecycleHandler } from '#kinds/core/probe.ts'
import type { Outcome } from '../probes/actions.ts'
import { hookFailure } from './hooks.ts'

const names = { container: 'c', pod: 'p_d(u)' }
const rows: readonly [rule: string, hook: object, outcome: Omit<Outcome, 'isSuccess'>, told: string][] = [
  [
    'a command',
    { exec: { command: ['sh', '-c', 'exit 3'] } },
    { output: 'oops\n', error: "command 'sh -c exit 3' exited with 3: " },
    `Exec lifecycle hook ([sh -c exit 3]) for Container "c" in Pod "p_d(u)" failed - error: command 'sh -c exit 3' exited with 3: , message: "oops\\n"`,
  ],
  [
    'a command that is not there',
    { exec: { command: ['/absent'] } },
    { output: 'rpc error', isUnknown: true },
    'Exec lifecycle hook ([/absent]) for Container "c" in Pod "p_d(u)" failed - error: rpc error, message: ""',
  ],
  [
    'a request',
    { httpGet: { path: '/x', port: 1 } },
    { output: 'HTTP probe failed with statuscode: 404' },
    'HTTP lifecycle hook (/x) for Container "c" in Pod "p_d(u)" failed - error: HTTP probe failed with statuscode: 404',
  ],
]
for (const [rule, hook, outcome, told] of rows)
  test(`a hook that failed: ${rule}`, () =>
    assert.equal(hookFailure(hook as LifecycleHandler, { isSuccess: false, ...outcome }, names), told))
