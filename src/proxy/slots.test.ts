/** Rules by which backends are numbered. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { slots } from './slots.ts'

const rows: readonly (readonly [rule: string, before: string, now: string, after: string])[] = [
  ['the first ones stand as they come', '', 'cab', 'cab'],
  ['what stays keeps its number, whatever order it is told in', 'abc', 'cba', 'abc'],
  ['a newcomer is put last', 'abc', 'dabc', 'abcd'],
  ['a newcomer takes the place of one that went', 'abc', 'acd', 'adc'],
  ['the last one moves into a place that is left over', 'abcd', 'bcd', 'dbc'],
  ['the last one that goes leaves the others alone', 'abc', 'ab', 'ab'],
  ['several places are filled from the end', 'abcde', 'cde', 'edc'],
  ['all may go', 'abc', '', ''],
  ['each stands once', '', 'aab', 'ab'],
]
for (const [rule, before, now, after] of rows) test(rule, () => assert.equal(slots([...before], [...now]).join(''), after))
