/** Keeps logs small: a running container's log that has grown is set aside, and the runtime opens a new one. */
import { existsSync } from 'node:fs'
import { readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { wait } from '#base/clock.ts'
import { isGrpcError } from '#base/grpc/client.ts'
import { formatSeconds } from '#base/rfc3339.ts'
import type { PodContext } from '../pods/context.ts'
import { type LogGrowth, logPaceMs } from './log-pace.ts'

type Context = Pick<PodContext, 'observer' | 'runtime' | 'clock' | 'log' | 'settings'>

/** Looks until `signal` aborts, the more often the faster logs grow. */
export async function rotateLogs(context: Context, signal: AbortSignal): Promise<void> {
  const { clock, log, observer, settings } = context
  let known = new Map<string, Size>()
  while (!signal.aborted) {
    const sizes = new Map<string, Size>()
    for (const pod of observer.pods.values())
      for (const { id, logPath, phase, startedAt } of pod.containers) {
        if (phase !== 'running' || !logPath) continue
        if (!known.has(id)) known.set(id, { bytes: 0, at: startedAt, wasSetAside: false })
        try {
          const bytes = await sizeOf(logPath)
          sizes.set(id, {
            bytes,
            at: clock.now(),
            wasSetAside: bytes >= settings.logs.bytesMax && (await setAside({ id, logPath }, context)),
          })
        } catch (error) {
          log.warn({ error, container: id }, 'cannot rotate the log of a container, trying again')
        }
      }
    const growths = [...sizes].map(([id, size]) => growthOf(size, known.get(id)))
    known = sizes
    await wait(clock, logPaceMs(growths, settings.logs.bytesMax), signal)
  }
}
interface Size {
  readonly bytes: number
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly wasSetAside: boolean
}
const growthOf = ({ bytes, at }: Size, before: Size | undefined): LogGrowth => ({
  bytes,
  grownBytes: bytes - (before === undefined || before.wasSetAside ? 0 : before.bytes),
  inMs: at - (before?.at ?? at),
})

/** Whether the runtime writes to a new one now. */
async function setAside(
  { id, logPath }: { readonly id: string; readonly logPath: string },
  { runtime, clock, log, settings }: Context,
): Promise<boolean> {
  const aside = `${logPath}.${formatSeconds(Math.floor(clock.now() / 1000)).replaceAll(/[-:TZ]/g, '')}`
  // Nothing is lost: the next look comes in another second.
  if (existsSync(aside)) return false
  await rename(logPath, aside)
  try {
    await runtime.reopenContainerLog({ containerId: id })
  } catch (error) {
    if (!isGrpcError(error)) throw error
    // The container still writes to the old file: under the old name it is found again.
    await rename(aside, logPath)
    log.warn({ error, container: id }, 'cannot rotate the log of a container')
    return false
  }
  await drop(logPath, settings.logs.filesMax)
  return true
}
async function drop(logPath: string, filesMax: number): Promise<void> {
  const folder = dirname(logPath)
  const old = (await readdir(folder)).filter(name => name.startsWith(`${basename(logPath)}.`)).sort()
  for (const name of old.slice(0, Math.max(0, old.length - (filesMax - 1)))) await rm(join(folder, name))
}
async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw error
  }
}
