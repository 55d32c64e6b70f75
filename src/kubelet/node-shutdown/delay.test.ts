/** For how long logind is asked to delay shutdowns, and what stays of that. */
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { systemClock as clock } from '#base/clock.ts'
import { delayFile, delayFiles, raiseDelay, restoreDelay } from './delay.ts'

const folder = join(mkdtempSync(join(tmpdir(), 'knarr-delay-')), 'logind.conf.d')
after(() => rmSync(join(folder, '..'), { recursive: true }))
/** Reads its configuration as logind does: of files that say the same the last by name counts. */
function logind(ownSeconds: number, hears = true) {
  let seconds = ownSeconds
  const last = () => readdirSync(folder).sort().at(-1)
  return {
    delayMaxMs: async () => seconds * 1000,
    reload: async () => {
      const file = last()
      if (hears) seconds = file ? Number(/InhibitDelayMaxSec=(\d+)/.exec(readFileSync(join(folder, file), 'utf8'))?.[1]) : ownSeconds
    },
  }
}

test('what logind allows already is left alone', async () => {
  assert.equal(await raiseDelay(5, { logind: logind(5), clock, cluster: 'dev', folder }), 5000)
  assert.deepEqual(delayFiles('dev', folder), [])
})
test('logind is asked for more, and for its own again when that is over', async () => {
  const options = { logind: logind(5), clock, cluster: 'dev', folder }
  assert.equal(await raiseDelay(30, options), 30_000)
  assert.deepEqual(delayFiles('dev', folder), [join(folder, delayFile('dev', 30))])
  await restoreDelay(options)
  assert.deepEqual(delayFiles('dev', folder), [])
  assert.equal(await options.logind.delayMaxMs(), 5000)
})
test('of several clusters and nodes the one that needs most has its way, and each takes away its own', async () => {
  const shared = logind(5)
  const of = (cluster: string) => ({ logind: shared, clock, cluster, folder })
  await raiseDelay(9, of('zebra'))
  await raiseDelay(100, of('dev/node-2'))
  assert.equal(await raiseDelay(20, of('dev')), 100_000)
  assert.deepEqual(delayFiles('dev', folder), [join(folder, delayFile('dev/node-2', 100))])
  assert.deepEqual(delayFiles('ev', folder), [])
  await restoreDelay(of('dev/node-2'))
  assert.equal(await shared.delayMaxMs(), 9000)
  await restoreDelay(of('zebra'))
})
test('a logind that goes its own way is believed', async () => {
  const options = { logind: logind(5, false), clock, cluster: 'dev', folder }
  assert.equal(await raiseDelay(30, options), 5000)
  await restoreDelay(options)
})
