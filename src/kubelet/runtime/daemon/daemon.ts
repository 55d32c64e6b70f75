/** Our private containerd: started when it does not run, found again when it does, stopped when asked to. */
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Clock, wait } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import { commandLineOf, inNetwork, launch, run } from '#base/processes.ts'
import { connectRuntime } from '../cri/client.ts'
import { daemonConfig } from './config.ts'
import { removeLeases } from './containerd.ts'
import { findHandlers } from './handlers.ts'
import { removeOrphanNetworks } from './orphan-networks.ts'
import { removeOrphanTasks } from './orphan-tasks.ts'
import { importPauseImage, PAUSE_IMAGE } from './pause-image.ts'
import { supportsOverlay } from './snapshotter.ts'

export interface DaemonOptions {
  readonly clock: Clock
  readonly log: Log
  /** Everything of the daemon stands under this folder. */
  readonly folder: string
  /** Names the cgroup subtree: `/knarr/<cluster>`. */
  readonly cluster: string
  /** Where the network configuration stands; default `<folder>/cni`. */
  readonly cniConfFolder?: string
  readonly cniBinFolders?: readonly string[]
  /** The file of the network namespace in which it runs; default: that of this process. */
  readonly network?: string
}
/** A containerd that answers. It outlives this object: `stop` ends it. */
export interface Daemon {
  readonly socket: string
  readonly pid: number
  /** Whether this call started it, or found it running. */
  readonly wasStarted: boolean
  /** Milliseconds since the epoch. */
  readonly startedAt: number
}

/** A unix socket's path has 108 bytes at most, and containerd adds `.ttrpc`. */
const SOCKET_PATH_MAX_BYTES = 100
/** containerd answers after about 100 ms on a small machine; one under heavy load gets this long. */
const START_TIMEOUT_MS = 30_000
const STOP_TIMEOUT_MS = 10_000
const POLL_MS = 20
/** Where distributions put CNI plugins: Debian and Ubuntu, then everyone else. */
const CNI_BIN_FOLDERS = ['/usr/lib/cni', '/opt/cni/bin', '/usr/libexec/cni']

const files = (folder: string) => ({
  config: join(folder, 'config.toml'),
  pid: join(folder, 'containerd.pid'),
  log: join(folder, 'containerd.log'),
  socket: join(folder, 'containerd.sock'),
})

/** Starts the daemon, or finds the one that runs, and waits until it answers. Throws when containerd is missing or does not come up. */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const { folder, log, network } = options
  const { socket, pid: pidFile, config, log: logFile } = files(folder)
  if (Buffer.byteLength(socket) > SOCKET_PATH_MAX_BYTES)
    throw new Error(
      `start containerd: the path of its socket "${socket}" is longer than ${SOCKET_PATH_MAX_BYTES} bytes; choose a shorter data folder`,
    )
  let pid = findDaemon(folder)
  const wasStarted = pid === undefined
  if (pid === undefined) {
    await prepare(options)
    const command = ['containerd', '--config', config]
    pid = await launch(network === undefined ? command : inNetwork(network, command), { logFile })
    writeFileSync(pidFile, `${pid}\n`)
    log.info({ pid, socket }, 'started containerd')
  } else log.info({ pid, socket }, 'found containerd running')
  await untilItAnswers(options, pid)
  const daemon = { socket, pid, wasStarted, startedAt: statSync(pidFile).mtimeMs }
  const orphanage = { ...options, ...daemon }
  // They do no harm but take room: the node must not be without a runtime for their sake, and the next start tries again.
  await removeOrphanTasks(orphanage)
    .then(() => removeOrphanNetworks(orphanage))
    .then(() => removeLeases(socket, { before: daemon.startedAt }))
    .catch((error: unknown) => log.warn({ error }, 'cannot remove what a container runtime that died has left'))
  await importPauseImage(socket)
  return daemon
}

/** The process id of the daemon of this folder; undefined when it does not run. */
export function findDaemon(folder: string): number | undefined {
  const { pid: pidFile, config } = files(folder)
  if (!existsSync(pidFile)) return undefined
  const pid = Number(readFileSync(pidFile, 'utf8'))
  // Process ids are given out again: it is ours only when it was started with our configuration.
  return commandLineOf(pid)?.includes(config) ? pid : undefined
}

/** Ends the daemon and waits until it is gone. Containers go on running without it. */
export async function stopDaemon({ clock, folder }: Pick<DaemonOptions, 'clock' | 'folder'>): Promise<void> {
  const pid = findDaemon(folder)
  if (pid !== undefined) {
    process.kill(pid, 'SIGTERM')
    const deadline = clock.now() + STOP_TIMEOUT_MS
    while (findDaemon(folder) !== undefined) {
      if (clock.now() > deadline) process.kill(pid, 'SIGKILL')
      await wait(clock, POLL_MS)
    }
  }
  rmSync(files(folder).pid, { force: true })
}

async function prepare({ folder, cluster, cniConfFolder, cniBinFolders }: DaemonOptions): Promise<void> {
  const paths = { root: join(folder, 'root'), state: join(folder, 'state'), registry: join(folder, 'registries') }
  const cni = cniConfFolder ?? join(folder, 'cni')
  for (const path of [...Object.values(paths), cni]) mkdirSync(path, { recursive: true, mode: 0o711 })
  const version = await run(['containerd', '--version'])
  const text = daemonConfig({
    major: /\bv?(\d+)\.\d+\.\d+/.exec(version)?.[1] === '2' ? 2 : 1,
    root: paths.root,
    state: paths.state,
    socket: files(folder).socket,
    cniConfFolder: cni,
    cniBinFolders: cniBinFolders ?? CNI_BIN_FOLDERS.filter(path => existsSync(path)),
    registryFolder: paths.registry,
    sandboxImage: PAUSE_IMAGE,
    snapshotter: (await supportsOverlay(paths.root)) ? 'overlayfs' : 'native',
    maySetOomScore: hasCapability(CAP_SYS_RESOURCE),
    handlers: await findHandlers(),
    cgroup: `/knarr/${cluster}/runtime`,
  })
  writeFileSync(files(folder).config, text)
}

/** linux/capability.h */
const CAP_SYS_RESOURCE = 24
const hasCapability = (capability: number): boolean => {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0'
  return ((BigInt(`0x${effective}`) >> BigInt(capability)) & 1n) === 1n
}

async function untilItAnswers({ clock, folder }: DaemonOptions, pid: number): Promise<void> {
  const { socket, log } = files(folder)
  const deadline = clock.now() + START_TIMEOUT_MS
  while (!existsSync(socket)) await pause()
  using runtime = connectRuntime(socket)
  for (;;) {
    try {
      await runtime.version({}, { timeoutMs: START_TIMEOUT_MS })
      return
    } catch (error) {
      await pause(error)
    }
  }
  async function pause(cause?: unknown): Promise<void> {
    const lines = () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').slice(-3).join('\n') : '')
    if (!commandLineOf(pid)) throw new Error(`start containerd: it ended by itself:\n${lines()}`, { cause })
    if (clock.now() > deadline) throw new Error(`start containerd: no answer within ${START_TIMEOUT_MS} ms:\n${lines()}`, { cause })
    await wait(clock, POLL_MS)
  }
}
