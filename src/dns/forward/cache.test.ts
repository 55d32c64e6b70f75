/** How long what others say is remembered, and how much of it. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { seededRandom } from '#base/random.ts'
import { question } from '#test/support/dns/packets.ts'
import { reply, type Records } from '#test/support/dns/sockets.ts'
import { places } from '../wire/message.ts'
import { AnswerCache, secondsToKeep } from './cache.ts'

const asked = question('example.test', 'A')
describe('time', () => {
  const rows: readonly (readonly [string, Records, number])[] = [
    ['as long as the record holds', { address: '192.0.2.1', ttl: 7 }, 7],
    ['but not too long', { address: '192.0.2.1', ttl: 86_400 }, 30],
    ['not at all when the record says so', { address: '192.0.2.1', ttl: 0 }, 0],
    ['a time out of range is none', { address: '192.0.2.1', ttl: 0x80000000 }, 0],
    ['what is not there as long as its zone says', { code: 3, negativeSeconds: 9 }, 9],
    ['a name without such records likewise', { negativeSeconds: 9 }, 9],
    ['what is not there, without a zone that says so, not at all', { code: 3 }, 0],
    ['failures not at all', { code: 2 }, 0],
  ]
  for (const [rule, records, expected] of rows) test(rule, () => assert.equal(secondsToKeep(reply(asked, records)), expected))
})
test('times to live run down, and then it is forgotten', () => {
  const cache = new AnswerCache()
  cache.put('k', reply(asked, { address: '192.0.2.1', ttl: 10 }), 1_000)
  const ttl = (now: number) => {
    const message = cache.get('k', now)
    return message?.readUInt32BE(places(message)?.[0]?.ttlAt ?? 0)
  }
  assert.deepEqual([ttl(1_000), ttl(4_500), ttl(10_999), ttl(11_000), ttl(4_500)], [10, 7, 1, undefined, undefined])
})
test('a flood drives out what was not used for longest, and no more is kept than that', () => {
  const cache = new AnswerCache()
  const message = reply(asked, { address: '192.0.2.1', ttl: 30 })
  cache.put('kept', message, 0)
  for (let i = 0; i < 25_000; i++) {
    cache.put(`random-${i}`, message, 0)
    if (i % 1_000 === 0) assert(cache.get('kept', 0))
  }
  assert.equal(cache.size, 10_000)
  assert.equal(cache.get('random-0', 0), undefined)
  assert(cache.get('random-24999', 0))
})
test('large answers count by their size', () => {
  const cache = new AnswerCache()
  const message = Buffer.concat([reply(asked, { address: '192.0.2.1', ttl: 30 }), Buffer.alloc(60_000)])
  for (let i = 0; i < 1_000; i++) cache.put(`k${i}`, message, 0)
  assert(cache.size < 150)
})
test('many that fall into one bucket drive one another out, and nobody else', () => {
  const cache = new AnswerCache()
  const message = reply(asked, { address: '192.0.2.1', ttl: 30 })
  cache.put('other', message, 0)
  // Of texts of four letters that many have the same last fourteen bits of their hash.
  const same: string[] = []
  for (let i = 0; same.length < 40; i++) {
    const key = i.toString(36).padStart(4, '0')
    if (bucketOf(key) === 7) same.push(key)
  }
  for (const key of same) cache.put(key, message, 0)
  assert.deepEqual(
    same.filter(key => cache.get(key, 0)),
    same.slice(-16),
  )
  assert(cache.get('other', 0))
  assert.equal(cache.size, 17)
})
test('what is kept is what was put, whatever was driven out before', () => {
  const cache = new AnswerCache()
  const random = seededRandom(3)
  const last = new Map<string, Buffer>()
  for (let i = 0; i < 20_000; i++) {
    const key = `k${random.integer(12_000)}`
    const message = Buffer.concat([reply(asked, { address: '192.0.2.1', ttl: 30 }), Buffer.alloc(random.integer(1_500), i & 255)])
    last.set(key, message)
    cache.put(key, message, 0)
    if (i % 5_000 === 4_999) for (const [name, put] of last) assert.equal(cache.get(name, 0)?.compare(put) ?? 0, 0)
  }
  cache.clear()
  assert.equal(cache.size, 0)
  assert.equal(
    [...last.keys()].find(key => cache.get(key, 0)),
    undefined,
  )
})
/** FNV-1a. */
function bucketOf(key: string): number {
  let hash = 0x811c9dc5
  for (const letter of key) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193)
  return (hash >>> 0) % 16_384
}
