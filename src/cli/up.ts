/** The command `up`: starts a cluster in the background and returns when its node is Ready. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { type ClusterFolder, clusterFolder, clusterNames, readSettings, runningServer, type Settings, writeSettings } from './cluster.ts'
import { CommandFailure } from './failure.ts'
import type { Host, Launch } from './host.ts'
import { nodesMax } from './node-ranges.ts'
import { checkFree, portsToPublish, publish } from './publish.ts'
import { checkRanges, freeRanges, type Ranges, type Taken } from './ranges.ts'
import { Steps } from './steps.ts'
import { typed } from './typed.ts'
import { ago } from './words.ts'

export interface UpOptions {
  readonly dataDir: string
  readonly name: string
  readonly port?: number
  readonly nodes?: number
  readonly simulatedNodes?: number
  readonly runtimeConfig?: string
  readonly controllers?: string
  /** A file. */
  readonly kubeletConfig?: string
  /** A file. */
  readonly schedulerConfig?: string
  readonly podCidr?: string
  readonly serviceCidr?: string
  /** `8080:service/web:80` */
  readonly publish?: readonly string[]
  readonly unpublish?: readonly number[]
}
const DEFAULT_PORT = 6443
/** How far above the default a free port is looked for when other clusters stand side by side. */
const PORTS_TRIED_MAX = 50
/** Room that a store, logs and a few images need to begin with; less would only fail later and less clearly. */
const FREE_BYTES_MIN = 200 * 1024 * 1024
/** A start takes about a second; this is for machines that are very slow or very busy. */
const START_TIMEOUT_MS = 120_000

/** Throws CommandFailure when the cluster cannot be started; nothing is left running then. */
export async function up(host: Host, given: UpOptions): Promise<void> {
  const folder = clusterFolder(given.dataDir, given.name)
  const options = given.schedulerConfig === undefined ? given : { ...given, schedulerConfig: await readScheduling(given.schedulerConfig) }
  const server = runningServer(folder)
  const published = { ports: portsToPublish(host, options), unpublish: options.unpublish }
  const kubeletConfig = await kubeletConfigFor(host, options)
  if (server) {
    refuseOtherSettings({ host, folder, kubeletConfig }, options)
    host.output.write(`Cluster "${folder.name}" is already running at ${server.server} (since ${ago(host.now() - server.startedAt)}).\n`)
    return publish(host, folder, published)
  }
  const begun = host.now()
  await checkFree(
    host,
    published.ports.map(({ port }) => port),
  )
  const settings = await settingsFor(host, folder, options)
  if (!host.isRoot)
    host.progress.write(
      `Not root: the control plane runs with ${settings.simulatedNodes} simulated node(s); pods are shown as running, but no container is started.\n`,
    )
  if (kubeletConfig !== undefined) writeFileSync(folder.kubeletConfig, kubeletConfig)
  await start(host, host.launch(folder, settings))
  const contextFile = await host.addContext(folder, folder.name)
  host.output.write(greeting(host, folder, contextFile, host.now() - begun))
  await publish(host, folder, published)
}

/** The text of the file, which makes sense. */
async function readScheduling(file: string): Promise<string> {
  // Most starts need nothing of it.
  const { readSchedulerConfiguration } = await import('#kinds/scheduler-configuration/read.ts')
  try {
    const text = readFileSync(file, 'utf8')
    readSchedulerConfiguration(text)
    return text
  } catch (error) {
    throw new CommandFailure(`read the scheduler's configuration "${file}": ${(error as Error).message}`, { cause: error })
  }
}

async function start(host: Host, launch: Launch): Promise<void> {
  const steps = new Steps(host.progress)
  const interrupted = new Promise<'interrupted'>(resolve => host.interrupted.addEventListener('abort', () => resolve('interrupted')))
  const timedOut = new Promise<'timed out'>(resolve =>
    AbortSignal.timeout(START_TIMEOUT_MS).addEventListener('abort', () => resolve('timed out')),
  )
  const outcome = await Promise.race([follow(launch, steps), launch.exited.then(code => ({ code })), interrupted, timedOut])
  if (outcome === 'ready') return launch.release()
  await launch.abort()
  if (outcome === 'interrupted') throw new CommandFailure('start cluster: interrupted; nothing was left running')
  if (outcome === 'timed out')
    throw new CommandFailure(`start cluster: not ready after ${START_TIMEOUT_MS / 1000} s; see the log with "./knarr status"`)
  if ('failed' in outcome) throw new CommandFailure(outcome.failed)
  throw new CommandFailure(`start cluster: the server process ended with code ${outcome.code}; see the log with "./knarr status"`)
}

