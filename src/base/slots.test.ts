/** So many at a time, in the order in which they came. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Slots } from './slots.ts'

test('so many run at a time, the others follow in order, failed ones too', async () => {
  const slots = new Slots(2)
  const begun: number[] = []
  const ends = Array.from({ length: 4 }, () => Promise.withResolvers<number>())
  const runs = ends.map(({ promise }, i) =>
    slots.run(() => {
      begun.push(i)
      return promise
    }),
  )
  assert.deepEqual(begun, [0, 1])
  ends[1]?.reject(new Error('failed'))
  await assert.rejects(runs[1] as Promise<number>, /failed/)
  assert.deepEqual(begun, [0, 1, 2])
  ends[0]?.resolve(0)
  assert.equal(await runs[0], 0)
  for (const end of ends) end.resolve(7)
  assert.deepEqual(await Promise.all([runs[2], runs[3]]), [7, 7])
  assert.equal(await slots.run(async () => 'free again'), 'free again')
})
