/** What containers need of the machine: found, or missing with its cure. */
import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { run } from '#base/processes.ts'
import { forwarding } from './forwarding.ts'
import type { Prerequisite } from './prerequisite.ts'
import { type PortOwner, portOwner } from './port-owner.ts'

const NODE_MAJOR_MIN = 24
/** Each pod with a mounted volume takes some; the kernel's default of 128 instances is soon used up ("too many open files"). */
const INOTIFY_INSTANCES_MIN = 128
/** Of programs that tell their version in milliseconds. */
const VERSION_MAX_MS = 5_000
const CNI_FOLDERS = ['/usr/lib/cni', '/opt/cni/bin', '/usr/libexec/cni']

export interface Looking {
  /** The search path for programs. */
  readonly path: string
  /** Those of the clusters on this machine. */
  readonly podRanges: readonly string[]
  /** Whether any of them runs. */
  readonly isRunning: boolean
}

/** Checks each one; changes nothing. */
export async function prerequisites({ path, ...clusters }: Looking): Promise<readonly Prerequisite[]> {
  const isRoot = process.getuid?.() === 0
  return [
    check(
      'Node.js',
      Number.parseInt(process.versions.node) >= NODE_MAJOR_MIN,
      process.versions.node,
      `use Node.js ${NODE_MAJOR_MIN} or newer`,
    ),
    check('Linux', process.platform === 'linux', process.platform, 'run it in a Linux virtual machine', true),
    check('root', isRoot, isRoot ? 'yes' : `no, user ${process.getuid?.() ?? '?'}`, 'run as root (sudo) for real containers', true),
    await program(path, 'containerd', ['--version'], 'containerd'),
    await program(path, 'runc', ['--version'], 'runc'),
    await program(path, 'nft', ['--version'], 'nftables'),
    await program(path, 'ip', ['-V'], 'iproute2'),
    await program(path, 'conntrack', ['--version'], 'conntrack'),
    cniPlugins(),
    cgroups(),
    overlay(),
    kernelFeature('links of pods', '/sys/module/veth', 'veth'),
    inotify(),
    dnsPort(portOwner(DNS_PORT)),
    ...(await forwarding(clusters)),
  ]
}

const check = (name: string, ok: boolean, found: string, cure: string, onlyForContainers = false): Prerequisite => ({
  name,
  ok,
  found,
  ...(!ok && { cure }),
  ...(onlyForContainers && { onlyForContainers }),
})

async function program(path: string, name: string, version: readonly string[], packageName: string): Promise<Prerequisite> {
  const file = path
    .split(delimiter)
    .map(folder => join(folder, name))
    .find(isExecutable)
  const cure = `apt-get install ${packageName}`
  if (!file) return check(name, false, 'not found', cure, true)
  const signal = AbortSignal.timeout(VERSION_MAX_MS)
  const answer = await run([file, ...version], { signal }).catch((error: Error) => error)
  if (!(answer instanceof Error)) return check(name, true, answer.split('\n', 1)[0]?.trim() ?? '', cure, true)
  const found = signal.aborted ? `hangs: "${file} ${version.join(' ')}" has not ended after ${VERSION_MAX_MS / 1_000} s` : answer.message
  return check(name, false, found, `see what "${file}" is; then: apt-get install --reinstall ${packageName}`, true)
}
function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    // Any reason for which it cannot be run is the same to us: it is not there.
    return false
  }
}
function cniPlugins(): Prerequisite {
  const folder = CNI_FOLDERS.find(each => ['ptp', 'host-local', 'loopback', 'tuning'].every(plugin => existsSync(join(each, plugin))))
  return check('CNI plugins', folder !== undefined, folder ?? 'not found', 'apt-get install containernetworking-plugins', true)
}
function cgroups(): Prerequisite {
  if (existsSync('/sys/fs/cgroup/cgroup.controllers')) {
    const controllers = readFileSync('/sys/fs/cgroup/cgroup.controllers', 'utf8').trim().split(' ')
    const missing = ['cpu', 'memory', 'pids'].filter(name => !controllers.includes(name))
    return check(
      'cgroups',
      missing.length === 0,
      `v2: ${controllers.join(' ')}`,
      `boot with the controllers ${missing.join(', ')} enabled`,
      true,
    )
  }
  const missing = ['cpu', 'memory', 'pids', 'devices', 'freezer'].filter(name => !existsSync(join('/sys/fs/cgroup', name)))
  return check(
    'cgroups',
    missing.length === 0,
    missing.length ? `v1 without ${missing.join(', ')}` : 'v1',
    `mount the cgroup controllers ${missing.join(', ')}`,
    true,
  )
}
function overlay(): Prerequisite {
  const isThere = /\boverlay$/m.test(readFileSync('/proc/filesystems', 'utf8'))
  return check('overlay file system', isThere, isThere ? 'yes' : 'no: layers will be copied, slower and bigger', 'modprobe overlay', true)
}
function kernelFeature(name: string, path: string, module: string): Prerequisite {
  const isThere = existsSync(path)
  // A module that is not loaded yet is loaded when the first link is made.
  return { name, ok: true, found: isThere ? 'yes' : `loaded on demand (module ${module})` }
}
function inotify(): Prerequisite {
  const file = '/proc/sys/fs/inotify/max_user_instances'
  const instances = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0
  return check(
    'inotify instances',
    instances >= INOTIFY_INSTANCES_MIN,
    String(instances),
    `sysctl -w fs.inotify.max_user_instances=${8 * INOTIFY_INSTANCES_MIN}`,
    true,
  )
}

const DNS_PORT = 53
/** A program that listens on the port of all addresses has it on the cluster DNS address as well. */
export function dnsPort(owner: PortOwner | undefined): Prerequisite {
  const who = owner?.process ? `${owner.process.program} (process ${owner.process.pid})` : 'a program'
  const found = owner ? `taken by ${who} on all addresses, over ${owner.protocol}: pods do not find the cluster's names` : 'free'
  const cure = `end it, or let it listen on addresses of its own: ${CURES[owner?.process?.program ?? ''] ?? 'see its documentation'}`
  return check(`port ${DNS_PORT} for DNS`, !owner, found, cure, true)
}
const CURES: Readonly<Record<string, string>> = {
  dnsmasq: 'bind-interfaces and listen-address=127.0.0.1 in /etc/dnsmasq.conf',
  named: 'listen-on { 127.0.0.1; }; in its options',
  unbound: 'interface: 127.0.0.1 in unbound.conf',
  coredns: 'bind 127.0.0.1 in its Corefile',
}
