/** RFC 3339 times, and Go's words for what is none. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatMicroseconds, formatSeconds, isCanonicalTime, parseTime } from './rfc3339.ts'

const rows: readonly (readonly [text: string, seconds: string, nanos: number])[] = [
  ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00Z', 0],
  ['2024-02-29T23:59:59.5Z', '2024-02-29T23:59:59Z', 500_000_000],
  ['2020-01-01T01:30:00+01:30', '2020-01-01T00:00:00Z', 0],
  ['2020-01-01T00:00:00-05:00', '2020-01-01T05:00:00Z', 0],
  ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00Z', 0],
  ['9999-12-31T23:59:59.123456789Z', '9999-12-31T23:59:59Z', 123_456_789],
]
for (const [text, seconds, nanos] of rows) {
  test(text, () => {
    const moment = parseTime(text)
    assert.equal(formatSeconds(moment.seconds), seconds)
    assert.equal(moment.nanos, nanos)
  })
}
test('microseconds have six digits', () => {
  assert.equal(formatMicroseconds(parseTime('2020-01-01T00:00:00.000001Z', true)), '2020-01-01T00:00:00.000001Z')
})

const AS = 'as "2006-01-02T15:04:05Z07:00": cannot parse'
const refused: readonly (readonly [text: string, message: string])[] = [
  ['', `parsing time "" ${AS} "" as "2006"`],
  ['2020', `parsing time "2020" ${AS} "" as "-"`],
  ['2020-1-01T00:00:00Z', `parsing time "2020-1-01T00:00:00Z" ${AS} "1-01T00:00:00Z" as "01"`],
  ['2020-13-01T00:00:00Z', 'parsing time "2020-13-01T00:00:00Z": month out of range'],
  ['2023-02-29T00:00:00Z', 'parsing time "2023-02-29T00:00:00Z": day out of range'],
  ['2020-01-01 00:00:00Z', `parsing time "2020-01-01 00:00:00Z" ${AS} " 00:00:00Z" as "T"`],
  ['2020-01-01T24:00:00Z', 'parsing time "2020-01-01T24:00:00Z": hour out of range'],
  ['2020-01-01T00:00:00', `parsing time "2020-01-01T00:00:00" ${AS} "" as "Z07:00"`],
  ['2020-01-01T00:00:00Zx', 'parsing time "2020-01-01T00:00:00Zx": extra text: "x"'],
]
for (const [text, message] of refused) test(`'${text}' is no time`, () => assert.throws(() => parseTime(text), { message }))
test('microseconds are asked for where they belong', () => {
  assert.throws(() => parseTime('2020-01-01T00:00:00Z', true), {
    message: 'parsing time "2020-01-01T00:00:00Z" as "2006-01-02T15:04:05.000000Z07:00": cannot parse "Z" as ".000000"',
  })
})

test('only what needs no rewriting is canonical', () => {
  for (const text of ['2020-01-01T00:00:00Z', '2020-12-28T23:59:59Z', '2020-12-31T23:59:59Z', '2020-04-30T00:00:00Z'])
    assert(isCanonicalTime(text), text)
  for (const text of [
    '2020-01-01T00:00:00.0Z',
    '2020-02-30T00:00:00Z',
    '2020-04-31T00:00:00Z',
    '2020-01-00T00:00:00Z',
    '2020-01-01T24:00:00Z',
    '2020-01-01T00:00:00+00:00',
    '2020-13-01T00:00:00Z',
  ])
    assert(!isCanonicalTime(text), text)
  assert(isCanonicalTime('2020-01-01T00:00:00.000000Z', true))
  assert(!isCanonicalTime('2020-01-01T00:00:00Z', true))
})
