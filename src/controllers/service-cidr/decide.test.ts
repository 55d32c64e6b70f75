/** Tests of what becomes of a range of service addresses. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { childrenOf } from '#client/plan.ts'
import type { IPAddress } from '#kinds/networking/ip-address.ts'
import type { ServiceCIDR } from '#kinds/networking/service-cidr.ts'
import { decide, FINALIZER } from './decide.ts'

const NOW = Date.parse('2030-01-01T00:01:00Z')
const READY = { type: 'Ready', status: 'True', reason: 'Ready', message: 'fine', lastTransitionTime: '2030-01-01T00:00:00Z' }
const range = (cidr: string, { goes = false, finalizers = [FINALIZER], conditions = [READY], deletedAt = '2030-01-01T00:00:00Z' } = {}) =>
  ({
    metadata: { name: cidr, finalizers, ...(goes && { deletionTimestamp: deletedAt }) },
    spec: { cidrs: [cidr] },
    status: { conditions },
  }) as unknown as ServiceCIDR
const address = (name: string) => ({ metadata: { name } }) as IPAddress
const RANGE = '10.0.0.0/24'

interface Row {
  readonly rule: string
  readonly object: ServiceCIDR
  readonly others?: readonly ServiceCIDR[]
  readonly addresses?: readonly IPAddress[]
  readonly finalizers?: readonly string[]
  readonly reason?: string
  readonly lookAgainMs?: number
}
const ROWS: readonly Row[] = [
  {
    rule: 'a new range gets a finalizer and is ready',
    object: range(RANGE, { finalizers: [], conditions: [] }),
    finalizers: [FINALIZER],
    reason: 'Ready',
  },
  { rule: 'a range that is as wanted is left alone', object: range(RANGE) },
  { rule: 'a range in use stays', object: range(RANGE, { goes: true }), addresses: [address('10.0.0.7')], reason: 'Terminating' },
  {
    rule: 'addresses of other ranges do not hold it',
    object: range(RANGE, { goes: true }),
    addresses: [address('10.1.0.7')],
    finalizers: [],
  },
  {
    rule: 'a larger range takes the addresses over',
    object: range(RANGE, { goes: true }),
    others: [range('10.0.0.0/16')],
    addresses: [address('10.0.0.7')],
    finalizers: [],
  },
  {
    rule: 'one that goes itself does not',
    object: range(RANGE, { goes: true }),
    others: [range('10.0.0.0/16', { goes: true })],
    addresses: [address('10.0.0.7')],
    reason: 'Terminating',
  },
  {
    rule: 'who is choosing an address now is waited for',
    object: range(RANGE, { goes: true, deletedAt: '2030-01-01T00:01:00Z' }),
    lookAgainMs: 1_000,
  },
  { rule: 'what was let go is left alone', object: range(RANGE, { goes: true, finalizers: ['example.com/other'] }) },
]
for (const { rule, object, others = [], addresses = [], finalizers, reason, lookAgainMs } of ROWS)
  test(`service range: ${rule}`, () => {
    const plan = decide({ object, children: childrenOf(), more: { others, addresses }, refusals: [], now: NOW })
    assert.deepEqual(plan.object?.metadata.finalizers, finalizers)
    const { conditions = [] } = (plan.status ?? {}) as ServiceCIDR['status']
    assert.equal(conditions[0]?.reason, reason)
    assert.equal(plan.lookAgainMs, lookAgainMs)
  })
