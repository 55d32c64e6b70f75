/** A further node on this machine: its network namespace, and the process that serves it there, started anew when it ends by itself. */
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { hostname } from 'node:os'
import type { Readable } from 'node:stream'
import { backoffMs } from '#base/backoff.ts'
import { isIPv6 } from '#base/cidr.ts'
import { type Clock, wait } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import { inNetwork, underName } from '#base/processes.ts'
import { type ClusterFolder, type NodeFolder, nodeFolder, type Settings } from '#cli/cluster.ts'
import { linkAddresses, podRanges } from '#cli/node-ranges.ts'
import { prepareNodeNetwork } from '#kubelet/machine/node-network.ts'
import { messages, PROGRESS_DESCRIPTOR, SERVER_OPTIONS } from './host/launch.ts'

export interface FurtherNodeOptions {
  readonly clock: Clock
  readonly log: Log
  /** The script of this program. */
  readonly program: string
  readonly cluster: ClusterFolder
  readonly node: NodeFolder
  readonly settings: Settings
  /** By which the machine is known as a node, one of each family at most. */
  readonly machine: readonly string[]
}
const AGAIN = { firstMs: 1_000, maxMs: 60_000 }
/** As much as the kernel takes. */
const HOSTNAME_MAX_CHARACTERS = 64
/** A little more than the process itself takes to end at the most. */
const END_MAX_MS = 20_000

export const furtherNodes = (cluster: ClusterFolder, { nodes = 1 }: Settings): readonly NodeFolder[] =>
  Array.from({ length: nodes - 1 }, (_, i) => nodeFolder(cluster, i + 2))

/** Resolves when the node is Ready. Its process ends when this one does; containers live on. Throws when it does not come up. */
export async function startFurtherNode(options: FurtherNodeOptions): Promise<AsyncDisposable> {
  const { clock, log, node, settings } = options
  const { podCidr, name: cluster } = settings
  const { number, network: file } = node
  const [machine, own, pods] = [linkAddresses(podCidr, 1), linkAddresses(podCidr, number), podRanges(podCidr, number)]
  const ways = pods.map((range, i) => ({
    machine: machine[i] as string,
    known: options.machine.find(address => isIPv6(address) === isIPv6(own[i] as string)),
    node: own[i] as string,
    pods: range,
  }))
  await prepareNodeNetwork({ cluster, number, ways, file })
  const stop = new AbortController()
  let child = launch(options)
  const keeping = (async () => {
    for (let failures = 0; ; failures++) {
      await exitOf(child)
      if (stop.signal.aborted) return
      const retryInMs = backoffMs(failures, AGAIN)
      log.error({ node: node.number, log: node.log, retryInMs }, 'the process of a further node has ended by itself; it is started anew')
      await wait(clock, retryInMs, stop.signal)
      if (stop.signal.aborted) return
      child = launch(options)
    }
  })()
  const started = {
    async [Symbol.asyncDispose]() {
      stop.abort()
      if (isAlive(child)) child.kill('SIGTERM')
      const ended = new AbortController()
      void wait(clock, END_MAX_MS, ended.signal).then(() => !ended.signal.aborted && child.kill('SIGKILL'))
      await keeping
      ended.abort()
    },
  }
  const outcome = await Promise.race([outcomeOf(child), exitOf(child).then(() => 'it ended by itself')])
  if (outcome === undefined) return started
  await started[Symbol.asyncDispose]()
  throw new Error(`${outcome}; see its log "${node.log}"`)
}

function launch({ program, cluster, node }: FurtherNodeOptions): ChildProcess {
  const log = openSync(node.log, 'a', 0o600)
  const server = [process.execPath, ...SERVER_OPTIONS, program, 'node', cluster.root, String(node.number)]
  // Containers in the node's own network see its name, as on a machine of its own.
  const suffix = `-${node.number}`
  const nodeName = `${hostname()
    .toLowerCase()
    .slice(0, HOSTNAME_MAX_CHARACTERS - suffix.length)}${suffix}`
  const [command = '', ...words] = inNetwork(node.network, underName(nodeName, server))
  // The pipe of its standard input tells it when this process is gone.
  const child = spawn(command, words, { stdio: ['pipe', log, log, 'pipe'], cwd: '/' })
  closeSync(log)
  return child
}
const isAlive = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode === null && signalCode === null
const exitOf = (child: ChildProcess): Promise<void> =>
  isAlive(child) ? new Promise((resolve, reject) => child.once('error', reject).once('exit', () => resolve())) : Promise.resolve()

/** Why the node did not start; undefined when it is Ready. */
async function outcomeOf(child: ChildProcess): Promise<string | undefined> {
  for await (const progress of messages(child.stdio[PROGRESS_DESCRIPTOR] as Readable)) {
    if ('ready' in progress) return undefined
    if ('failed' in progress) return progress.failed
  }
  return 'it ended by itself'
}
