/** A whole cluster with this machine as its node, for tests on real containers: what `knarr up` starts, in this process. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock, wait } from '#base/clock.ts'
import { type Log, silentLog } from '#base/log.ts'
import { remove } from '#bin/host/machine.ts'
import { processLog } from '#bin/log.ts'
import { startCluster } from '#bin/start.ts'
import { clusterFolder, type ClusterFolder, nodeFolders, type Settings, writeSettings } from '#cli/cluster.ts'
import type { Client } from '#client/transport.ts'
import { Namespace } from '#kinds/core/namespace.ts'
import { Pod } from '#kinds/core/pod.ts'
import { ServiceAccount } from '#kinds/core/service-account.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { findLeftovers } from '#kubelet/machine/leftovers.ts'
import { importTestImages, type TestImage } from '../node/images.ts'
import { type KubectlVersion, NEWEST, type ProgramOptions, type ProgramResult, programPath, runProgram } from './kubectl.ts'
import { lastingPort } from './ports.ts'
import { RunningProgram } from './running-program.ts'

export interface KubectlOptions extends ProgramOptions {
  readonly version?: KubectlVersion
}
export interface NodeCluster extends AsyncDisposable {
  /** A client with all rights. */
  readonly client: Client
  readonly folder: ClusterFolder
  readonly server: string
  /** Makes a namespace in which pods can be made at once. */
  namespace(name: string): Promise<string>
  /** Runs real kubectl as the admin, to its end. */
  kubectl(args: readonly string[], options?: KubectlOptions): Promise<ProgramResult>
  /** Runs kubectl that must succeed, and gives its standard output. */
  ok(args: readonly string[], options?: KubectlOptions): Promise<string>
  /** Runs kubectl that must fail, and gives its standard error. */
  fails(args: readonly string[], options?: KubectlOptions): Promise<string>
  /** Starts kubectl and leaves it running: watches, forwarded ports, streams. */
  start(args: readonly string[], options?: Pick<KubectlOptions, 'version' | 'cwd'> & { readonly terminal?: boolean }): RunningProgram
  /** The first version of a pod for which `holds`; `undefined` stands for a pod that is gone. Throws when it takes too long. */
  until(namespace: string, name: string, holds: (pod: Pod | undefined) => unknown, timeoutMs?: number): Promise<Pod | undefined>
}

const PROGRAM = new URL('../../src/bin/knarr.ts', import.meta.url).pathname
const ADMIN = { name: 'kubernetes-admin', groups: ['system:masters'] }
/** Long enough for real containers on a machine that does much else; a test that waits longer has failed. */
const WAIT_TIMEOUT_MS = 90_000

/** Throws when the machine cannot run containers: root is needed. */
export async function startNodeCluster(
  images: readonly TestImage[] = ['busybox'],
  more: (free: Settings) => Partial<Settings> = () => ({}),
): Promise<NodeCluster> {
  if (process.getuid?.() !== 0) throw new Error('tests on real containers need root: run them as root, or leave the suite "node" out')
  const stack = new AsyncDisposableStack()
  // Timers of the system clock keep no process alive, and before the server listens nothing else does.
  stack.adopt(
    setInterval(() => undefined, 60_000),
    clearInterval,
  )
  const folder = scratchFolder(stack)
  const free = await freeSettings(folder.name)
  const settings = { ...free, ...more(free) }
  writeSettings(folder, settings)
  try {
    const running = stack.use(new AsyncDisposableStack())
    const teller = { step: async <T>(_: string, work: () => Promise<T> | T) => work() }
    const plane = await startCluster(folder, settings, { log, teller, stack: running, program: PROGRAM })
    for (const { runtime } of [folder, ...nodeFolders(folder)]) await importTestImages(join(runtime, 'containerd.sock'), images)
    const client = plane.clientOf(ADMIN.name, ADMIN.groups)
    await untilServiceAccount(client, 'default')
    return faceOf({ folder, client, stack, server: `https://127.0.0.1:${settings.port}` })
  } catch (error) {
    await stack[Symbol.asyncDispose]()
    throw error
  }
}

/** The folder of a cluster; when the stack is disposed, nothing of it may be left on the machine. */
function scratchFolder(stack: AsyncDisposableStack): ClusterFolder {
  // Unlike the system's temporary folder always short: paths of sockets have 107 bytes at most (unix(7)).
  const base = mkdtempSync('/tmp/kn-')
  const suffix = base
    .slice(-6)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '0')
  const folder = clusterFolder(base, `t-${suffix}`)
  stack.defer(() => rmSync(base, { recursive: true }))
  stack.defer(() => removeWhole(folder))
  return folder
}