async function follow(launch: Launch, steps: Steps): Promise<'ready' | { readonly failed: string }> {
  for await (const progress of launch.progress) {
    if ('ready' in progress) return 'ready'
    if ('failed' in progress) return progress
    if (progress.done) steps.done(progress.step, progress.ms, progress.note)
    else steps.begin(progress.step)
  }
  // The end of the messages without a last word is the end of the process, whose exit code tells more.
  return new Promise(() => undefined)
}

/** The text of the file that was named, checked before anything is done. */
async function kubeletConfigFor(host: Host, { kubeletConfig: file }: UpOptions): Promise<string | undefined> {
  if (file === undefined) return undefined
  if (!host.isRoot)
    throw new CommandFailure(`use --kubelet-config "${file}": nodes are simulated without root; leave it out, or start Knarr as root`)
  return host.kubeletConfig(file)
}

/** What was chosen at the first start, or is chosen now. */
async function settingsFor(host: Host, folder: ClusterFolder, options: UpOptions): Promise<Settings> {
  const known = readSettings(folder)
  const others = clusterNames(options.dataDir)
    .filter(name => name !== folder.name)
    .flatMap(name => readSettings(clusterFolder(options.dataDir, name)) ?? [])
  const port = options.port ?? known?.port ?? (await freePort(host, others))
  if (!(await host.isPortFree(port)))
    throw new CommandFailure(`listen on port ${port}: taken by another process; choose another one with --port, or end that process`)
  const routes = await host.routes(folder.name)
  // A cluster that is new has made nothing: what bears its name is another's, which is kept elsewhere.
  const ranges = rangesFor({ others, routes: known ? routes : routes.map(route => ({ ...route, isOwn: false })) }, { host, known, options })
  const simulatedNodes = options.simulatedNodes ?? known?.simulatedNodes ?? (host.isRoot ? 0 : 1)
  const runtimeConfig = options.runtimeConfig ?? known?.runtimeConfig
  const controllers = options.controllers ?? known?.controllers
  const schedulerConfiguration = options.schedulerConfig ?? known?.schedulerConfiguration
  const nodes = nodesFor(ranges.podCidr, { host, known, options })
  const settings: Settings = {
    name: folder.name,
    port,
    simulatedNodes,
    podCidr: ranges.podCidr,
    serviceCidr: ranges.serviceCidr,
    ...(nodes > 1 && { nodes }),
    ...(runtimeConfig && { runtimeConfig }),
    ...(controllers && { controllers }),
    ...(schedulerConfiguration && { schedulerConfiguration }),
  }
  createFolder(folder)
  const free = await host.freeBytes(folder.root)
  if (free < FREE_BYTES_MIN)
    throw new CommandFailure(
      `use data folder "${folder.root}": only ${Math.floor(free / 2 ** 20)} MiB free, at least ${FREE_BYTES_MIN / 2 ** 20} MiB are needed; make room or choose another with --data-dir`,
    )
  writeSettings(folder, settings)
  return settings
}

