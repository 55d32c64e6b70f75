/** Whatever packets come in, from clients or from servers: nothing throws, and what goes out is sound. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { decode } from 'dns-packet'
import * as fc from 'fast-check'
import { systemClock } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import { seededRandom } from '#base/random.ts'
import { AnswerCache } from '#dns/forward/cache.ts'
import { addressesAndAliases } from '#dns/forward/chase.ts'
import { isAnswer } from '#dns/forward/exchange.ts'
import { Forwarder } from '#dns/forward/forwarder.ts'
import { Resolver } from '#dns/resolver.ts'
import { DEFAULT_SETTINGS, readSettings } from '#dns/settings.ts'
import { encodeAnswer } from '#dns/wire/encode.ts'
import { Frames, framed } from '#dns/wire/frames.ts'
import { answerTo, places, withoutExtension } from '#dns/wire/message.ts'
import { encodeName, readLabels } from '#dns/wire/name.ts'
import { isBad, readQuery } from '#dns/wire/query.ts'
import type { DnsRecord } from '#dns/wire/records.ts'
import { rotated } from '#dns/wire/rotate.ts'
import { question } from '#test/support/dns/packets.ts'
import { reply } from '#test/support/dns/sockets.ts'

const RUNS = { numRuns: 5_000 }
const NAME = 'web.shop.svc.cluster.local'
const resolver = new Resolver({
  view: {
    hasNamespace: name => name === 'shop',
    service: () => undefined,
    slices: () => [],
    servicesAt: () => [],
    slicesAt: () => [],
    namespaceAt: () => 'shop',
  },
  domain: 'cluster.local',
  servers: ['10.96.0.10'],
  ranges: [],
  forwarder: new Forwarder({ clock: systemClock, random: seededRandom(1), log: silentLog }),
  nodeResolver: () => ({ upstreams: [], searches: ['corp.test'] }),
  settings: () => DEFAULT_SETTINGS,
  log: { ...silentLog, error: (fields: object) => assert.fail(inspect(fields)) },
})

const bytes = fc.uint8Array({ maxLength: 300 }).map(all => Buffer.from(all))
/** A sound message, some of whose bytes were changed, and its end cut off or lengthened. */
const damaged = (sound: readonly Buffer[]) =>
  fc
    .tuple(
      fc.constantFrom(...sound),
      fc.array(fc.tuple(fc.nat(300), fc.nat(255)), { maxLength: 6 }),
      fc.option(fc.nat(300)),
      fc.uint8Array({ maxLength: 20 }),
    )
    .map(([message, changes, length, tail]) => {
      const changed = Buffer.from(message)
      for (const [at, value] of changes) if (at < changed.length) changed[at] = value
      return Buffer.concat([changed.subarray(0, length ?? changed.length), tail])
    })
const QUESTIONS = [question(NAME, 'A'), question('example.com', 'AAAA', { udpMax: 4_096 }), question('5.0.42.10.in-addr.arpa', 'PTR')]
const REPLIES = [
  reply(QUESTIONS[0] as Buffer, { address: '192.0.2.1' }),
  reply(QUESTIONS[1] as Buffer, { code: 3, negativeSeconds: 5 }),
  encodeAnswer(
    {
      code: 'NOERROR',
      isAuthoritative: true,
      answers: ['192.0.2.1', '192.0.2.2'].map(address => ({ name: NAME, ttlSeconds: 5, type: 'A', address })),
      authorities: [],
      additionals: [{ name: 'a.b', ttlSeconds: 5, type: 'CNAME', target: NAME }],
    },
    (QUESTIONS[0] as Buffer).subarray(12),
  ),
]

