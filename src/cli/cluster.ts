/** A cluster on this machine: its folder, its lasting settings, and the process that serves it. */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startTicksOf } from '#base/processes.ts'

export const DEFAULT_NAME = 'knarr'

/** Where everything of one cluster lies. */
export interface ClusterFolder {
  readonly name: string
  /** Where this and other clusters are kept. */
  readonly base: string
  readonly root: string
  readonly settings: string
  readonly state: string
  readonly log: string
  readonly kubeconfig: string
  readonly pki: string
  readonly store: string
  /** The kubelet's pods, volumes and logs. */
  readonly node: string
  /** A copy of the kubelet's configuration; absent: defaults. */
  readonly kubeletConfig: string
  /** containerd's root, state, socket and CNI configuration. */
  readonly runtime: string
}
/** Where a further node keeps its things: within the cluster's folder, so that they go with it. */
export interface NodeFolder {
  /** 2 and up; the first node is the machine itself. */
  readonly number: number
  readonly root: string
  readonly log: string
  readonly node: string
  /** The cluster's: all of its kubelets are set alike. */
  readonly kubeletConfig: string
  readonly runtime: string
  /** The file that holds its network namespace open. */
  readonly network: string
}
export function clusterFolder(base: string, name: string): ClusterFolder {
  const root = join(base, name)
  const at = (file: string) => join(root, file)
  return {
    name,
    base,
    root,
    settings: at('cluster.json'),
    state: at('server.json'),
    log: at('server.log'),
    kubeconfig: at('kubeconfig'),
    pki: at('pki'),
    store: at('store'),
    node: at('node'),
    kubeletConfig: at('kubelet.yaml'),
    runtime: at('runtime'),
  }
}
export function nodeFolder(cluster: ClusterFolder, number: number): NodeFolder {
  const root = join(cluster.root, 'nodes', String(number))
  const at = (file: string) => join(root, file)
  const { kubeletConfig } = cluster
  return { number, root, log: at('node.log'), node: at('node'), kubeletConfig, runtime: at('runtime'), network: at('network') }
}
/** The further nodes that a cluster has had so far, whether or not they run. */
export function nodeFolders(cluster: ClusterFolder): readonly NodeFolder[] {
  const folder = join(cluster.root, 'nodes')
  return existsSync(folder) ? readdirSync(folder).map(name => nodeFolder(cluster, Number(name))) : []
}

/** What was chosen when the cluster was first started and stays for its life. */
export interface Settings {
  readonly name: string
  readonly port: number
  /** Nodes with real containers; default 1, the machine itself. */
  readonly nodes?: number
  /** Simulated nodes beside (or, without root, instead of) the machine's own. */
  readonly simulatedNodes: number
  /** Address ranges are the machine's, so that clusters side by side do not share one. */
  readonly podCidr: string
  readonly serviceCidr: string
  /** Versions of the API to be served or not, as `api/beta=true,batch/v1=false`; default: the stable ones. */
  readonly runtimeConfig?: string
  /** The controllers that run, as `*,-cronjob`; default: all. */
  readonly controllers?: string
  /** A KubeSchedulerConfiguration, as YAML; default: upstream's defaults. */
  readonly schedulerConfiguration?: string
}
/** The process that serves the cluster, as it wrote itself down. */
export interface ServerState {
  readonly pid: number
  /** Start time of the process in clock ticks since boot (proc_pid_stat(5), field 22): tells a process from a later one of the same id. */
  readonly startTicks: number
  readonly server: string
  readonly version: string
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly node: 'real' | 'simulated'
}

export const readSettings = (folder: ClusterFolder): Settings | undefined => readJson<Settings>(folder.settings)
export function writeSettings(folder: ClusterFolder, settings: Settings): void {
  mkdirSync(folder.root, { recursive: true, mode: 0o700 })
  writeFileSync(folder.settings, `${JSON.stringify(settings, undefined, 2)}\n`)
}
export function writeState(folder: ClusterFolder, state: ServerState): void {
  writeFileSync(folder.state, `${JSON.stringify(state, undefined, 2)}\n`)
}
export const forgetState = (folder: ClusterFolder): void => rmSync(folder.state, { force: true })

/** The serving process, if it is alive. */
export function runningServer(folder: ClusterFolder): ServerState | undefined {
  const state = readJson<ServerState>(folder.state)
  return state && startTicksOf(state.pid) === state.startTicks ? state : undefined
}

/** The names of all clusters below a base folder. */
export function clusterNames(base: string): readonly string[] {
  if (!existsSync(base)) return []
  return readdirSync(base).filter(name => existsSync(join(base, name, 'cluster.json')))
}

function readJson<T>(path: string): T | undefined {
  if (!existsSync(path)) return undefined
  const text = readFileSync(path, 'utf8')
  try {
    return JSON.parse(text) as T
  } catch (error) {
    throw new Error(`read "${path}": not valid JSON; move the file away or run "./knarr reset"`, { cause: error })
  }
}
