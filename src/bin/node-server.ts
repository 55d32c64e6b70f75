/** The serving process of a further node: it runs in the node's network namespace and ends with the process that started it. */
import { hostname } from 'node:os'
import { mkdirSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { dnsAddress } from '#apiserver/services/prepare.ts'
import { bracketed } from '#base/cidr.ts'
import { systemClock as clock } from '#base/clock.ts'
import { clusterFolder, nodeFolder, readSettings } from '#cli/cluster.ts'
import { linkAddresses, rangesIn } from '#cli/node-ranges.ts'
import { issuedAccess } from './issued-access.ts'
import { processLog } from './log.ts'
import { runtimeFor, startNode } from './node.ts'
import { endsInOrder } from './process-end.ts'
import { progressTeller } from './progress.ts'

/** `words`: the cluster's folder and the node's number. Resolves when the node is Ready; the process then lives until it is told to end. */
export async function serveNode([root = '', word = '']: readonly string[]): Promise<void> {
  const cluster = clusterFolder(dirname(root), basename(root))
  const number = Number(word)
  const settings = readSettings(cluster)
  if (!settings || !(number > 1)) throw new Error(`serve node "${word}" of the cluster in "${root}": it is started by "./knarr up --nodes"`)
  const log = processLog().child({ node: number })
  const teller = progressTeller((step, ms) => log.info({ step, ms: Math.round(ms) }, 'started'))
  const stack = new AsyncDisposableStack()
  const failed = (error: Error) => teller.tell({ failed: `serve node ${number}: ${error.message}` })
  const { end } = endsInOrder({ log, stack, failed })
  // Its other end is held by the process that started us, and nothing is ever written to it.
  process.stdin.on('error', () => undefined).on('close', () => void end(0))
  process.stdin.resume()
  const folder = nodeFolder(cluster, number)
  const nodeName = hostname()
  const addresses = linkAddresses(settings.podCidr, number)
  const [machine = ''] = linkAddresses(settings.podCidr, 1)
  try {
    for (const path of [folder.node, folder.runtime]) mkdirSync(path, { recursive: true, mode: 0o711 })
    const options = { clock, log, folder, settings, number, clusterDNS: dnsAddress(rangesIn(settings.serviceCidr)) }
    const runtime = runtimeFor(options, stack)
    const access = stack.use(issuedAccess({ pki: cluster.pki, server: `https://${bracketed(machine)}:${settings.port}`, now: clock.now() }))
    const tls = access.serverOf(`system:node:${nodeName}`, [nodeName, '127.0.0.1', ...addresses])
    const { clientOf } = access
    await startNode(options, { clientOf, nodeName, addresses, runtime: runtime.daemon, tls, teller, stack })
    runtime.keep()
    teller.tell({ ready: true })
  } catch (error) {
    log.error({ error }, 'start failed')
    teller.tell({ failed: `start node ${number}: ${(error as Error).message}` })
    await end(1)
  }
}
