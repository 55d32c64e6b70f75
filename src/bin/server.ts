/** The serving process of a cluster: started in the background by `knarr up`, ended by SIGTERM. */
import { mkdirSync } from 'node:fs'
import { hostname } from 'node:os'
import { basename, dirname } from 'node:path'
import { systemClock as clock } from '#base/clock.ts'
import { type ClusterFolder, clusterFolder, forgetState, readSettings, type Settings, startTicksOf, writeState } from '#cli/cluster.ts'
import { kubeconfigOf } from '#client/kubeconfig.ts'
import { openLmdb } from '#store/engines/lmdb/engine.ts'
import { assembleControlPlane } from './control-plane.ts'
import { isPortFree } from './host/ports.ts'
import { machineAddresses } from './host/addresses.ts'
import { adminCredentials } from './host/credentials.ts'
import { writeKubeconfig } from './host/kubeconfig-file.ts'
import { processLog } from './log.ts'
import { startNode, startRuntime, stopRuntime } from './node.ts'
import { openPki } from './pki.ts'
import { progressTeller } from './progress.ts'
import { version } from './version.ts'

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
    await start(folder, settings, { log, teller, stack })
    teller.tell({ ready: true })
  } catch (error) {
    log.error({ error }, 'start failed')
    teller.tell({ failed: `start cluster "${folder.name}": ${(error as Error).message}` })
    await end(1)
  }
}

interface Parts {
  readonly log: ReturnType<typeof processLog>
  readonly teller: ReturnType<typeof progressTeller>
  readonly stack: AsyncDisposableStack
}

async function start(folder: ClusterFolder, settings: Settings, { log, teller, stack }: Parts): Promise<void> {
  const nodeName = hostname().toLowerCase()
  const addresses = machineAddresses()
  const isRoot = process.getuid?.() === 0
  const options = { clock, log, folder, settings }
  for (const path of [folder.pki, folder.store, folder.node, folder.runtime]) mkdirSync(path, { recursive: true, mode: 0o711 })
  // The runtime takes longest to come up and needs nothing of the rest.
  const runtime = isRoot ? teller.step('container runtime', () => startRuntime(options)) : undefined
  runtime?.catch(() => undefined)
  stack.defer(async () => {
    const isReady = await Promise.resolve(runtime).then(
      daemon => daemon && !hasStarted && daemon.wasStarted,
      () => false,
    )
    if (isReady) await stopRuntime(options)
  })
  let hasStarted = false

  const pki = await teller.step('certificates', () =>
    openPki({
      folder: folder.pki,
      serverHosts: [...SERVICE_NAMES, 'localhost', nodeName, '127.0.0.1', '::1', firstAddress(settings.serviceCidr), ...addresses],
      node: { name: nodeName, hosts: [nodeName, '127.0.0.1', ...addresses] },
      now: clock.now(),
    }),
  )
  const store = stack.use(await teller.step('store', () => openLmdb({ path: folder.store, clock })))
  const server = `https://127.0.0.1:${settings.port}`
  const plane = stack.use(
    assembleControlPlane({
      store,
      clock,
      log,
      authority: pki.authority.certificate,
      tokenKey: pki.tokenKey,
      kubelet: pki.kubeletClient,
      address: () => `127.0.0.1:${settings.port}`,
    }),
  )
  await teller.step('API server', async () => {
    await plane.api.listen({
      host: '0.0.0.0',
      port: settings.port,
      tls: { key: pki.server.key, cert: pki.server.certificate, ca: pki.authority.certificate },
    })
    writeState(folder, {
      pid: process.pid,
      startTicks: startTicksOf(process.pid) ?? 0,
      server,
      version,
      startedAt: clock.now(),
      node: isRoot ? 'real' : 'simulated',
    })
    writeKubeconfig(folder.kubeconfig, kubeconfigOf({ ...adminCredentials(folder), name: folder.name }))
  })
  await teller.step('controllers and scheduler', async () => {
    await plane.prepare()
    plane.run()
  })
  if (runtime) {
    const client = plane.clientOf(`system:node:${nodeName}`, ['system:nodes'])
    const daemon = await runtime
    await teller.step('node', async () => {
      const kubelet = stack.use(
        await startNode(options, { client, nodeName, addresses: addresses.slice(0, 1), runtime: daemon, pki, port: await kubeletPort() }),
      )
      await kubelet.ready
    })
  }
  hasStarted = true
}

/** The usual port, or any other when a cluster beside this one has it: the API server reads it off the Node. */
const kubeletPort = async (): Promise<number> => ((await isPortFree(KUBELET_PORT)) ? KUBELET_PORT : 0)
const KUBELET_PORT = 10_250
/** Under these names pods reach the API server. */
const SERVICE_NAMES = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local']
const firstAddress = (cidr: string): string => cidr.replace(/\.0\/\d+$/, '.1')
