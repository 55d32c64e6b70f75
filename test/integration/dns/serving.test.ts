/** Cluster DNS over real sockets: objects of the API become answers, over UDP and TCP. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { systemClock } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
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
after(() => dns[Symbol.asyncDispose]())
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
