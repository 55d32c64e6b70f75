/** Rules by which a cluster and its serving process are found. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { startTicksOf } from '#base/processes.ts'
import { clusterFolder, clusterNames, runningServer, writeSettings, writeState } from './cluster.ts'

const state = { server: 'https://127.0.0.1:1', version: '0', startedAt: 0, node: 'real' } as const

test('the serving process is found while it lives, and not afterwards', async () => {
  const base = mkdtempSync(join(tmpdir(), 'knarr-cluster-'))
  try {
    const folder = clusterFolder(base, 'dev')
    assert.equal(runningServer(folder), undefined)
    writeSettings(folder, { name: 'dev', port: 1, simulatedNodes: 0, podCidr: '10.42.0.0/16', serviceCidr: '10.43.0.0/16' })
    assert.deepEqual(clusterNames(base), ['dev'])
    const child = spawn('sleep', ['60'])
    const pid = child.pid as number
    writeState(folder, { ...state, pid, startTicks: startTicksOf(pid) ?? 0 })
    assert.equal(runningServer(folder)?.pid, pid)
    const ended = new Promise(resolve => child.once('exit', resolve))
    child.kill('SIGKILL')
    await ended
    assert.equal(runningServer(folder), undefined)
  } finally {
    rmSync(base, { recursive: true })
  }
})

test('another process of the same id is not the serving one', () => {
  const base = mkdtempSync(join(tmpdir(), 'knarr-cluster-'))
  const folder = clusterFolder(base, 'dev')
  writeSettings(folder, { name: 'dev', port: 1, simulatedNodes: 0, podCidr: '10.42.0.0/16', serviceCidr: '10.43.0.0/16' })
  writeState(folder, { ...state, pid: process.pid, startTicks: (startTicksOf(process.pid) ?? 0) - 1 })
  assert.equal(runningServer(folder), undefined)
  rmSync(base, { recursive: true })
})
