/** Whose rules keep packets of pods from being passed on. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cureOf, dropped } from './forwarding.ts'

const FILTER = { family: 'ip', table: 'filter' }
const forward = (policy: string, more: object = {}) => ({ chain: { ...FILTER, name: 'FORWARD', hook: 'forward', policy, ...more } })
const match = (field: string, addr: string, len: number) => ({
  match: { op: '==', left: { payload: { field } }, right: { prefix: { addr, len } } },
})
const rule = (chain: string, ...expr: readonly object[]) => ({
  rule: { ...FILTER, chain, expr: [...expr.slice(0, -1), { counter: {} }, ...expr.slice(-1)] },
})
const ACCEPT = { accept: null }
const DOCKER = [forward('drop'), { chain: { ...FILTER, name: 'DOCKER-USER' } }, rule('FORWARD', { jump: { target: 'DOCKER-USER' } })]
const link = { match: { op: '==', left: { meta: { key: 'iifname' } }, right: 'docker0' } }

const rows: readonly (readonly [rule: string, ruleset: readonly object[], place: string | undefined])[] = [
  ['no rules drop nothing', [], undefined],
  ['a policy to accept drops nothing', [forward('accept')], undefined],
  ['Docker’s policy drops, and there is a place for rules of others', DOCKER, 'DOCKER-USER'],
  ['without that place it is the chain itself', [forward('drop')], 'FORWARD'],
  ['rules for another link do not help', [...DOCKER, rule('FORWARD', link, ACCEPT)], 'DOCKER-USER'],
  ['nor what only iptables understands', [...DOCKER, rule('FORWARD', { xt: { name: 'conntrack' } }, ACCEPT)], 'DOCKER-USER'],
  ['accepting one way is not enough', [...DOCKER, rule('DOCKER-USER', match('saddr', '10.42.0.0', 16), ACCEPT)], 'DOCKER-USER'],
  [
    'the cure helps',
    [...DOCKER, ...['saddr', 'daddr'].map(field => rule('DOCKER-USER', match(field, '10.42.0.0', 16), ACCEPT))],
    undefined,
  ],
  [
    'a wider range does, too',
    [...DOCKER, ...['saddr', 'daddr'].map(field => rule('FORWARD', match(field, '10.0.0.0', 8), ACCEPT))],
    undefined,
  ],
  [
    'a part of it does not',
    [...DOCKER, ...['saddr', 'daddr'].map(field => rule('FORWARD', match(field, '10.42.0.0', 24), ACCEPT))],
    'DOCKER-USER',
  ],
  ['accepting all helps', [forward('drop'), rule('FORWARD', ACCEPT)], undefined],
  ['a chain that nobody jumps to does not', [...DOCKER.slice(0, 2), rule('DOCKER-USER', ACCEPT)], 'DOCKER-USER'],
  ['chains of the other family do not matter', [forward('drop', { family: 'ip6' })], undefined],
  ['our own tables do not', [forward('drop', { table: 'knarr-dev_services' })], undefined],
]
for (const [name, nftables, place] of rows)
  test(`packets of pods: ${name}`, () => {
    const found = dropped({ nftables }, ['10.42.0.0/16'])
    assert.deepEqual(
      found.map(one => one.place),
      place === undefined ? [] : [place],
    )
  })

test('packets of pods: the cure speaks the language of whose table it is', () => {
  const one = { family: 'ip', table: 'filter', chain: 'FORWARD', range: '10.42.0.0/16', place: 'DOCKER-USER' }
  assert.equal(cureOf(one), 'iptables -I DOCKER-USER -s 10.42.0.0/16 -j ACCEPT && iptables -I DOCKER-USER -d 10.42.0.0/16 -j ACCEPT')
  assert.equal(
    cureOf({ ...one, family: 'inet', chain: 'forward', place: 'forward', range: 'fd00:42::/48' }),
    'nft insert rule inet filter forward ip6 saddr fd00:42::/48 accept && nft insert rule inet filter forward ip6 daddr fd00:42::/48 accept',
  )
})
