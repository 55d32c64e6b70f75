/** What the commands need of the machine. The process that wires everything together provides it. */
import type { ClusterFolder, Settings } from './cluster.ts'
import type { Route } from './ranges.ts'
import type { Progress, Terminal } from './steps.ts'

/** One thing that Knarr needs of the machine, and how to get it. */
export interface Prerequisite {
  readonly name: string
  readonly ok: boolean
  /** What was found. */
  readonly found: string
  /** The command or change that mends it; only when not ok. */
  readonly cure?: string
  /** Without it the machine can still run a control plane with simulated nodes. */
  readonly onlyForContainers?: boolean
}
/** Something of a cluster's that is on the machine: a process, a mount, a link, a namespace, a table, a cgroup, a folder. */
export interface Leftover {
  readonly kind: 'process' | 'mount' | 'network namespace' | 'link' | 'nft table' | 'cgroup' | 'folder' | 'file'
  readonly name: string
}
export interface PresentImage {
  readonly name: string
  readonly id: string
  readonly bytes: number
}
/** A server process that is being started. */
export interface Launch {
  readonly progress: AsyncIterable<Progress>
  /** Resolves with the exit code when the process ends by itself. */
  readonly exited: Promise<number | null>
  /** Lets the process live on without us. */
  release(): void
  /** Ends the process and what it has started, and waits for that. */
  abort(): Promise<void>
}

export interface Host {
  readonly isRoot: boolean
  readonly version: string
  /** Where clusters are kept unless the user says otherwise. */
  readonly baseFolder: string
  /** Standard output, for what was asked; standard error for progress. */
  readonly output: Terminal
  readonly progress: Terminal
  /** Milliseconds since the epoch. */
  now(): number
  /** Aborted by Ctrl-C. */
  readonly interrupted: AbortSignal
  /** Asks a yes-or-no question; false without a terminal. */
  confirm(question: string): Promise<boolean>
  isPortFree(port: number): Promise<boolean>
  /** The machine's routes but for the default ones, and the addresses of its links; those that a cluster of this name has made are told. */
  routes(cluster: string): Promise<readonly Route[]>
  /** Bytes that can still be written below a folder. */
  freeBytes(folder: string): Promise<number>
  /** The text of a kubelet's configuration file. Throws CommandFailure when it cannot be used. */
  kubeletConfig(file: string): Promise<string>
  launch(folder: ClusterFolder, settings: Settings): Launch
  /** Ends the serving process in good order: true when it is gone within the time. */
  stopServer(pid: number, timeoutMs: number): Promise<boolean>
  /** Stops the cluster's containers and container runtime; in haste when they are not to come back. */
  stopNode(folder: ClusterFolder, forGood: boolean): Promise<void>
  /** Removes everything of a cluster from the machine, files last. */
  remove(folder: ClusterFolder): Promise<void>
  leftovers(folder: ClusterFolder): Promise<readonly Leftover[]>
  /** `podRanges` are those of the clusters on this machine. */
  prerequisites(clusters: { readonly podRanges: readonly string[]; readonly isRunning: boolean }): Promise<readonly Prerequisite[]>
  /** Gives the names of the images. Throws CommandFailure. */
  importImages(folder: ClusterFolder, file: string): Promise<readonly string[]>
  listImages(folder: ClusterFolder): Promise<readonly PresentImage[]>
  /** Adds the cluster's context to the user's kubeconfig; gives the file's path. */
  addContext(folder: ClusterFolder, name: string): Promise<string>
  removeContext(name: string): Promise<void>
  /** Ports of the machine that lead to services: the service by port. */
  publishedPorts(folder: ClusterFolder): Promise<Readonly<Record<string, string>>>
  /** Null takes a port back. */
  publishPorts(folder: ClusterFolder, changes: Readonly<Record<string, string | null>>): Promise<void>
  /** The TCP ports of a service, by number and by name; undefined when there is no such service. */
  servicePorts(
    folder: ClusterFolder,
    service: { readonly namespace: string; readonly service: string },
  ): Promise<readonly string[] | undefined>
  /** What the cluster says of itself, over its API. */
  inspect(folder: ClusterFolder): Promise<ClusterReport>
}
export interface ClusterReport {
  readonly nodes: readonly { readonly name: string; readonly isReady: boolean }[]
  readonly pods: Readonly<Record<string, number>>
  /** Bytes on disk. */
  readonly storeBytes: number
}
