/** Names of others: who is asked, what is believed, what is remembered. */
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { after, before, test } from 'node:test'
import { Service } from '#kinds/core/service.ts'
import { eventually } from '#test/conformance/support/eventually.ts'
import { question, readReply } from '#test/support/dns/packets.ts'
import { askUdp, type FakeServer, type Reaction, reply, startFakeServer } from '#test/support/dns/sockets.ts'
import { startTestDns, type TestDns } from './fixture.ts'

/** A little more than a server is given. */
const LATE_MS = 2_200
/** What each name brings about at the server, by its first label. */
const BEHAVIOURS: Readonly<Record<string, Reaction['udp']>> = {
  plain: (request, send) => send(reply(request, { address: '192.0.2.1' })),
  gone: (request, send) => send(reply(request, { code: 3, negativeSeconds: 20 })),
  silent: () => undefined,
  broken: (request, send) => send(reply(request, { code: 2 })),
  large: (request, send) => send(reply(request, { flags: 0x200 })),
  spoofed: (request, send) => {
    const id = request.readUInt16BE(0)
    send(reply(request, { address: '203.0.113.66', id: id ^ 1 }))
    send(reply(request, { address: '203.0.113.66', name: 'other.test' }))
    send(Buffer.from('not at all'))
    send(request)
    send(reply(request, { address: '192.0.2.1' }))
  },
  /** From another port than that which was asked. */
  strange: (request, send, { port, address }) => {
    const other = createSocket('udp4')
    other.send(reply(request, { address: '203.0.113.66' }), port, address, () => {
      other.close()
      send(reply(request, { address: '192.0.2.1' }))
    })
  },
  /** Cut off, and over a connection it says nothing. */
  stuck: (request, send) => send(reply(request, { flags: 0x200 })),
  old: (request, send) => send(request.readUInt16BE(10) ? reply(request, { code: 1 }) : reply(request, { address: '192.0.2.1' })),
}
const server = () =>
  startFakeServer({
    udp: (request, send, peer) => BEHAVIOURS[labelOf(request)]?.(request, send, peer),
    tcp: (request, send) => labelOf(request) !== 'stuck' && send(reply(request, { address: '192.0.2.1' })),
  })
const labelOf = (request: Buffer) => request.toString('latin1', 13, 13 + (request[12] as number)).replace(/-.*/, '')

let dns: TestDns
let first: FakeServer
let second: FakeServer
let stub: FakeServer
before(async () => {
  dns = await startTestDns()
  ;[first, second, stub] = await Promise.all([server(), server(), server()])
  await dns.configure({
    upstreams: `127.0.0.1:${first.port} 127.0.0.1:${second.port}`,
    stubDomains: JSON.stringify({ 'acme.test': [`127.0.0.1:${stub.port}`] }),
    hosts: '192.0.2.99 given.test\n',
  })
  await eventually(async () => assert.equal((await dns.ask('given.test', 'A')).code, 'NOERROR'))
})
after(async () => {
  await dns[Symbol.asyncDispose]()
  for (const one of [first, second, stub]) await one[Symbol.asyncDispose]()
})
const addresses = async (name: string) => (await dns.ask(name, 'A')).answers.map(answer => answer.split(' ').at(-1))
const timesInAll = (name: string) => times(first, name) + times(second, name)
const times = (of: FakeServer, name: string) => of.asked.filter(asked => asked === name).length

