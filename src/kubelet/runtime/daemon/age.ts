/** What of the machine is older than the daemon: only that can be another daemon's, what is younger may be in the making. */
import { statSync } from 'node:fs'

export interface Aged {
  /** When the daemon was started, in milliseconds since the epoch. */
  readonly startedAt: number
}
export const isOld = (path: string, { startedAt }: Aged): boolean =>
  (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? startedAt) < startedAt
