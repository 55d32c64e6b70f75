/** Rules of answers: which form of an object a client gets that wants another one. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SelfSubjectAccessReview } from '#kinds/authorization/self-subject-access-review.ts'
import type { ValueResult } from '../result.ts'
import { answerOf } from './answer.ts'

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io'
const review: ValueResult = {
  form: 'value',
  code: 201,
  value: { kind: 'SelfSubjectAccessReview', apiVersion: 'authorization.k8s.io/v1', metadata: {}, spec: {}, status: { allowed: true } },
  kind: SelfSubjectAccessReview,
}
const status: ValueResult = { form: 'value', code: 200, value: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' } }
const ROWS: readonly [string, ValueResult, string, number, string][] = [
  ['a review cannot be told as a table', review, TABLE, 406, 'Status'],
  ['a review is told plainly to those who take that as well', review, `${TABLE},application/json`, 201, 'SelfSubjectAccessReview'],
  ['a status is told to everybody', status, TABLE, 200, 'Status'],
]
for (const [name, result, accept, code, kind] of ROWS)
  test(name, () => {
    const outcome = { id: '', target: undefined, user: undefined, result, warnings: [] }
    const answer = answerOf(outcome, { headers: { accept }, query: new URLSearchParams() }, () => 0)
    assert('code' in answer && answer.body instanceof Uint8Array)
    assert.deepEqual([answer.code, JSON.parse(Buffer.from(answer.body).toString()).kind], [code, kind])
  })
