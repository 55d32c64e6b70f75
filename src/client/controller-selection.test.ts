/** Which controllers a list switches on and off, and what is said of lists that make no sense. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readControllerSelection } from './controller-selection.ts'

const CRON = 'cronjob-controller'
const JOB = 'job-controller'
const rows: readonly [rule: string, list: string, cron: boolean, job: boolean][] = [
  ['all of them', '*', true, true],
  ['all but one, by its older name', '*,-cronjob', false, true],
  ['wherever it stands', '-cronjob-controller,*', false, true],
  ['one alone', 'job', false, true],
  ['some, with spaces between', ' job , cronjob-controller ', true, true],
  ['none is left when only that is said', '-job', false, false],
  ['what comes first counts', '*,cronjob,-cronjob', true, true],
]
for (const [rule, list, cron, job] of rows) test(rule, () => assert.deepEqual([CRON, JOB].map(readControllerSelection(list)), [cron, job]))

const refusals: readonly [rule: string, list: string, message: RegExp][] = [
  ['an empty list', '', /must not be empty; "\*" stands for all of them/],
  ['a slip', '*,-cronjobs', /^"cronjobs" is not in the list of known controllers; did you mean "cronjob"\?$/],
  ['a slip in a whole name', 'deploymnt-controller', /did you mean "deployment-controller"\?/],
  ['a name like no other', 'zebra', /^"zebra" is not in the list of known controllers; they are: .*, cronjob-controller, /],
]
for (const [rule, list, message] of refusals)
  test(`refused: ${rule}`, () => assert.throws(() => readControllerSelection(list), { name: 'RangeError', message }))
