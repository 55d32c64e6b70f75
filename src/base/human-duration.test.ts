/** Durations as kubectl prints them: one row per border between two formats. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { humanDuration } from './human-duration.ts'

const rows: readonly (readonly [seconds: number, text: string])[] = [
  [-3, '<invalid>'],
  [-1, '0s'],
  [0, '0s'],
  [119, '119s'],
  [120, '2m'],
  [125, '2m5s'],
  [599, '9m59s'],
  [600, '10m'],
  [3 * 3600 - 1, '179m'],
  [3 * 3600, '3h'],
  [7 * 3600 + 61, '7h1m'],
  [8 * 3600 + 61, '8h'],
  [47 * 3600, '47h'],
  [48 * 3600, '2d'],
  [51 * 3600, '2d3h'],
  [8 * 86400 + 3600, '8d'],
  [2 * 365 * 86400, '2y'],
  [2 * 365 * 86400 + 86400, '2y1d'],
  [9 * 365 * 86400 + 86400, '9y'],
]
for (const [seconds, text] of rows) test(`${seconds} seconds are ${text}`, () => assert.equal(humanDuration(seconds * 1000), text))
