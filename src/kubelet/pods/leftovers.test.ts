/** How much of a pod's past is kept. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { leftovers, remains } from './leftovers.ts'

const container = (id: string, sandboxId: string, phase = 'exited') => ({ id, name: id[0], sandboxId, phase, logPath: `/logs/${id}` })
const sandbox = (id: string, isReady = false) => ({ id, isReady })
const rows: readonly [string, readonly object[], readonly object[], readonly string[], readonly string[]][] = [
  [
    'two containers of each name are kept',
    [container('a3', 's', 'running'), container('a2', 's'), container('a1', 's'), container('b1', 's')],
    [sandbox('s', true)],
    ['a1'],
    [],
  ],
  [
    'a sandbox that holds one of them is kept',
    [container('a2', 't', 'running'), container('a1', 's')],
    [sandbox('t', true), sandbox('s')],
    [],
    [],
  ],
  [
    'one that holds none is not',
    [container('a3', 'u', 'running'), container('a2', 't'), container('a1', 's')],
    [sandbox('u', true), sandbox('t'), sandbox('s')],
    ['a1'],
    ['s'],
  ],
  ['the newest sandbox is kept even when it is dead and empty', [], [sandbox('s')], [], []],
]
for (const [rule, containers, sandboxes, oldContainers, oldSandboxes] of rows)
  test(rule, () => {
    const found = leftovers({ uid: 'u', namespace: 'd', name: 'p', containers, sandboxes } as never)
    assert.deepEqual([found.containers.map(({ id }) => id), found.sandboxes], [oldContainers, oldSandboxes])
  })

const over: readonly [string, readonly object[], readonly object[], readonly string[], readonly string[]][] = [
  [
    'nothing of a pod that is over is kept',
    [container('a2', 's'), container('a1', 's'), container('b1', 's')],
    [sandbox('s')],
    ['a2', 'a1', 'b1'],
    ['s'],
  ],
  ['but what is not over yet stays, with its sandbox', [container('a1', 's', 'running'), container('b1', 's')], [sandbox('s')], ['b1'], []],
  ['and so does a sandbox that has not been stopped', [container('a1', 's')], [sandbox('s', true)], ['a1'], []],
]
for (const [rule, containers, sandboxes, oldContainers, oldSandboxes] of over)
  test(rule, () => {
    const found = remains({ uid: 'u', namespace: 'd', name: 'p', containers, sandboxes } as never)
    assert.deepEqual([found.containers.map(({ id }) => id), found.sandboxes], [oldContainers, oldSandboxes])
  })
