/** Which timeouts of a query are refused. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { checkTimeout } from './timeout.ts'

const invalid = 'invalid timeout specified in the request URL - time: invalid duration "invalid"'
const rows: readonly [rule: string, verb: string, subresource: string, timeout: string | null, expected: string | undefined][] = [
  ['none is given', 'get', '', null, undefined],
  ['an empty one is none', 'get', '', '', undefined],
  ['a duration', 'list', '', '3m', undefined],
  ['without a unit', 'list', '', '3', 'invalid timeout specified in the request URL - time: missing unit in duration "3"'],
  ['no duration', 'list', '', 'invalid', invalid],
  ['of a write', 'create', '', 'invalid', invalid],
  ['of a watch, which lasts', 'watch', '', 'invalid', undefined],
  ['of a stream, which lasts', 'get', 'log', 'invalid', undefined],
]
for (const [rule, verb, subresource, timeout, expected] of rows)
  test(`timeout: ${rule}`, () => {
    const check = () => checkTimeout({ verb, subresource }, timeout)
    if (expected === undefined) check()
    else assert.throws(check, error => isRefusal(error, 'BadRequest') && error.message === expected)
  })
