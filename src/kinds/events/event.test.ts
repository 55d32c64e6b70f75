/** Events under their new names: rules, columns and the way into storage and back. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { causes, cells, changed, type Manifest, prepared } from '#test/support/kinds.ts'
import { Event } from './event.ts'

const event: Manifest = {
  metadata: { name: 'e', namespace: 'default' },
  eventTime: '2026-01-01T00:00:00.000000Z',
  reportingController: 'example.com/c',
  reportingInstance: 'c-1',
  action: 'Bind',
  reason: 'Bound',
  regarding: { kind: 'Pod', name: 'p', namespace: 'default' },
  note: 'bound to n1',
  type: 'Normal',
}
for (const [rule, changes, expected] of [
  ['a plain one is fine', {}, []],
  ['it has a time', { eventTime: undefined }, ['eventTime: Required value']],
  ['somebody reports it', { reportingController: undefined }, ['reportingController: Required value']],
  [
    'it is about its own namespace',
    { 'regarding.namespace': 'other' },
    ['regarding.namespace: Invalid value: "other": does not match event.namespace'],
  ],
  ['its type is known', { type: 'Odd' }, ['type: Invalid value: "": has invalid value: Odd']],
] as const)
  test(`Event: ${rule}`, () => assert.deepEqual(causes(Event, changed(event, changes)), expected))

test('Event: it is stored as a core event, and comes back the same', () => {
  const given = prepared(Event, event)
  const stored = Event.options.view?.store?.(given) as Record<string, unknown>
  assert.deepEqual([stored.involvedObject, stored.message, stored.reportingComponent], [given.regarding, 'bound to n1', 'example.com/c'])
  assert.deepEqual(Event.options.view?.show?.(stored as never), given)
})

test('Event: columns are those of the core event', () => {
  const object = prepared(Event, { ...event, deprecatedSource: { component: 'x' } })
  assert.deepEqual(Object.values(cells(Event, object, Date.parse('2026-01-01T00:01:00Z'))), [
    '60s',
    'Normal',
    'Bound',
    'pod/p',
    '',
    'x, c-1',
    'bound to n1',
    '60s',
    '1',
    'e',
  ])
})
