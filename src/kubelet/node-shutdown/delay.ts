/** How long logind lets a shutdown be delayed: raised, while this node needs more, until the machine starts anew at the latest. */
import { existsSync, globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Clock, wait } from '#base/clock.ts'
import type { Logind } from './logind.ts'

/** What lies here is forgotten with the next start of the machine. */
export const LOGIND_FOLDER = '/run/systemd/logind.conf.d'
/** Upstream polls as long: five looks, the first after 100 ms, each pause twice the last. */
const LOOKS = 5
const LOOK_FIRST_MS = 100

/** Of several files that say the same the last by name counts: that is the longest one. Names of clusters have no "_". */
export const delayFile = (cluster: string, seconds: number): string =>
  `99-knarr-${String(seconds).padStart(8, '0')}-${cluster.replaceAll('/', '_')}.conf`
/** Of a cluster, with those of its further nodes. */
export const delayFiles = (cluster: string, folder = LOGIND_FOLDER): readonly string[] =>
  globSync(['', '_*'].map(node => join(folder, `99-knarr-[0-9]*-${cluster.replaceAll('/', '_')}${node}.conf`)))

export interface DelayOptions {
  readonly logind: Pick<Logind, 'delayMaxMs' | 'reload'>
  readonly clock: Clock
  /** As in the names of control groups: `dev`, `dev/node-2`. */
  readonly cluster: string
  readonly folder: string
}
/** Gives what logind then allows, in milliseconds: less than is wanted where a later file says so. */
export async function raiseDelay(wantedSeconds: number, { logind, clock, cluster, folder }: DelayOptions): Promise<number> {
  let allowedMs = await logind.delayMaxMs()
  if (allowedMs >= wantedSeconds * 1000) return allowedMs
  mkdirSync(folder, { recursive: true })
  for (const file of ownFiles(cluster, folder)) rmSync(file)
  writeFileSync(join(folder, delayFile(cluster, wantedSeconds)), `[Login]\nInhibitDelayMaxSec=${wantedSeconds}\n`)
  await logind.reload()
  for (let look = 0; look < LOOKS && allowedMs < wantedSeconds * 1000; look++) {
    await wait(clock, LOOK_FIRST_MS * 2 ** look)
    allowedMs = await logind.delayMaxMs()
  }
  return allowedMs
}
/** Logind then allows again what the machine's owner wants. */
export async function restoreDelay({ logind, cluster, folder }: Omit<DelayOptions, 'clock'>): Promise<void> {
  const files = ownFiles(cluster, folder)
  if (!files.length) return
  for (const file of files) rmSync(file)
  await logind.reload()
}
const ownFiles = (cluster: string, folder: string): readonly string[] =>
  existsSync(folder) ? delayFiles(cluster, folder).filter(file => file.endsWith(`-${cluster.replaceAll('/', '_')}.conf`)) : []
