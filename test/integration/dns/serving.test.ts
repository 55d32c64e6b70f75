/** Cluster DNS over real sockets: objects of the API become answers, over UDP and TCP. */
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { systemClock } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import { run } from '#base/processes.ts'
import { seededRandom } from '#base/random.ts'
import { listenTcp } from '#dns/serve/tcp.ts'
import { Service } from '#kinds/core/service.ts'
import { eventually } from '#test/conformance/support/eventually.ts'
import { question, readReply } from '#test/support/dns/packets.ts'
import { askTcp, askUdp, framed } from '#test/support/dns/sockets.ts'
import { startTestDns, type TestDns } from './fixture.ts'

let dns: TestDns
before(async () => {
  dns = await startTestDns()
})
after(() => dns?.[Symbol.asyncDispose]())
const until = (name: string, answers: readonly string[]) =>
  eventually(async () =>
    assert.deepEqual(
      (await dns.ask(name, 'A')).answers.map(answer => answer.split(' ').at(-1)),
      answers,
    ),
  )

test('a service is known when it is made, changed and deleted', async () => {
  const namespace = await dns.namespace('life')
  const name = `web.${namespace}.svc.cluster.local`
  assert.equal((await dns.ask(name, 'A')).code, 'NXDOMAIN')
  const made = await dns.client.create(Service, { metadata: { name: 'web', namespace }, spec: { ports: [{ port: 80 }] } } as never)
  await until(name, [made.spec.clusterIP ?? ''])
  await dns.client.patch(Service, { namespace, name: 'web' }, 'merge', {
    spec: { type: 'ExternalName', externalName: 'example.test', clusterIP: null, clusterIPs: null, ports: null },
  })
  await until(name, ['example.test'])
  await dns.client.delete(Service, { namespace, name: 'web' })
  await eventually(async () => assert.equal((await dns.ask(name, 'A')).code, 'NXDOMAIN'))
})
test('it answers on each of its addresses, and from it', async () => {
  assert.equal(dns.ports.length, 2)
  for (const { address, udp } of dns.ports) {
    const { answers } = readReply(await askUdp(udp, question('ns.dns.cluster.local', 'A'), { address }))
    assert.deepEqual(answers.map(answer => answer.split(' ').at(-1) ?? '').toSorted(), ['127.0.0.1', '127.0.0.2'])
  }
})
test('many questions on one connection, in pieces, are all answered', async () => {
  const requests = Array.from({ length: 200 }, (_, id) => framed(question('kubernetes.default.svc.cluster.local', 'A', { id })))
  const bytes = Buffer.concat(requests)
  const pieces = [bytes.subarray(0, 1), bytes.subarray(1, 70), bytes.subarray(70)]
  const answers = (await askTcp(dns.tcp, pieces, requests.length)).map(readReply)
  assert.deepEqual(new Set(answers.map(({ id }) => id)).size, requests.length)
  assert(answers.every(({ code, answers }) => code === 'NOERROR' && answers.length === 1))
})
test('a connection on which nothing whole is said is ended', async () => {
  await using idle = await listenTcp(
    { answer: () => undefined },
    { address: '127.0.0.1', port: 0, clock: systemClock, log: silentLog, idleMs: 50 },
  )
  assert.deepEqual(await askTcp(idle.port, [Buffer.of(0, 40, 1)], 1), [])
})
test('a connection on which no questions are asked is ended', async () => {
  const answer = await askUdp(dns.udp, question('kubernetes.default.svc.cluster.local', 'A'))
  assert.deepEqual(await askTcp(dns.tcp, [framed(answer)], 1), [])
})
test('a client that opens as many connections as it can keeps nobody else from asking', async () => {
  const good = framed(question('kubernetes.default.svc.cluster.local', 'A'))
  const greedy = Array.from({ length: 400 }, () => connect({ port: dns.tcp, host: '127.0.0.1', localAddress: '127.0.0.7' }))
  let open = greedy.length
  for (const socket of greedy) socket.on('error', () => undefined).on('close', () => open--)
  try {
    await eventually(async () => assert(open <= 128, `${open} are open`))
    assert.equal((await askTcp(dns.tcp, [good], 1, { from: '127.0.0.8' })).length, 1)
    // Half of what it has is closed on its side only: it is not more that it may have.
    for (const socket of greedy) socket.end()
    await eventually(async () => assert.equal(open, 0))
    assert.equal((await askTcp(dns.tcp, [good], 1, { from: '127.0.0.7' })).length, 1)
  } finally {
    for (const socket of greedy) socket.destroy()
  }
})
test('a client that asks and does not read what it is answered is read no further, and then ended', async () => {
  let answered = 0
  const answer = () => {
    answered++
    return Buffer.alloc(60_000)
  }
  await using large = await listenTcp({ answer }, { address: '127.0.0.1', port: 0, clock: systemClock, log: silentLog, idleMs: 300 })
  const slow = connect(large.port, '127.0.0.1').pause()
  const closed = new Promise(resolve => slow.once('close', resolve))
  slow.on('error', () => undefined)
  const QUESTIONS = 100_000
  const one = framed(question('kubernetes.default.svc.cluster.local', 'A'))
  slow.write(Buffer.concat(Array.from({ length: QUESTIONS }, () => one)))
  await eventually(async () => assert(answered > 0))
  // It hears of its end when it reads.
  await eventually(async () => assert.equal(await connectionsOf(large.port), 0))
  slow.resume()
  await closed
  assert(answered < 1_000, `${answered} answers of 60 kB for one who reads none`)
})
test('malformed messages over connections do not stop it', async () => {
  const random = seededRandom(5)
  const good = question('kubernetes.default.svc.cluster.local', 'A', { udpMax: 1_232 })
  for (let round = 0; round < 200; round++) {
    const wild = Array.from({ length: 5 }, () => {
      const message = Buffer.from(good)
      for (let i = 0; i < 4; i++) message[random.integer(message.length)] = random.integer(256)
      return framed(message.subarray(0, random.integer(message.length + 1)))
    })
    // Each is answered, or the connection is ended; whichever it is, nobody waits.
    const answers = await askTcp(dns.tcp, wild, wild.length)
    assert(answers.every(answer => (answer[2] as number) & 0x80))
  }
  assert.equal((await askTcp(dns.tcp, [framed(good)], 1)).length, 1)
})
test('malformed packets do not stop it', async () => {
  const good = question('kubernetes.default.svc.cluster.local', 'A')
  for (let length = 0; length < good.length; length++) {
    const cut = good.subarray(0, length)
    if (length >= 12) assert.equal(readCode(await askUdp(dns.udp, cut)), 1, 'FORMERR')
    else await askUdp(dns.udp, good)
  }
  assert.equal((await dns.ask('kubernetes.default.svc.cluster.local', 'A')).code, 'NOERROR')
})
const readCode = (message: Buffer) => (message[3] as number) & 0xf
/** Those that stand on the server's side. Reference: ss(8). */
const connectionsOf = async (port: number) =>
  (await run(['ss', '-Htn', 'state', 'established', `( sport = :${port} )`])).split('\n').filter(line => line.trim()).length
