/** The configuration of our private containerd, written anew at each start. */
import { DEFAULT_HANDLER, type Handler } from './handlers.ts'

export interface DaemonConfig {
  /** Major version of the daemon: 1 or 2; they name their plugins differently. */
  readonly major: number
  /** Where images and containers are kept. */
  readonly root: string
  /** Where what does not outlive a reboot is kept. */
  readonly state: string
  readonly socket: string
  readonly cniConfFolder: string
  readonly cniBinFolders: readonly string[]
  readonly registryFolder: string
  /** The image that holds a pod's namespaces. */
  readonly sandboxImage: string
  readonly snapshotter: 'overlayfs' | 'native'
  /** Without CAP_SYS_RESOURCE no process may lower an OOM score; sandboxes then fail unless the wish is dropped. */
  readonly maySetOomScore: boolean
  /** What pods can be run by; a RuntimeClass names one of them. */
  readonly handlers: readonly Handler[]
  /** Of the daemon itself, so that it does not live and die with who started it. */
  readonly cgroup: string
}

type Value = string | number | boolean | readonly string[] | Section
interface Section {
  readonly [key: string]: Value
}

/** Plugins that CRI does without. What is not loaded costs neither time nor memory. */
const UNUSED = ['aufs', 'btrfs', 'devmapper', 'zfs', 'blockfile', 'erofs'].map(name => `io.containerd.snapshotter.v1.${name}`)
const UNUSED_SERVICES = ['io.containerd.internal.v1.opt', 'io.containerd.tracing.processor.v1.otlp', 'io.containerd.internal.v1.tracing']

/** The text of `config.toml`. Reference: containerd, docs/cri/config.md (version 2 for 1.6 and 1.7, version 3 for 2.x). */
export function daemonConfig(options: DaemonConfig): string {
  const { major, root, state, socket, cgroup } = options
  return toml({
    version: major >= 2 ? 3 : 2,
    root,
    state,
    disabled_plugins: [...UNUSED, ...UNUSED_SERVICES],
    grpc: { address: socket },
    ttrpc: { address: `${socket}.ttrpc` },
    cgroup: { path: cgroup },
    plugins: major >= 2 ? pluginsOf2(options) : pluginsOf1(options),
  })
}

const runtimesOf = ({ handlers }: DaemonConfig): Section => ({
  default_runtime_name: DEFAULT_HANDLER.name,
  runtimes: Object.fromEntries(
    handlers.map(({ name, shim, takesRuncCommands }) => [
      name,
      { runtime_type: shim, ...(takesRuncCommands && { options: { BinaryName: name, SystemdCgroup: false } }) },
    ]),
  ),
})

function pluginsOf1(options: DaemonConfig): Section {
  return {
    'io.containerd.grpc.v1.cri': {
      sandbox_image: options.sandboxImage,
      restrict_oom_score_adj: !options.maySetOomScore,
      // 1.7 knows it and leaves it off, 1.6 passes over it.
      enable_cdi: true,
      ...STREAM_SERVER,
      ...(options.major === 1 && { systemd_cgroup: false }),
      ...UNPRIVILEGED,
      ...OWN_NAMESPACES,
      cni: { bin_dir: options.cniBinFolders[0] ?? '', conf_dir: options.cniConfFolder, max_conf_num: 1 },
      containerd: { snapshotter: options.snapshotter, ...runtimesOf(options) },
      registry: { config_path: options.registryFolder },
    },
  }
}
function pluginsOf2(options: DaemonConfig): Section {
  return {
    'io.containerd.cri.v1.images': {
      snapshotter: options.snapshotter,
      pinned_images: { sandbox: options.sandboxImage },
      registry: { config_path: options.registryFolder },
    },
    'io.containerd.cri.v1.runtime': {
      restrict_oom_score_adj: !options.maySetOomScore,
      ...UNPRIVILEGED,
      ...OWN_NAMESPACES,
      cni: { bin_dirs: options.cniBinFolders, conf_dir: options.cniConfFolder, max_conf_num: 1 },
      containerd: { ...runtimesOf(options) },
    },
    'io.containerd.grpc.v1.cri': STREAM_SERVER,
  }
}
/** Exec, attach and port forwarding: on loopback only, at a port that the system picks. */
const STREAM_SERVER = { stream_server_address: '127.0.0.1', stream_server_port: '0', stream_idle_timeout: '4h0m0s' }
/** Containers may ping and listen on low ports without extra capabilities, as containerd 2 lets them by default. */
const UNPRIVILEGED = { enable_unprivileged_ports: true, enable_unprivileged_icmp: true }
/** Network namespaces are mounted below our own folder, where they can be told from those of others. */
const OWN_NAMESPACES = { netns_mounts_under_state_dir: true }

/** Writes sections in TOML 1.0: plain keys first, then tables. */
function toml(section: Section, path: readonly string[] = []): string {
  const isTable = (value: Value): value is Section => typeof value === 'object' && !Array.isArray(value)
  const plain = Object.entries(section).filter(([, value]) => !isTable(value))
  const tables = Object.entries(section).filter((entry): entry is [string, Section] => isTable(entry[1]))
  const header = path.length && plain.length ? [`[${path.map(part => JSON.stringify(part)).join('.')}]`] : []
  const lines = plain.map(([key, value]) => `${key} = ${JSON.stringify(value)}`)
  return [...header, ...lines, ...tables.map(([key, value]) => toml(value, [...path, key]))].join('\n') + (path.length ? '' : '\n')
}