/** To be seen with KNARR_TEST_LOG=1. */
const log: Log = process.env['KNARR_TEST_LOG'] ? processLog() : silentLog

async function freeSettings(name: string): Promise<Settings> {
  const port = await lastingPort()
  const routes = readFileSync('/proc/net/route', 'utf8')
  // Clusters of several test processes start at the same time, so that looking alone is not enough.
  let octet = 0
  do octet = 100 + 2 * Math.floor(Math.random() * 70)
  while (
    // The table has addresses least significant byte first.
    routes.includes(`${octet.toString(16).padStart(2, '0').toUpperCase()}0A\t`)
  )
  return { name, port, simulatedNodes: 0, podCidr: `10.${octet}.0.0/16`, serviceCidr: `10.${octet + 1}.0.0/16` }
}

/** As `knarr reset` does it; throws when anything of the cluster is still on the machine. */
async function removeWhole(folder: ClusterFolder): Promise<void> {
  await remove(folder)
  const { processes, mounts, links, nftTables, cgroups, folders } = await findLeftovers({ cluster: folder.name, root: folder.root })
  assert.deepEqual([...processes, ...mounts, ...links, ...nftTables, ...cgroups, ...folders], [], 'left on the machine')
}

interface Parts {
  readonly folder: ClusterFolder
  readonly client: Client
  readonly stack: AsyncDisposableStack
  readonly server: string
}
function faceOf({ folder, client, stack, server }: Parts): NodeCluster {
  const home = join(folder.root, 'home')
  mkdirSync(home)
  const environment = { KUBECONFIG: folder.kubeconfig, HOME: home, KUBE_EDITOR: 'false', TERM: 'xterm' }
  const kubectl: NodeCluster['kubectl'] = (args, { version = NEWEST, ...options } = {}) =>
    runProgram([programPath('kubectl', version), ...args], { ...options, env: { ...environment, ...options.env } })
  return {
    client,
    folder,
    server,
    kubectl,
    namespace: async name => {
      await client.create(Namespace, { metadata: { name } })
      await untilServiceAccount(client, name)
      return name
    },
    ok: async (args, options) => {
      const { code, stdout, stderr } = await kubectl(args, options)
      assert.equal(code, 0, `kubectl ${args.join(' ')}: ${stderr || stdout}`)
      return stdout
    },
    fails: async (args, options) => {
      const { code, stdout, stderr } = await kubectl(args, options)
      assert.notEqual(code, 0, `kubectl ${args.join(' ')} should have failed: ${stdout}`)
      return stderr
    },
    start: (args, { version = NEWEST, ...options } = {}) =>
      new RunningProgram([programPath('kubectl', version), ...args], { ...options, env: environment }),
    until: (namespace, name, holds, timeoutMs) => untilPod(client, { namespace, name, holds, timeoutMs }),
    [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
  }
}

/** Pods are refused until the controller has made the account that they run as. */
async function untilServiceAccount(client: Client, namespace: string): Promise<void> {
  const deadline = systemClock.now() + WAIT_TIMEOUT_MS
  for (;;) {
    try {
      return void (await client.get(ServiceAccount, { namespace, name: 'default' }))
    } catch (error) {
      if (!isRefusal(error, 'NotFound') || systemClock.now() > deadline) throw error
      await wait(systemClock, 10)
    }
  }
}

interface PodWait {
  readonly namespace: string
  readonly name: string
  readonly holds: (pod: Pod | undefined) => unknown
  readonly timeoutMs: number | undefined
}
async function untilPod(client: Client, { namespace, name, holds, timeoutMs = WAIT_TIMEOUT_MS }: PodWait): Promise<Pod | undefined> {
  const stop = AbortSignal.timeout(timeoutMs)
  const scope = { namespace, fieldSelector: `metadata.name=${name}` }
  const { items, metadata } = await client.list(Pod, scope)
  let pod = items[0]
  if (holds(pod)) return pod
  for await (const { type, object } of client.watch(Pod, { ...scope, resourceVersion: metadata.resourceVersion, signal: stop })) {
    pod = type === 'DELETED' ? undefined : object
    if (holds(pod)) return pod
  }
  throw new Error(`wait for pod ${namespace}/${name}: not within ${timeoutMs} ms: ${JSON.stringify(pod?.status, undefined, 1)}`)
}
