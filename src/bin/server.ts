/** The serving process of a cluster: started in the background by `knarr up`, ended by SIGTERM. */
import { flushCompileCache } from 'node:module'
import { basename, dirname } from 'node:path'
import { clusterFolder, forgetState, readSettings } from '#cli/cluster.ts'
import { processLog } from './log.ts'
import { progressTeller } from './progress.ts'
import { startCluster } from './start.ts'

/** `words`: the cluster's folder. Resolves when the cluster is ready; the process then lives until it is told to end. */
export async function serve([root = '']: readonly string[]): Promise<void> {
  const folder = clusterFolder(dirname(root), basename(root))
  const settings = readSettings(folder)
  if (!settings) throw new Error(`serve cluster in "${root}": there are no settings; it is started by "knarr up"`)
  const log = processLog()
  const teller = progressTeller((step, ms) => log.info({ step, ms: Math.round(ms) }, 'started'))
  const stack = new AsyncDisposableStack()
  const end = async (code: number) => {
    await stack[Symbol.asyncDispose]()
    forgetState(folder)
    process.exit(code)
  }
  process.once('SIGTERM', () => void end(0))
  // Ctrl-C goes to the whole foreground group; the command that started us decides what becomes of us.
  process.on('SIGINT', () => undefined)
  process.on('uncaughtException', error => {
    log.error({ error }, 'uncaught exception')
    teller.tell({ failed: `serve cluster "${folder.name}": ${error.message}` })
    void end(1)
  })
  try {
    await startCluster(folder, settings, { log, teller, stack })
    teller.tell({ ready: true })
    // What a start needs is compiled by now; the next one finds it so, however this process ends.
    flushCompileCache()
  } catch (error) {
    log.error({ error }, 'start failed')
    teller.tell({ failed: `start cluster "${folder.name}": ${(error as Error).message}` })
    await end(1)
  }
}
