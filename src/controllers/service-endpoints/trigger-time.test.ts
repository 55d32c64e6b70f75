/** Rules by which endpoints tell when that happened which changed them. Upstream: endpointslice/util/trigger_time_tracker_test.go. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { childrenOf } from '#client/plan.ts'
import type { Endpoints } from '#kinds/core/endpoints.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { Service } from '#kinds/core/service.ts'
import type { EndpointSlice } from '#kinds/discovery/endpoint-slice.ts'
import { decide as decideSlices } from '../endpoint-slice/decide.ts'
import { decide as decideEndpoints } from '../endpoints/decide.ts'
import { TRIGGER_TIME, triggerTime, withTriggerTime } from './trigger-time.ts'

const at = (second: number) => `2030-01-01T00:00:${String(second).padStart(2, '0')}Z`
const service = (spec: object = {}) =>
  ({
    metadata: { name: 'web', namespace: 'n', uid: 's', creationTimestamp: at(1) },
    spec: { type: 'ClusterIP', selector: { a: 'b' }, ports: [{ port: 80, protocol: 'TCP' }], ...spec },
  }) as unknown as Service
const pod = (name: string, since: number, { ready = true, goes = false, ip = '10.0.0.1', phase = 'Running' } = {}) =>
  ({
    metadata: { name, namespace: 'n', uid: name, ...(goes && { deletionTimestamp: at(9) }) },
    spec: { nodeName: 'node', containers: [] },
    status: {
      phase,
      ...(ip && { podIP: ip, podIPs: [{ ip }] }),
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: at(since) }],
    },
  }) as unknown as Pod

interface Row {
  readonly rule: string
  readonly before?: Readonly<Record<string, boolean | undefined>>
  readonly pods: readonly Pod[]
  readonly includesTerminating?: boolean
  readonly time: number | undefined
}
const ROWS: readonly Row[] = [
  { rule: 'the first endpoints of a service come with it', pods: [pod('a', 5)], time: 1 },
  { rule: 'a pod that has come since', before: { a: true }, pods: [pod('a', 2), pod('b', 5)], time: 5 },
  { rule: 'a pod that has become ready', before: { a: false }, pods: [pod('a', 5)], time: 5 },
  { rule: 'a pod that is ready no more', before: { a: true }, pods: [pod('a', 6, { ready: false })], time: 6 },
  { rule: 'a pod that has failed', before: { a: true }, pods: [pod('a', 6, { ready: false, phase: 'Failed' })], time: 6 },
  { rule: 'the first of several', before: { a: false }, pods: [pod('a', 7), pod('b', 5), pod('c', 6)], time: 5 },
  { rule: 'a pod that is as it was has no part', before: { a: true }, pods: [pod('a', 5)], time: undefined },
  { rule: 'a pod that begins to end has no time', before: { a: true }, pods: [pod('a', 5, { goes: true })], time: undefined },
  { rule: 'a pod that is gone has no time', before: { a: true, b: true }, pods: [pod('a', 5)], time: undefined },
  { rule: 'a pod without an address is no endpoint', before: {}, pods: [pod('a', 5, { ip: '' })], time: undefined },
  { rule: 'an ending pod that is not told of has no part', before: {}, pods: [pod('a', 5, { goes: true })], time: undefined },
  { rule: 'an ending pod that is told of', before: {}, pods: [pod('a', 5, { goes: true })], includesTerminating: true, time: 5 },
  { rule: 'nothing is known of pods whose readiness is not told', before: { a: undefined }, pods: [pod('a', 5)], time: undefined },
]
for (const { rule, before, pods, includesTerminating = false, time } of ROWS)
  test(`trigger time: ${rule}`, () => {
    const told = { before: before && new Map(Object.entries(before)), pods, includesTerminating }
    assert.equal(triggerTime(service(), told), time === undefined ? undefined : at(time))
  })

test('trigger time: an older one goes when there is none, others stay', () => {
  assert.deepEqual(withTriggerTime({ a: 'b', [TRIGGER_TIME]: at(1) }, undefined), { a: 'b' })
  assert.deepEqual(withTriggerTime({ a: 'b', [TRIGGER_TIME]: at(1) }, at(2)), { a: 'b', [TRIGGER_TIME]: at(2) })
})

const still = { children: childrenOf(), refusals: [], now: 0 }
/** What a service has after each step of its pods, as its controllers write it: the annotation, or `-` for no write. */
function told(steps: readonly (readonly Pod[])[], spec: object = {}): readonly (readonly [endpoints: string, slices: string])[] {
  let endpoints: Endpoints | undefined
  let slices: readonly EndpointSlice[] = []
  const textOf = (written: readonly { object: unknown }[]) => {
    const annotations = written.map(({ object }) => (object as Endpoints).metadata.annotations?.[TRIGGER_TIME] ?? 'none')
    return annotations.join() || '-'
  }
  return steps.map(pods => {
    const one = decideEndpoints({ ...still, object: service(spec), more: { pods, endpoints } })
    const many = decideSlices({ ...still, object: service(spec), more: { pods, slices, zones: new Map() } })
    const [wroteOne, wroteMany] = [one, many].map(({ create = [], update = [] }) => [...create, ...update])
    endpoints = (wroteOne?.[0]?.object as Endpoints | undefined) ?? endpoints
    if (wroteMany?.length) slices = wroteMany.map(({ object }) => object as EndpointSlice)
    return [textOf(wroteOne ?? []), textOf(wroteMany ?? [])]
  })
}
test('endpoints and slices tell of each change when it happened, and are written for its sake never', () => {
  const steps = [[pod('a', 3, { ready: false })], [pod('a', 5)], [pod('a', 5)], [pod('a', 5, { goes: true })], []]
  assert.deepEqual(told(steps), [
    [at(1), at(1)],
    [at(5), at(5)],
    ['-', '-'],
    ['none', 'none'],
    ['-', 'none'],
  ])
})
test('where unready addresses are published, Endpoints tell when pods come', () => {
  const steps = [[], [pod('a', 3, { ready: false })], [pod('a', 5)], [pod('a', 5), pod('b', 6, { ip: '10.0.0.2' })]]
  assert.deepEqual(told(steps, { publishNotReadyAddresses: true }), [
    [at(1), at(1)],
    [at(3), at(3)],
    ['-', at(5)],
    [at(6), at(6)],
  ])
})
