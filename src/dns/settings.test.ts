/** What users may write into the config map, and what is made of it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeResolver } from './forward/node-resolver.ts'
import { parseUpstream, readSettings } from './settings.ts'

test('servers are addresses, with a port or without', () => {
  const rows: readonly (readonly [string, string | undefined, number?])[] = [
    ['1.1.1.1', '1.1.1.1', 53],
    ['1.1.1.1:5353', '1.1.1.1', 5353],
    ['fd00::1', 'fd00::1', 53],
    ['[fd00::1]:5353', 'fd00::1', 5353],
    ['[fd00::1]', 'fd00::1', 53],
    ['fe80::1%eth0', 'fe80::1%eth0', 53],
    ['dns.test', undefined],
    ['1.1.1.1:0', undefined],
    ['1.1.1.1:65536', undefined],
    ['1.1.1', undefined],
    ['', undefined],
  ]
  for (const [text, address, port] of rows)
    assert.deepEqual(parseUpstream(text), address === undefined ? undefined : { address, port }, text)
})
test('what is wrong is told of, the rest holds', () => {
  const { hosts, stubDomains, upstreams, problems } = readSettings({
    upstreams: '1.1.1.1, nonsense\n9.9.9.9',
    stubDomains: '{"Acme.Local.": ["10.0.0.1:54"], "one.test": "10.0.0.2", "bad.test": ["x"]}',
    hosts: '192.0.2.1 a.test B.test\nnonsense c.test\n192.0.2.2\n',
    forward: '.',
  })
  assert.deepEqual(
    upstreams?.map(({ address }) => address),
    ['1.1.1.1', '9.9.9.9'],
  )
  assert.deepEqual(
    [...stubDomains].map(([domain, servers]) => [domain, ...servers.map(({ address, port }) => `${address}:${port}`)]),
    [['acme.local', '10.0.0.1:54'], ['one.test', '10.0.0.2:53'], ['bad.test']],
  )
  assert.deepEqual([...hosts.addresses.keys()], ['a.test', 'b.test'])
  assert.deepEqual(
    problems.map(problem => /"[^"]+"/.exec(problem)?.[0]),
    ['"forward"', '"nonsense"', '"nonsense"', '"192.0.2.2"', '"x"'],
  )
})
test('stub domains that are no JSON are told of', () => {
  for (const stubDomains of ['{', '[]', '"a"', 'null']) assert.match(readSettings({ stubDomains }).problems.join(), /must be a JSON object/)
})
test('behind a stub resolver the real servers are asked, and never ourselves', () => {
  const stub = 'nameserver 127.0.0.53\nsearch home\n'
  const real = 'nameserver 192.0.2.1\nnameserver 10.96.0.10\nsearch corp\n'
  const addresses = (usual: string, behind?: string) => nodeResolver(usual, behind, ['10.96.0.10']).upstreams.map(({ address }) => address)
  assert.deepEqual(addresses(stub, real), ['192.0.2.1'])
  assert.deepEqual(addresses(stub), ['127.0.0.53'], 'nothing better is known; whether it loops is found out')
  assert.deepEqual(addresses('nameserver 127.0.0.1\nnameserver 192.0.2.9\n', real), ['127.0.0.1', '192.0.2.9'])
  assert.deepEqual(addresses(''), [])
  assert.deepEqual(nodeResolver(stub, real, []).searches, ['corp'])
})
