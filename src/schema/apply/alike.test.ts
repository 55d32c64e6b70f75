/** Rows for values that are kept once. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../json-value.ts'
import { fromFieldsV1, toFieldsV1 } from './field-set.ts'

const alike = (fields: JsonObject) => toFieldsV1(fromFieldsV1(fields))

const fields = () => ({ 'f:spec': { 'f:replicas': {} } })

test('equal values become one, frozen to its depths', () => {
  const one = alike(fields())
  assert.equal(alike(fields()), one)
  assert.deepEqual(one, fields())
  assert(Object.isFrozen(one['f:spec']))
  assert.notEqual(alike({ 'f:spec': {} }), one)
})
test('what is alike in values that differ is kept once, too', () => {
  const [one, other] = ['10.0.0.1', '10.0.0.2'].map(ip =>
    alike({ 'f:status': { 'f:conditions': { 'k:{"type":"Ready"}': { '.': {} } }, 'f:podIPs': { [`k:{"ip":"${ip}"}`]: {} } } }),
  ) as { 'f:status': object & Record<string, object> }[]
  assert.notEqual(one, other)
  assert.equal(one?.['f:status']['f:conditions'], other?.['f:status']['f:conditions'])
  assert.notEqual(one?.['f:status']['f:podIPs'], other?.['f:status']['f:podIPs'])
})
test('what lies below a name is told apart from what lies beside it', () =>
  assert.notEqual(alike({ 'f:a': { 'f:b': {} } }), alike({ 'f:a': {}, 'f:b': {} })))
test('a stored value stays the one that it is', () => {
  const stored = Object.freeze(fields())
  assert.equal(alike(stored), stored)
})
