/** Rules by which destinations of many owners are told together. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OwnedDestinations } from './destinations.ts'

const to = (...backends: readonly string[]) => new Map([['ip 10.43.0.7 53', new Set(backends)]])

test('at the start they are judged, even if there are none', () => assert.deepEqual(new OwnedDestinations().takeChanged(), new Map()))
test('they are judged again only when they have changed', () => {
  const owned = new OwnedDestinations()
  owned.put('a', to('10.42.0.1 5353'))
  assert.deepEqual(owned.takeChanged(), to('10.42.0.1 5353'))
  owned.put('a', to('10.42.0.1 5353'))
  owned.put('b', new Map())
  assert.equal(owned.takeChanged(), undefined)
  owned.put('a', to('10.42.0.2 5353'))
  assert.deepEqual(owned.takeChanged(), to('10.42.0.2 5353'))
  owned.put('a', new Map())
  assert.deepEqual(owned.takeChanged(), new Map())
})
test('what two owners lead to together may be led to', () => {
  const owned = new OwnedDestinations()
  owned.put('a', to('10.42.0.1 5353'))
  owned.put('b', to('10.42.0.2 5353'))
  assert.deepEqual(owned.takeChanged(), to('10.42.0.1 5353', '10.42.0.2 5353'))
})
