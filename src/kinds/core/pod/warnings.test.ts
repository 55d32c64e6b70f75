/** Names that are no host names. One row per rule. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nameWarnings } from './warnings.ts'

const advice = (use: string, why: string) => [
  `metadata.name: this is used in ${use}, which can result in surprising behavior; a DNS label is recommended: [${why}]`,
]
const long = 'x'.repeat(64)
const rows: readonly [rule: string, is: readonly string[], wanted: readonly string[]][] = [
  ['a label is fine', nameWarnings({ metadata: { name: 'web' } }), []],
  ['so is a name that is still to come', nameWarnings({ metadata: { generateName: 'web-', name: 'web-x' } }), []],
  ['dots are not', nameWarnings({ metadata: { name: 'a.b' } }), advice('Pod names and hostnames', 'must not contain dots')],
  [
    'nor is a long one',
    nameWarnings({ metadata: { name: long } }),
    advice('Pod names and hostnames', 'must be no more than 63 characters'),
  ],
  ['a pod has but one', nameWarnings({ metadata: { name: 'a.b' } }, 'pod'), advice("the Pod's hostname", 'must not contain dots')],
]
for (const [rule, is, wanted] of rows) test(rule, () => assert.deepEqual(is, wanted))
