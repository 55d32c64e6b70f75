/** What is said of clusters that are not there, and commands that can be copied. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { clusterFolder, writeSettings } from './cluster.ts'
import { existingCluster } from './existing.ts'
import { typed } from './typed.ts'

for (const [rule, base, name, expected] of [
  ['what is default is left out', '/var/lib/knarr', 'knarr', './knarr down'],
  ['another name is told', '/var/lib/knarr', 'dev', './knarr down --name dev'],
  ['another place is told', '/srv', 'knarr', './knarr down --data-dir /srv'],
  ['both are told', '/srv', 'dev', './knarr down --name dev --data-dir /srv'],
] as const)
  test(rule, () => assert.equal(typed('down', { base, name }, { baseFolder: '/var/lib/knarr' }), expected))

test('a command about a cluster that is not there says which there are, or how to start it', () => {
  const base = mkdtempSync(join(tmpdir(), 'knarr-existing-'))
  const look = (name: string) => () => existingCluster({ baseFolder: '/var/lib/knarr' }, 'stop', { dataDir: base, name })
  try {
    assert.throws(look('dev'), {
      message: `stop: there is no cluster "dev" in "${base}"; "./knarr up --name dev --data-dir ${base}" starts one`,
    })
    const settings = { name: 'dev', port: 1, simulatedNodes: 0, podCidr: '10.42.0.0/16', serviceCidr: '10.43.0.0/16' }
    writeSettings(clusterFolder(base, 'dev'), settings)
    assert.deepEqual(look('dev')().settings, settings)
    assert.throws(look('test'), { message: `stop: there is no cluster "test" in "${base}"; there are: dev` })
  } finally {
    rmSync(base, { recursive: true })
  }
})
