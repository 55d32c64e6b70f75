/** When a pod's tokens are asked for anew, and what serves meanwhile. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VirtualClock } from '#base/clock.ts'
import type { Client } from '#client/transport.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { Tokens } from './tokens.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

function stage(expirationSeconds?: number) {
  const clock = new VirtualClock()
  const server = { isDown: false, issued: 0 }
  const create = async (_: unknown, { spec }: { spec: { expirationSeconds: number } }) => {
    if (server.isDown) throw new Error('down')
    const expirationTimestamp = new Date(clock.now() + spec.expirationSeconds * 1000).toISOString()
    return { status: { token: `token-${++server.issued}`, expirationTimestamp } }
  }
  const serviceAccountToken = { path: 't', ...(expirationSeconds && { expirationSeconds }) }
  const pod = {
    metadata: { name: 'p', namespace: 'n', uid: 'u' },
    spec: { volumes: [{ name: 'v', projected: { sources: [{ serviceAccountToken }] } }] },
  } as unknown as Pod
  const tokens = new Tokens({ create } as unknown as Client, clock)
  const shown = async (afterMs: number) => {
    clock.advance(clock.now() + afterMs)
    await tokens.prepare(pod)
    return tokens.get(pod, '', 't')
  }
  return { clock, server, tokens, pod, shown }
}

const rows: readonly [string, number | undefined, readonly (readonly [afterMs: number, token: string])[]][] = [
  [
    'after four fifths of its life',
    undefined,
    [
      [0, 'token-1'],
      [47 * MINUTE_MS, 'token-1'],
      [MINUTE_MS, 'token-2'],
      [48 * MINUTE_MS, 'token-3'],
    ],
  ],
  [
    'after a day at the latest',
    10 * 86_400,
    [
      [0, 'token-1'],
      [23 * HOUR_MS, 'token-1'],
      [HOUR_MS, 'token-2'],
    ],
  ],
]
for (const [rule, seconds, steps] of rows)
  test(`a token is renewed ${rule}`, async () => {
    const { shown, tokens, pod, clock } = stage(seconds)
    for (const [afterMs, token] of steps) assert.equal(await shown(afterMs), token)
    assert((tokens.renewalOf(pod) ?? 0) > clock.now())
  })

test('while no new token can be had the old one serves on, until its end', async () => {
  const { shown, server, tokens, pod, clock } = stage()
  assert.equal(await shown(0), 'token-1')
  server.isDown = true
  assert.equal(await shown(50 * MINUTE_MS), 'token-1')
  assert.equal(tokens.renewalOf(pod), clock.now() + 10_000)
  await assert.rejects(shown(10 * MINUTE_MS), /down/)
  server.isDown = false
  assert.equal(await shown(0), 'token-2')
})

test('a forgotten pod has no tokens', async () => {
  const { shown, tokens, pod } = stage()
  await shown(0)
  tokens.forget(pod)
  assert.equal(tokens.renewalOf(pod), undefined)
  assert.equal(tokens.get(pod, '', 't'), '')
})
