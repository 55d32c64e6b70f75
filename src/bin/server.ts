/** The serving process of a cluster: started in the background by `knarr up`, ended by SIGTERM. */
import { flushCompileCache } from 'node:module'
import { basename, dirname } from 'node:path'
import { clusterFolder, forgetState, readSettings } from '#cli/cluster.ts'
import { processLog } from './log.ts'
import { endsInOrder } from './process-end.ts'
import { progressTeller } from './progress.ts'
import { startCluster } from './start.ts'

/** So long a process whose store has failed goes on, so that clients hear of it. */
const ANSWER_MS = 100

/** `words`: the cluster's folder. Resolves when the cluster is ready; the process then lives until it is told to end. */
export async function serve([root = '']: readonly string[]): Promise<void> {
  const folder = clusterFolder(dirname(root), basename(root))
  const settings = readSettings(folder)
  if (!settings) throw new Error(`serve cluster in "${root}": there are no settings; it is started by "./knarr up"`)
  const log = processLog()
  const teller = progressTeller((step, ms) => log.info({ step, ms: Math.round(ms) }, 'started'))
  const stack = new AsyncDisposableStack()
  const { end, leave } = endsInOrder({
    log,
    stack,
    failed: error => teller.tell({ failed: `serve cluster "${folder.name}": ${error.message}` }),
    leaving: () => forgetState(folder),
  })
  const storeFailed = (error: Error) => {
    log.error(
      { error, folder: folder.store },
      'the store has failed and takes no writes until it is opened again; the process ends. See to the disk, then start it again',
    )
    // The writes that met the failure are still to be answered. Nothing is closed: a failing lmdb damages its own memory.
    setTimeout(() => leave(1), ANSWER_MS)
  }
  try {
    await startCluster(folder, settings, { log, teller, stack, program: process.argv[1] as string, storeFailed })
    teller.tell({ ready: true })
    // What a start needs is compiled by now; the next one finds it so, however this process ends.
    flushCompileCache()
  } catch (error) {
    log.error({ error }, 'start failed')
    teller.tell({ failed: `start cluster "${folder.name}": ${(error as Error).message}` })
    await end(1)
  }
}
