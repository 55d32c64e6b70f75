/** The command `down`: stops the cluster and its containers; everything stays in the store. */
import { type ClusterFolder, forgetState, runningServer } from './cluster.ts'
import { existingCluster } from './existing.ts'
import { CommandFailure } from './failure.ts'
import type { Host } from './host.ts'
import { Steps } from './steps.ts'
import { typed } from './typed.ts'

/** A server ends its watches and commits within a second; this is for busy machines. */
const STOP_TIMEOUT_MS = 30_000

export async function down(host: Host, { dataDir, name }: { readonly dataDir: string; readonly name: string }): Promise<void> {
  const { folder } = existingCluster(host, 'stop', { dataDir, name })
  const wasRunning = await stop(host, folder)
  host.output.write(
    wasRunning
      ? `Cluster "${name}" is stopped; "${typed('up', folder, host)}" brings everything back.\n`
      : `Cluster "${name}" was not running.\n`,
  )
}

/** Stops server and containers, whether or not they run; in haste when they are not to come back. True when the server was running. */
export async function stop(host: Host, folder: ClusterFolder, { forGood = false } = {}): Promise<boolean> {
  const steps = new Steps(host.progress)
  const server = runningServer(folder)
  if (server)
    await steps.run('server', async () => {
      if (!(await host.stopServer(server.pid, STOP_TIMEOUT_MS)))
        throw new CommandFailure(
          `stop server process ${server.pid}: still alive after ${STOP_TIMEOUT_MS / 1000} s; end it with "kill -9 ${server.pid}" and try again`,
        )
    })
  forgetState(folder)
  if (host.isRoot) await steps.run('containers', () => host.stopNode(folder, forGood))
  return server !== undefined
}
