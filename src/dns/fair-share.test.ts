/** Who may have how much at a time. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FairShare } from './fair-share.ts'

/** In turns, as long as any of them may take another one. */
function fill(share: FairShare, clients: readonly string[]): readonly number[] {
  const counts = clients.map(() => 0)
  for (let hasTaken = true; hasTaken; ) {
    hasTaken = false
    for (const [i, client] of clients.entries())
      if (share.mayTake(client)) {
        share.take(client)
        counts[i] = (counts[i] ?? 0) + 1
        hasTaken = true
      }
  }
  return counts
}
const rows: readonly (readonly [rule: string, clients: readonly string[], counts: readonly number[]])[] = [
  ['one alone gets half', ['a'], [128]],
  ['of two each gets a third', ['a', 'b'], [86, 85]],
  ['of three each gets a quarter', ['a', 'b', 'c'], [64, 64, 64]],
]
for (const [rule, clients, counts] of rows)
  test(`questions to others: ${rule}`, () => assert.deepEqual(fill(new FairShare(256), clients), counts))

test('questions to others: who comes later finds room, however many somebody else has under way', () => {
  const share = new FairShare(256)
  fill(share, ['greedy'])
  assert(!share.mayTake('greedy'))
  assert.deepEqual(fill(share, ['later']), [64])
  assert.equal(share.total, 192)
})
test('questions to others: what is answered makes room', () => {
  const share = new FairShare(4)
  const taken = [share.take('a'), share.take('a')]
  assert(!share.mayTake('a'))
  for (const one of taken) one[Symbol.dispose]()
  assert.equal(share.total, 0)
  assert(share.mayTake('a'))
})
