/** Which changes of endpoints are measured, from when on, and until when. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EndpointSlice } from '#kinds/discovery/endpoint-slice.ts'
import { TriggerTimes } from './trigger-times.ts'

const STARTED = Date.parse('2030-01-01T00:00:00Z')
const TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time'
/** A slice of a service, as it is after some changes: `5` was caused five seconds after the start. */
const slice = (at: number | string | undefined, { generation = 1, service = 'web', addressType = 'IPv4' } = {}) =>
  ({
    metadata: {
      namespace: 'n',
      labels: { 'kubernetes.io/service-name': service },
      generation,
      annotations: at === undefined ? {} : { [TRIGGER_TIME]: typeof at === 'string' ? at : new Date(STARTED + at * 1_000).toISOString() },
    },
    addressType,
  }) as unknown as EndpointSlice
type Change = readonly [before: EndpointSlice | undefined, after: EndpointSlice | undefined]

const rows: readonly (readonly [rule: string, changes: readonly Change[], measured: readonly number[]])[] = [
  [
    'a slice that comes, and one that changes',
    [
      [undefined, slice(5)],
      [slice(5), slice(7, { generation: 2 })],
    ],
    [5, 7],
  ],
  ['what happened before the start is not', [[undefined, slice(-3)]], []],
  ['a change without a time is not', [[slice(5), slice(undefined, { generation: 2 })]], []],
  ['a time that is none is not', [[undefined, slice('yesterday')]], []],
  ['a slice that is only annotated has not changed', [[slice(5), slice(6)]], []],
  [
    'nothing is known of a service that loses a slice meanwhile',
    [
      [undefined, slice(5)],
      [slice(5), undefined],
    ],
    [],
  ],
  [
    'another service',
    [
      [undefined, slice(5)],
      [undefined, slice(6, { service: 'db' })],
      [slice(5), undefined],
    ],
    [6],
  ],
  [
    'another family',
    [
      [undefined, slice(5)],
      [undefined, slice(6, { addressType: 'IPv6' })],
      [slice(5), undefined],
    ],
    [6],
  ],
]
for (const [rule, changes, measured] of rows)
  test(`programming is measured: ${rule}`, () => {
    const times = new TriggerTimes(STARTED)
    for (const change of changes) times.heard(...change)
    times.begun()
    assert.deepEqual(
      times.synced().map(({ at }) => (at - STARTED) / 1_000),
      measured,
    )
  })

test('programming is measured once, when the sync that took the change up is over; one that fails takes it up again', () => {
  const times = new TriggerTimes(STARTED)
  const seconds = () => times.synced().map(({ at }) => (at - STARTED) / 1_000)
  times.heard(undefined, slice(5))
  times.begun()
  times.begun()
  times.heard(slice(5), slice(6, { generation: 2 }))
  assert.deepEqual(seconds(), [5])
  assert.deepEqual(seconds(), [])
  times.begun()
  assert.deepEqual(seconds(), [6])
})
