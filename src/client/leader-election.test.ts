/** Of several candidates one leads; another follows when it is silent for long, or gives its lease back. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VirtualClock } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import type { Lease } from '#kinds/coordination/lease.ts'
import { Refusal } from '#kinds/meta/refusal.ts'
import { claimed, standForLeader } from './leader-election.ts'
import type { Client } from './transport.ts'

/** A store with one lease, and who can reach it. */
function place() {
  const clock = new VirtualClock()
  let lease: Lease | undefined
  let revision = 0
  const silent = new Set<string>()
  const events: string[] = []
  const leading: string[] = []
  const write = (next: Lease): Lease => {
    lease = { ...next, metadata: { ...next.metadata, resourceVersion: `${++revision}` } }
    return lease
  }
  const clientOf = (who: string) => {
    const reach = () => {
      if (silent.has(who)) throw new Error('unreachable')
    }
    return {
      get: async () => {
        reach()
        if (!lease) throw new Refusal(404, 'NotFound', 'there is none')
        return lease
      },
      create: async (kind: { name: string }, object: Lease & { message: string }) => {
        if (kind.name === 'Event') return void events.push(object.message)
        reach()
        if (lease) throw new Refusal(409, 'AlreadyExists', 'there is one')
        return write(object)
      },
      update: async (_: unknown, object: Lease) => {
        reach()
        if (object.metadata.resourceVersion !== lease?.metadata.resourceVersion) throw new Refusal(409, 'Conflict', 'changed')
        return write(object)
      },
    } as unknown as Client
  }
  const stand = (identity: string) =>
    standForLeader({
      client: clientOf(identity),
      clock,
      log: silentLog,
      name: 'kube-scheduler',
      identity,
      lead: () => {
        leading.push(identity)
        return { [Symbol.asyncDispose]: async () => void leading.splice(leading.indexOf(identity), 1) }
      },
    })
  const settle = async () => {
    for (let i = 0; i < 50; i++) await Promise.resolve()
  }
  const run = async (seconds: number) => {
    await settle()
    for (let i = 0; i < seconds; i++) {
      clock.advance(clock.now() + 1_000)
      await settle()
    }
  }
  return { clock, stand, run, silent, events, leading, lease: () => lease }
}

test('one of two leads, and goes on leading', async () => {
  const { stand, run, leading, lease } = place()
  const [a, b] = [stand('a'), stand('b')]
  await run(60)
  assert.deepEqual(leading, ['a'])
  assert.deepEqual([lease()?.spec.holderIdentity, lease()?.spec.leaseDurationSeconds, lease()?.spec.leaseTransitions], ['a', 15, 0])
  await Promise.all([a[Symbol.asyncDispose](), b[Symbol.asyncDispose]()])
})
test('one that cannot renew its lease stops before another begins', async () => {
  const { stand, run, leading, silent, lease } = place()
  const [a, b] = [stand('a'), stand('b')]
  await run(4)
  silent.add('a')
  const seen = new Set<string>()
  for (let second = 0; second < 30; second++) {
    await run(1)
    seen.add(leading.join('+'))
  }
  assert.deepEqual([...seen], ['a', '', 'b'])
  assert.equal(lease()?.spec.leaseTransitions, 1)
  await Promise.all([a[Symbol.asyncDispose](), b[Symbol.asyncDispose]()])
})
test('a lease that is given back is taken at the next try, and events tell of it', async () => {
  const { stand, run, leading, events } = place()
  const [a, b] = [stand('a'), stand('b')]
  await run(4)
  await a[Symbol.asyncDispose]()
  assert.deepEqual(leading, [])
  await run(3)
  assert.deepEqual(leading, ['b'])
  await b[Symbol.asyncDispose]()
  assert.deepEqual(events, ['a became leader', 'a stopped leading', 'b became leader', 'b stopped leading'])
})

const NOW = Date.parse('2030-01-01T00:00:00Z')
const held = (holderIdentity: string, at: number) => ({
  lease: { metadata: {}, spec: { holderIdentity, leaseDurationSeconds: 15, acquireTime: 'then', leaseTransitions: 3 } } as unknown as Lease,
  at,
})
const rows: readonly [rule: string, is: Lease['spec'] | undefined, holder: string | undefined, transitions: number | undefined][] = [
  ['a lease that there is not is taken', claimed({ lease: undefined, at: NOW }, 'me', NOW), 'me', 0],
  ['one of somebody else is left alone', claimed(held('you', NOW - 14_999), 'me', NOW), undefined, undefined],
  ['unless nothing was heard of it for its time', claimed(held('you', NOW - 15_000), 'me', NOW), 'me', 4],
  ['one that was given back is taken', claimed(held('', NOW), 'me', NOW), 'me', 4],
  ["one's own is renewed", claimed(held('me', NOW), 'me', NOW), 'me', 3],
]
for (const [rule, is, holder, transitions] of rows)
  test(rule, () => assert.deepEqual([is?.holderIdentity, is?.leaseTransitions], [holder, transitions]))
