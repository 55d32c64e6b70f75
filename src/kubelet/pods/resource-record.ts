/** What a pod has been granted and given, kept in its folder over restarts of Knarr, and gone with it: the API remembers what is asked for. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Applied, Grants } from './resize.ts'

const FILE = 'resources'

export interface ResourceRecord {
  readonly granted: Grants
  /** With what the pod's control group was last written. */
  readonly group: Grants
  /** Set while it is being written anew, and should that end half-way. */
  readonly isGroupUnsure?: boolean
  /** What containers were given, by their ids. */
  readonly applied: Readonly<Record<string, Applied>>
}

/** Undefined when there is none, or only what a machine that lost its power has left of one. */
export function readRecord(podFolder: string): ResourceRecord | undefined {
  try {
    return JSON.parse(readFileSync(join(podFolder, FILE), 'utf8')) as ResourceRecord
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}
/** Before anything is done by it. A crash leaves the old record or the new one. False when the disk is full: the old one stands. */
export function writeRecord(podFolder: string, record: ResourceRecord): boolean {
  try {
    mkdirSync(podFolder, { recursive: true, mode: 0o755 })
    writeFileSync(join(podFolder, `${FILE}.new`), JSON.stringify(record), { mode: 0o600 })
    renameSync(join(podFolder, `${FILE}.new`), join(podFolder, FILE))
    return true
  } catch (error) {
    if (['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '')) return false
    throw error
  }
}
