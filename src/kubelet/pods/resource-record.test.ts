/** What is kept of a pod's sizes, whatever has become of the file. */
import assert from 'node:assert/strict'
import { mkdtempDisposableSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readRecord, writeRecord } from './resource-record.ts'

const RECORD = { granted: { containers: { c: { requests: { cpu: '1' } } } }, group: { containers: {} }, applied: {} }

test('a record is read as it was written; of none, and of what a lost power has left, nothing is', () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'knarr-record-'))
  const pod = join(folder.path, 'pod')
  assert.equal(readRecord(pod), undefined)
  assert.equal(writeRecord(pod, RECORD), true)
  assert.deepEqual(readRecord(pod), RECORD)
  for (const rest of ['', '{"granted":', '\0\0\0\0']) {
    writeFileSync(join(pod, 'resources'), rest)
    assert.equal(readRecord(pod), undefined, JSON.stringify(rest))
  }
})
