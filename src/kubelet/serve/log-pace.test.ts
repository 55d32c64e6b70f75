/** How soon logs are looked at again. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type LogGrowth, logPaceMs } from './log-pace.ts'

const MAX = 10_000_000
const rows: readonly [rule: string, logs: readonly LogGrowth[], expectedMs: number][] = [
  ['no logs: seldom', [], 10_000],
  ['a clock that was set back tells no pace: seldom', [{ bytes: 5_000_000, grownBytes: 5_000_000, inMs: -3_600_000 }], 10_000],
  ['a log that does not grow: seldom', [{ bytes: 9_999_999, grownBytes: 0, inMs: 10_000 }], 10_000],
  ['one that grows slowly: seldom', [{ bytes: 1_000_000, grownBytes: 100, inMs: 10_000 }], 10_000],
  ['when it will be full', [{ bytes: 4_000_000, grownBytes: 4_000_000, inMs: 1_000 }], 1_500],
  [
    'the first of them counts',
    [
      { bytes: 0, grownBytes: 100, inMs: 10_000 },
      { bytes: 8_000_000, grownBytes: 1_000_000, inMs: 1_000 },
    ],
    2_000,
  ],
  ['one that was full begins anew', [{ bytes: 20_000_000, grownBytes: 20_000_000, inMs: 10_000 }], 5_000],
  ['however fast it grows, not all the time', [{ bytes: 170_000_000, grownBytes: 170_000_000, inMs: 1_000 }], 1_000],
]
for (const [rule, logs, expectedMs] of rows) test(rule, () => assert.equal(logPaceMs(logs, MAX), expectedMs))