interface Choice {
  readonly host: Host
  readonly known: Settings | undefined
  readonly options: UpOptions
}
/** They stay for the cluster's life: services and nodes have addresses of them. */
function rangesFor(taken: Taken, { host, known, options }: Choice): Ranges {
  const reset = resetCommand(host, options)
  for (const [name, asked, chosen] of [
    ['--pod-cidr', options.podCidr, known?.podCidr],
    ['--service-cidr', options.serviceCidr, known?.serviceCidr],
  ] as const)
    if (asked !== undefined && chosen !== undefined && asked !== chosen)
      throw new CommandFailure(
        `use ${name} ${asked}: cluster "${options.name}" has had ${chosen} since its first start; "${reset}" removes it, so that it can be made anew`,
      )
  const { podCidr, serviceCidr } = options
  const ranges =
    known ?? (podCidr && serviceCidr ? { podCidr, serviceCidr } : { ...freeRanges(taken), ...definedOnly({ podCidr, serviceCidr }) })
  const cure = known
    ? `take that away, or remove the cluster with "${reset}" and start it with other ranges`
    : 'choose others with --pod-cidr and --service-cidr'
  // Simulated pods and their services are no addresses of the machine's.
  if (host.isRoot) checkRanges(ranges, taken, cure)
  return ranges
}
/** A cluster grows when it is started anew with more. Fewer would leave pods behind on a node that nobody looks after. */
function nodesFor(podCidr: string, { host, known, options }: Choice): number {
  const before = known?.nodes ?? 1
  const nodes = options.nodes ?? before
  if (nodes > 1 && !host.isRoot)
    throw new CommandFailure(`run ${nodes} nodes: containers need root; simulated ones do not: --simulated-nodes`)
  if (nodes < before)
    throw new CommandFailure(
      `run ${nodes} node(s): cluster "${options.name}" has ${before}; "${resetCommand(host, options)}" removes it, so that it can be made anew`,
    )
  if (nodes > nodesMax(podCidr))
    throw new CommandFailure(`run ${nodes} nodes: at most ${nodesMax(podCidr)} with pod range ${podCidr}; choose fewer, or a wider range`)
  return nodes
}
const definedOnly = (ranges: Partial<Ranges>): Partial<Ranges> =>
  Object.fromEntries(Object.entries(ranges).filter(([, range]) => range !== undefined))

function createFolder(folder: ClusterFolder): void {
  try {
    mkdirSync(folder.root, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new CommandFailure(`create data folder "${folder.root}": ${(error as Error).message}; choose another one with --data-dir`, {
      cause: error,
    })
  }
}

async function freePort(host: Host, others: readonly Settings[]): Promise<number> {
  for (let port = DEFAULT_PORT; port < DEFAULT_PORT + PORTS_TRIED_MAX; port++) {
    const isReserved = others.some(other => other.port === port)
    if (!isReserved && (await host.isPortFree(port))) return port
    // A stranger on the usual port is told of; another cluster of ours is simply stepped over.
    if (!isReserved) host.progress.write(`Port ${port} is taken by another process; trying the next one.\n`)
  }
  throw new CommandFailure(`choose a port: ${DEFAULT_PORT} to ${DEFAULT_PORT + PORTS_TRIED_MAX - 1} are all taken; name one with --port`)
}

const resetCommand = (host: Host, { dataDir, name }: UpOptions): string => typed('reset', clusterFolder(dataDir, name), host)

function refuseOtherSettings(
  { host, folder, kubeletConfig }: { readonly host: Host; readonly folder: ClusterFolder; readonly kubeletConfig: string | undefined },
  { port, nodes, simulatedNodes, runtimeConfig, controllers, schedulerConfig, podCidr, serviceCidr }: UpOptions,
): void {
  const known = readSettings(folder)
  const pairs = [
    [port, known?.port],
    [nodes, known?.nodes ?? 1],
    [simulatedNodes, known?.simulatedNodes],
    [runtimeConfig, known?.runtimeConfig ?? ''],
    [controllers, known?.controllers ?? '*'],
    [kubeletConfig, existsSync(folder.kubeletConfig) ? readFileSync(folder.kubeletConfig, 'utf8') : ''],
    [schedulerConfig, known?.schedulerConfiguration],
    [podCidr, known?.podCidr],
    [serviceCidr, known?.serviceCidr],
  ] as const
  if (pairs.some(([asked, chosen]) => asked !== undefined && asked !== chosen))
    throw new CommandFailure(
      `change the settings of cluster "${folder.name}": it is running; stop it first with "${typed('down', folder, host)}"`,
    )
}

function greeting(host: Host, folder: ClusterFolder, contextFile: string, tookMs: number): string {
  const state = runningServer(folder)
  return [
    '',
    `Cluster "${folder.name}" is ready at ${state?.server ?? 'its address'}, ${(tookMs / 1000).toFixed(1)} s after the command.`,
    `The context "${folder.name}" was added to ${contextFile} and is the current one.`,
    '',
    'Try:',
    '  kubectl get nodes',
    host.isRoot
      ? '  ./knarr image import FILE     # an OCI or docker archive, for pods to use offline'
      : '  kubectl create deployment web --image=nginx',
    '  kubectl run web --image=nginx',
    '  kubectl get pods -o wide',
    '',
    `Stop it with "${typed('down', folder, host)}", remove it with "${typed('reset', folder, host)}".`,
    '',
  ].join('\n')
}