test('an answer is passed on, and remembered', async () => {
  assert.deepEqual(await addresses('plain-a.test'), ['192.0.2.1'])
  const before = timesInAll('plain-a.test')
  for (let i = 0; i < 3; i++) assert.deepEqual(await addresses('plain-a.test'), ['192.0.2.1'])
  assert.equal(timesInAll('plain-a.test'), before)
  const { answers } = await dns.ask('plain-a.test', 'A')
  assert(Number(answers[0]?.split(' ')[1]) <= 60)
})
test('that a name is not there is remembered too', async () => {
  assert.equal((await dns.ask('gone-a.test', 'A')).code, 'NXDOMAIN')
  const before = timesInAll('gone-a.test')
  for (let i = 0; i < 3; i++) assert.equal((await dns.ask('gone-a.test', 'A')).code, 'NXDOMAIN')
  assert.equal(timesInAll('gone-a.test'), before)
})
test('packets that do not belong to the question are passed over', async () => {
  assert.deepEqual(await addresses('spoofed-a.test'), ['192.0.2.1'])
})
test('what comes from another port is passed over', async () => {
  assert.deepEqual(await addresses('strange-a.test'), ['192.0.2.1'])
})
test('what comes too late is no answer any more, and is not remembered', async () => {
  const late = Promise.withResolvers<void>()
  await using slow = await startFakeServer({
    udp: (request, send) =>
      void setTimeout(() => {
        send(reply(request, { address: '203.0.113.66' }))
        late.resolve()
      }, LATE_MS),
  })
  await using quick = await server()
  await using alone = await startTestDns()
  await alone.configure({ upstreams: `127.0.0.1:${slow.port} 127.0.0.1:${quick.port}`, hosts: '192.0.2.99 given.test\n' })
  await eventually(async () => assert.equal((await alone.ask('given.test', 'A')).code, 'NOERROR'))
  const given = async () => (await alone.ask('plain-late.test', 'A')).answers.map(answer => answer.split(' ').at(-1))
  assert.deepEqual(await given(), ['192.0.2.1'])
  await late.promise
  assert.deepEqual(await given(), ['192.0.2.1'])
})
test('a server that hangs in the middle, over a connection, has no more time than one that never begins', async () => {
  const begun = performance.now()
  assert.equal((await dns.ask('stuck-a.test', 'A')).code, 'SERVFAIL')
  assert(performance.now() - begun < 5_000, 'resolvers in pods ask again after that')
})
test('what does not fit into a packet is fetched over TCP', async () => {
  assert.deepEqual(await addresses('large-a.test'), ['192.0.2.1'])
})
test('a server that does not know EDNS is asked without', async () => {
  assert.deepEqual(await addresses('old-a.test'), ['192.0.2.1'])
})
test('names below a stub domain go to its server only', async () => {
  assert.deepEqual(await addresses('plain.acme.test'), ['192.0.2.1'])
  assert(times(stub, 'plain.acme.test') > 0)
  assert.equal(timesInAll('plain.acme.test'), 0)
})
test('an external name brings the addresses behind it', async () => {
  const namespace = await dns.namespace('external')
  await dns.client.create(Service, {
    metadata: { name: 'out', namespace },
    spec: { type: 'ExternalName', externalName: 'plain-b.test' },
  } as never)
  await eventually(async () => assert.deepEqual(await addresses(`out.${namespace}.svc.cluster.local`), ['plain-b.test', '192.0.2.1']))
})
test('when no server has an answer, that is said, and all were asked', async () => {
  assert.equal((await dns.ask('broken-a.test', 'A')).code, 'SERVFAIL')
  assert(times(first, 'broken-a.test') > 0 && times(second, 'broken-a.test') > 0)
})
test('servers that hang keep nobody waiting for good, and nobody who asks for something else', async () => {
  const hanging = Array.from({ length: 20 }, () => dns.ask('silent-a.test', 'A'))
  assert.equal((await dns.ask('kubernetes.default.svc.cluster.local', 'A')).code, 'NOERROR')
  for (const { code } of await Promise.all(hanging)) assert.equal(code, 'SERVFAIL')
  assert(timesInAll('silent-a.test') <= 2, 'many who ask the same ask each server once')
})
test('without servers there is no answer, at once', async () => {
  await using alone = await startTestDns()
  assert.equal((await alone.ask('plain.test', 'A')).code, 'SERVFAIL')
})
test('a server that asks us in its turn is asked no more', async () => {
  let us = 0
  await using looping = await startFakeServer({ udp: (request, send) => void askUdp(us, request).then(send, () => undefined) })
  await using alone = await startTestDns()
  us = alone.udp
  await alone.configure({ upstreams: `127.0.0.1:${looping.port}`, hosts: '192.0.2.99 given.test\n' })
  await eventually(async () => assert.equal((await alone.ask('given.test', 'A')).code, 'NOERROR'))
  assert.equal((await alone.ask('plain.test', 'A')).code, 'SERVFAIL')
  let number = 0
  await eventually(async () => {
    const before = looping.asked.length
    assert.equal((await alone.ask(`plain-${number++}.test`, 'A')).code, 'SERVFAIL')
    assert.equal(looping.asked.length, before)
  })
})
test('letters are answered in the case in which they were asked', async () => {
  const answer = readReply(await askUdp(dns.udp, question('PLAIN-a.TEST', 'A')))
  assert.equal(answer.packet.questions?.[0]?.name, 'PLAIN-a.TEST')
  assert.equal(answer.answers.length, 1)
})
test('a client that asks more than its share of a server that hangs keeps nobody else from asking', async () => {
  await using slow = await startFakeServer({
    udp: (request, send) => void (labelOf(request) === 'plain' && send(reply(request, { address: '192.0.2.1' }))),
  })
  await using alone = await startTestDns()
  await alone.configure({ upstreams: `127.0.0.1:${slow.port}`, hosts: '192.0.2.99 given.test\n' })
  await eventually(async () => assert.equal((await alone.ask('given.test', 'A')).code, 'NOERROR'))
  const askFrom = async (from: string, name: string) => readReply(await askUdp(alone.udp, question(name, 'A'), { from })).code
  const greedy = Array.from({ length: 400 }, (_, i) => askFrom('127.0.0.7', `silent-${i}.test`))
  // It is refused before the server's time is up, which others still have.
  assert.equal(await Promise.race(greedy), 'SERVFAIL')
  assert.equal(await askFrom('127.0.0.7', 'plain-greedy.test'), 'SERVFAIL')
  assert.equal(await askFrom('127.0.0.8', 'plain-modest.test'), 'NOERROR')
  await Promise.all(greedy)
  assert.equal(await askFrom('127.0.0.7', 'plain-later.test'), 'NOERROR')
})
