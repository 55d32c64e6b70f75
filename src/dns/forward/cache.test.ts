/** How long what others say is remembered, and how much of it. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
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
