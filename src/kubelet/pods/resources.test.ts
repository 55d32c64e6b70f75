/** What a pod has been granted: who gets it, who waits, how that is told, and what of it is known after a restart of Knarr. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { PodResources } from './resources.ts'

const folders: string[] = []
after(() => folders.forEach(folder => rmSync(folder, { recursive: true })))
const NOW = Date.parse('2030-01-01T00:00:00Z')

const pod = (cpu: string, generation = 1, more: object = {}) =>
  ({
    metadata: { name: 'p', uid: 'u', generation },
    spec: { containers: [{ name: 'c', resources: { requests: { cpu } } }] },
    status: {},
    ...more,
  }) as never
const other = (cpu: string) => ({ metadata: {}, spec: { containers: [{ resources: { requests: { cpu } } }] }, status: {} }) as never

function place() {
  const folder = mkdtempSync(join(tmpdir(), 'resources-'))
  folders.push(folder)
  const events: string[] = []
  const context = {
    volumes: { podFolder: () => join(folder, 'u') },
    node: { allocatable: { cpu: '4', memory: '8Gi' } },
    pressures: () => [],
    clock: { now: () => NOW },
    recorder: { record: ({ type, reason, message }: Record<string, string>) => void events.push(`${type} ${reason} ${message}`) },
  } as never
  return { events, of: (first: never) => new PodResources(first, context) }
}
const cpuOf = (granted: { readonly spec: { readonly containers: readonly { readonly resources?: { requests?: object } }[] } }) =>
  granted.spec.containers[0]?.resources?.requests
const idle = { isBeingResized: false, isBusy: () => false }

test('what there is room for is granted, told, and done once nothing is left to do', () => {
  const { of, events } = place()
  const resources = of(pod('1'))
  const asked = pod('2', 2)
  assert.equal(resources.waiting(pod('1')), undefined)
  assert.equal(resources.waiting(asked)?.pod, asked)
  resources.decide(asked, [other('1')])
  assert.equal(resources.waiting(asked), undefined)
  assert.deepEqual(
    resources.conditions.map(({ type, observedGeneration }) => [type, observedGeneration]),
    [['PodResizeInProgress', 2]],
  )
  assert.equal(resources.memory.isGroupSized, false)
  assert.equal(resources.settle(asked, { isBeingResized: true, isBusy: () => false }), false)
  assert.equal(resources.settle(asked, { isBeingResized: false, isBusy: () => true }), false)
  assert.equal(resources.settle(asked, idle), true)
  assert.deepEqual(resources.conditions, [])
  const sizes = '{"containers":[{"name":"c","resources":{"requests":{"cpu":"2"}}}],"generation":2}'
  assert.deepEqual(events, [`Normal ResizeStarted Pod resize started: ${sizes}`, `Normal ResizeCompleted Pod resize completed: ${sizes}`])
})
test('what there is no room for waits, and is told once', () => {
  const { of, events } = place()
  const resources = of(pod('1'))
  const asked = pod('2', 2)
  resources.decide(asked, [other('3')])
  resources.decide(asked, [other('3')])
  assert.deepEqual(cpuOf(resources.granted(asked)), { cpu: '1' })
  assert.deepEqual(
    resources.conditions.map(({ type, reason, message }) => [type, reason, message]),
    [['PodResizePending', 'Deferred', "Node didn't have enough resource: cpu, requested: 2000, used: 3000, capacity: 4000"]],
  )
  assert.equal(events.length, 1)
  assert.match(events[0] ?? '', /^Warning ResizeDeferred Pod resize Deferred: .*"error":"Node didn't have enough resource/)
  assert.equal(resources.waiting(asked)?.since, NOW)
})
test('what is taken back waits no more', () => {
  const resources = place().of(pod('1'))
  resources.decide(pod('2', 2), [other('3')])
  assert.equal(resources.waiting(pod('1', 3)), undefined)
  assert.deepEqual(resources.conditions, [])
})
test('after a restart a pod runs with what it has been granted, whatever it asks for since', () => {
  const { of } = place()
  const before = of(pod('1'))
  before.admitted()
  before.made('id', {
    pod: pod('1'),
    container: { name: 'c', resources: { requests: { cpu: '1' } } } as never,
    observed: { containers: [] } as never,
  })
  const conditions = [
    { type: 'PodResizePending', status: 'True', reason: 'Deferred', observedGeneration: 2, lastTransitionTime: '2029-01-01T00:00:00Z' },
  ]
  const asked = pod('3', 2, { status: { conditions } })
  const after = of(asked)
  assert.deepEqual(cpuOf(after.granted(asked)), { cpu: '1' })
  assert.deepEqual(after.applied('id'), { own: { requests: { cpu: '1' } } })
  assert.equal(after.waiting(asked)?.since, Date.parse('2029-01-01T00:00:00Z'))
  assert.equal(after.memory.isGroupSized, true)
})
test('so does one of which there is no record, with what its status tells of its containers', () => {
  const containerStatuses = [{ name: 'c', containerID: 'containerd://id', resources: { requests: { cpu: '1' } } }]
  const resources = place().of(pod('2', 2, { status: { containerStatuses } }))
  assert.deepEqual(resources.applied('id'), { own: { requests: { cpu: '1' } } })
})
