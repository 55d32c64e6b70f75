/** What is remembered of containers, and what takes it back. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pod } from '#kinds/core/pod.ts'
import { ContainerMemory } from './container-memory.ts'
import type { ObservedContainer } from './observed.ts'

const memoryOf = (conditions: readonly object[] = []) => new ContainerMemory({ status: { conditions } } as unknown as Pod)
const container = (name: string, id: string) => ({ name, id }) as unknown as ObservedContainer
const TIMES = { now: 1_000, maxMs: 300_000 }

test('each crash makes the pause longer, and one that was none is taken back', () => {
  const memory = memoryOf()
  const pause = () => memory.told.crashes.get('c')?.ms
  const first = memory.crashed({ name: 'c', finishedAt: 900 }, TIMES)
  assert.equal(pause(), 10_000)
  memory.crashed({ name: 'c', finishedAt: 950 }, TIMES)()
  assert.equal(pause(), 10_000)
  first()
  assert.equal(pause(), undefined)
})
test('who could not be configured is tried when something has changed, others are not', () => {
  const memory = memoryOf()
  memory.failed('a', { reason: 'CreateContainerConfigError', message: '', retryAt: 9_000 })
  memory.failed('b', { reason: 'ErrImagePull', message: '', retryAt: 9_000 })
  memory.sourcesChanged()
  assert.deepEqual(
    [...memory.told.troubles.values()].map(({ retryAt }) => retryAt),
    [0, 9_000],
  )
})
test('nobody waits for a time of a clock that has been set back', () => {
  const memory = memoryOf()
  memory.failed('a', { reason: 'RunContainerError', message: '', retryAt: 90_000, until: 80_000 })
  memory.clockSetBack(1_000)
  const [trouble] = memory.told.troubles.values()
  assert.deepEqual([trouble?.retryAt, trouble?.until], [1_000, 1_000])
})
test('of containers that were removed the newest is told, until another takes its place', () => {
  const memory = memoryOf()
  memory.removed([container('c', 'new'), container('c', 'old')])
  assert.equal(memory.told.reset?.get('c')?.id, 'new')
  memory.made('c', 'next', true)
  assert.deepEqual([memory.told.reset?.size, memory.told.begunAnew?.has('next'), memory.told.isStarting('next')], [0, true, true])
  memory.settled('next')
  assert.equal(memory.told.isStarting('next'), false)
})
test('a restart of all that another process began goes on', () =>
  assert.deepEqual(
    [memoryOf().told.isRestartingAll, memoryOf([{ type: 'AllContainersRestarting', status: 'True' }]).told.isRestartingAll],
    [false, true],
  ))
