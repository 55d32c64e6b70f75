/** Keeps logs small: a running container's log that has grown is set aside, and the runtime opens a new one. */
import { readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { isGrpcError } from '#base/grpc/client.ts'
import { formatSeconds } from '#base/rfc3339.ts'
import type { PodContext } from '../pods/context.ts'

export async function rotateLogs({
  observer,
  runtime,
  clock,
  log,
  settings: { logs },
}: Pick<PodContext, 'observer' | 'runtime' | 'clock' | 'log' | 'settings'>): Promise<void> {
  const running = [...observer.pods.values()].flatMap(({ containers }) => containers.filter(({ phase }) => phase === 'running'))
  for (const { id, logPath } of running) {
    if (!logPath || (await sizeOf(logPath)) < logs.bytesMax) continue
    const aside = `${logPath}.${formatSeconds(Math.floor(clock.now() / 1000)).replaceAll(/[-:TZ]/g, '')}`
    await rename(logPath, aside)
    try {
      await runtime.reopenContainerLog({ containerId: id })
    } catch (error) {
      if (!isGrpcError(error)) throw error
      // The container still writes to the old file: under the old name it is found again.
      await rename(aside, logPath)
      log.warn({ error, container: id }, 'cannot rotate the log of a container')
      continue
    }
    await drop(logPath, logs.filesMax)
  }
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