test('every request is answered soundly or not at all', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(bytes, damaged([...QUESTIONS, ...REPLIES])), fc.constantFrom('udp', 'tcp'), async (request, transport) => {
      const answer = await resolver.answer(request, transport, '10.42.0.9')
      const isAsked = request.length >= 12 && (request[2] as number) < 0x80
      assert.equal(answer !== undefined, isAsked)
      if (!answer) return
      assert.equal(answer.readUInt16BE(0), request.readUInt16BE(0))
      assert((answer[2] as number) & 0x80, 'it is an answer')
      assert(answer.length <= (transport === 'udp' ? 1_232 : 65_535))
      const query = readQuery(request)
      assert(query && (isBad(query) || places(answer)), 'its records can be read')
    }),
    RUNS,
  )
})
test('every answer of a server can be looked at, kept and passed on', () => {
  fc.assert(
    fc.property(fc.oneof(bytes, damaged(REPLIES)), message => {
      const query = readQuery(QUESTIONS[0] as Buffer)
      assert(query && !isBad(query))
      isAnswer(message, QUESTIONS[0] as Buffer, query.question)
      const all = places(message)
      if (!all) return
      addressesAndAliases(message, 1)
      rotated(message, 1)
      const cache = new AnswerCache()
      cache.put('k', withoutExtension(message, all), 0)
      cache.get('k', 1_000)
    }),
    RUNS,
  )
})
test('an answer that belongs to the question is passed on soundly, however its records are damaged', () => {
  const query = readQuery(QUESTIONS[0] as Buffer)
  assert(query && !isBad(query))
  fc.assert(
    fc.property(damaged(REPLIES), message => {
      const all = places(message)
      if (!all || !isAnswer(message, QUESTIONS[0] as Buffer, query.question)) return
      for (const max of [100, 512]) {
        const answer = answerTo(query, withoutExtension(message, all), max)
        assert(answer.length <= max && places(answer))
      }
    }),
    RUNS,
  )
})

const label = fc.stringMatching(/^[a-z0-9_]([a-z0-9-]{0,20}[a-z0-9])?$/)
const name = fc.array(label, { minLength: 1, maxLength: 6 }).map(labels => labels.join('.'))
const record: fc.Arbitrary<DnsRecord> = fc.oneof(
  fc.record({ name, ttlSeconds: fc.nat(1_000), type: fc.constant('A' as const), address: fc.ipV4() }),
  fc.record({ name, ttlSeconds: fc.nat(1_000), type: fc.constantFrom('CNAME' as const, 'PTR' as const, 'NS' as const), target: name }),
  fc.record({
    name,
    ttlSeconds: fc.nat(1_000),
    type: fc.constant('SRV' as const),
    priority: fc.nat(9),
    weight: fc.nat(9),
    port: fc.nat(65_535),
    target: name,
  }),
)
test('what is written is read the same by others', () => {
  fc.assert(
    fc.property(name, fc.array(record, { maxLength: 30 }), (asked, answers) => {
      const message = encodeAnswer(
        { code: 'NOERROR', isAuthoritative: true, answers, authorities: [], additionals: [] },
        question(asked, 'A').subarray(12),
      )
      const read = decode(message).answers?.map(each => {
        const { name, type, ttl, data } = each as { name: string; type: string; ttl: number; data: object | string }
        return { name, type, ttlSeconds: ttl, ...(typeof data === 'object' ? data : type === 'A' ? { address: data } : { target: data }) }
      })
      assert.deepEqual(
        read,
        answers.map(each => ({ ...each })),
      )
      assert.equal(places(message)?.length, answers.length)
    }),
    { numRuns: 1_000 },
  )
})
test('names of any bytes are the same after reading and writing', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 20 }), { maxLength: 8 }), labels => {
      const encoded = Buffer.concat([...labels.flatMap(one => [Buffer.of(one.length), one]), Buffer.of(0)])
      const text = readLabels(encoded, 0)?.join('.') ?? ''
      const lowered = Buffer.from(encoded)
      for (let i = 0; i < lowered.length; i += (encoded[i] as number) + 1)
        for (let k = i + 1; k <= i + (encoded[i] as number); k++)
          if ((lowered[k] as number) >= 65 && (lowered[k] as number) <= 90) lowered[k] = (lowered[k] as number) + 32
      assert.deepEqual(encodeName(text), lowered)
    }),
    RUNS,
  )
})
test('messages of a connection come out whole, in whatever pieces they came', () => {
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 5 }), fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (messages, sizes) => {
      const frames = new Frames()
      const all = Buffer.concat(messages.map(framed))
      const out: Buffer[] = []
      for (let at = 0, i = 0; at < all.length; i++) {
        const end = at + (sizes[i % sizes.length] as number)
        frames.add(all.subarray(at, end))
        for (let message = frames.next(); message; message = frames.next()) out.push(message)
        at = end
      }
      assert.deepEqual(out, messages)
    }),
    { numRuns: 500 },
  )
})
test('no setting, however written, stops it', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom('hosts', 'stubDomains', 'upstreams', 'else'), fc.oneof(fc.string(), fc.json())), data => {
      readSettings(data)
    }),
    { numRuns: 1_000 },
  )
})
