/** How much is to be freed, and which images go first. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { excessBytes, type KnownImage, outdated, removable, THRESHOLDS } from './garbage.ts'

const rows: readonly [string, number, number, number][] = [
  ['nothing used', 1000, 1000, 0],
  ['just below the upper threshold', 1000, 160, 0],
  ['at the upper threshold', 1000, 150, 50],
  ['full', 1000, 0, 200],
  ['more free than there is', 1000, 2000, 0],
]
for (const [rule, capacityBytes, availableBytes, expected] of rows)
  test(`freed: ${rule}`, () => assert.equal(excessBytes({ capacityBytes, availableBytes }, THRESHOLDS), expected))

const now = 1_000_000
const image = (id: string, more: Partial<KnownImage>): KnownImage => ({ id, sizeBytes: 1, seenAt: 0, usedAt: 0, isInUse: false, ...more })
test('images go that are not in use and not new, those longest out of use first', () => {
  const images = [
    image('used lately', { usedAt: 900 }),
    image('used long ago', { usedAt: 100 }),
    image('never used', { seenAt: 5 }),
    image('never used, and here longer', { seenAt: 4 }),
    image('in use', { isInUse: true }),
    image('new', { seenAt: now - THRESHOLDS.ageMinMs + 1 }),
  ]
  assert.deepEqual(
    removable(images, now, THRESHOLDS).map(({ id }) => id),
    ['never used, and here longer', 'never used', 'used long ago', 'used lately'],
  )
})

const old = (begunAt: number, unusedMaxMs: number) =>
  outdated(
    [
      image('long ago', { usedAt: now - 501 }),
      image('lately', { usedAt: now - 500 }),
      image('never', {}),
      image('in use', { isInUse: true }),
    ],
    {
      now,
      begunAt,
      unusedMaxMs,
    },
  ).map(({ id }) => id)
const ages: readonly [rule: string, begunAt: number, unusedMaxMs: number, expected: readonly string[]][] = [
  ['those that nobody has used for longer', now - 501, 500, ['long ago', 'never']],
  ['none before the kubelet has looked for as long', now - 500, 500, []],
  ['none without a limit', 0, 0, []],
]
for (const [rule, begunAt, unusedMaxMs, expected] of ages)
  test(`too old: ${rule}`, () => assert.deepEqual(old(begunAt, unusedMaxMs), expected))
