/** What is gone is no failure; everything else is. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GrpcError } from '#base/grpc/client.ts'
import { orGone } from './gone.ts'

const failed = (code: string) =>
  Promise.reject(new GrpcError('/runtime.v1.RuntimeService/StopPodSandbox', Object.assign(new Error(code), { code: CODES[code] }) as never))
const CODES: Readonly<Record<string, number>> = { NOT_FOUND: 5, UNAVAILABLE: 14 }

test('a sandbox that is gone meanwhile has no answer', async () => assert.equal(await orGone(failed('NOT_FOUND')), undefined))
test('a runtime that is not there is a failure', () => assert.rejects(orGone(failed('UNAVAILABLE')), GrpcError))
test('an answer is an answer', async () => assert.equal(await orGone(Promise.resolve(1)), 1))
