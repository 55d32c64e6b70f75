/** The rules by which pods reach the world, against a real nftables in a network of its own: they come back when others remove them. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { systemClock } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import { run } from '#base/processes.ts'
import { keepRules, prepareNetwork } from '#kubelet/machine/network.ts'
import { eventually } from '#test/conformance/support/eventually.ts'
import { fakeNft } from '#test/support/fake-nft.ts'
import { inOwnNetwork } from '#test/support/own-network.ts'

const TABLES = ['ip knarr-test', 'ip6 knarr-test']
const listed = async (table: string) => run(['nft', 'list', 'table', ...table.split(' ')]).catch(() => '')
const PATIENCE = { timeoutMs: 20_000 }

inOwnNetwork(import.meta.filename, 'the way of pods into the world, in a network of its own', () => {
  test('rules that others flush or delete come back, also when nft fails meanwhile, and are else left alone', async () => {
    using fake = fakeNft()
    const root = mkdtempSync(join(tmpdir(), 'knarr-rules-'))
    const network = {
      cluster: 'test',
      root,
      ipamFolder: join(root, 'ipam'),
      podRanges: ['10.42.0.0/16', 'fd00:42::/56'],
      nodeRanges: ['10.42.0.0/24', 'fd00:42::/64'],
      linkRanges: [],
    }
    const told: string[] = []
    const log = { ...silentLog, warn: (_: object, message: string) => void told.push(message) }
    try {
      await prepareNetwork(network)
      const before = await Promise.all(TABLES.map(listed))
      assert.match(before.join(), /ip saddr 10\.42\.0\.0\/24 ip daddr != 10\.42\.0\.0\/16 masquerade/)
      await using keeping = keepRules(network, { clock: systemClock, log, lookEveryMs: 30 })
      const areBack = () => eventually(async () => assert.deepEqual(await Promise.all(TABLES.map(listed)), before), PATIENCE)
      for (const deed of [
        ['flush', 'ruleset'],
        ['delete', 'table', 'ip6', 'knarr-test'],
        ['flush', 'table', 'ip', 'knarr-test'],
      ]) {
        await run(['nft', ...deed])
        await areBack()
      }
      assert.deepEqual(new Set(told), new Set(['rules that let pods reach the world were removed by somebody else; they are put back']))
      fake.become('broken')
      await eventually(() => assert.match(told.at(-1) ?? '', /^cannot look whether pods can reach the world/), PATIENCE)
      fake.become('sound')
      await areBack()
      const count = told.length
      await keeping[Symbol.asyncDispose]()
      await run(['nft', 'flush', 'ruleset'])
      assert.equal(told.length, count)
    } finally {
      rmSync(root, { recursive: true })
    }
  })
})
