/** A whole cluster in this process: control plane and, as root, this machine as a node. */
import { mkdirSync } from 'node:fs'
import { hostname } from 'node:os'
import { dnsAddress } from '#apiserver/services/prepare.ts'
import { systemClock as clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import { type ClusterFolder, type Settings, startTicksOf, writeState } from '#cli/cluster.ts'
import { kubeconfigOf } from '#client/kubeconfig.ts'
import { openLmdb } from '#store/engines/lmdb/engine.ts'
import { startClusterDns } from './cluster-dns.ts'
import { assembleControlPlane, type ControlPlane } from './control-plane.ts'
import { machineAddresses } from './host/addresses.ts'
import { adminCredentials } from './host/credentials.ts'
import { writeKubeconfig } from './host/kubeconfig-file.ts'
import { startNode, startRuntime, startServices, stopRuntime } from './node.ts'
import { openPki } from './pki.ts'
import type { Teller } from './progress.ts'
import { startSimulated } from './simulated.ts'
import { version } from './version.ts'

export interface Parts {
  readonly log: Log
  readonly teller: Pick<Teller, 'step'>
  /** Gets what is to be ended with the process; containers and their runtime live on. */
  readonly stack: AsyncDisposableStack
  /** Called when the store has failed for good: the process must end, and may be started again. */
  readonly storeFailed?: (error: Error) => void
}

/** Resolves when the API answers, controllers run, and this machine, when root runs it, is a Ready node. */
export async function startCluster(
  folder: ClusterFolder,
  settings: Settings,
  { log, teller, stack, storeFailed }: Parts,
): Promise<ControlPlane> {
  const nodeName = hostname().toLowerCase()
  const addresses = machineAddresses()
  const isRoot = process.getuid?.() === 0
  const clusterDNS = dnsAddress([settings.serviceCidr])
  const options = { clock, log, folder, settings, clusterDNS }
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
  const store = stack.use(
    await teller.step('store', () => openLmdb({ path: folder.store, clock, ...(storeFailed && { failed: storeFailed }) })),
  )
  const server = `https://127.0.0.1:${settings.port}`
  const plane = stack.use(
    assembleControlPlane({
      store,
      clock,
      log,
      authority: pki.authority.certificate,
      authorityKey: pki.authority.key,
      tokenKey: pki.tokenKey,
      kubelet: pki.kubeletClient,
      endpoint: () => ({ address: addresses[0] ?? '127.0.0.1', port: settings.port }),
      serviceRanges: [settings.serviceCidr],
      podRanges: [settings.podCidr],
      ...(settings.runtimeConfig && { runtimeConfig: settings.runtimeConfig }),
      ...(settings.controllers && { controllers: settings.controllers }),
      ...(settings.schedulerConfiguration && { schedulerConfiguration: settings.schedulerConfiguration }),
      hasDns: isRoot,
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
    const dns = {
      client: plane.clientOf('system:kube-dns', ['system:masters']),
      clock,
      log,
      address: clusterDNS,
      ranges: [settings.podCidr, settings.serviceCidr],
    }
    await teller.step(
      'cluster DNS',
      async () => stack.use(await startClusterDns(dns)),
      ({ problem }) => problem,
    )
    const nodeClient = client
    stack.use(
      startServices(options, {
        client: plane.clientOf('system:kube-proxy', []),
        nodeClient,
        policyClient: plane.clientOf('system:network-policies', ['system:masters']),
        publishing: plane.clientOf('system:published-ports', ['system:masters']),
        nodeName,
        servedLocally: [clusterDNS],
      }),
    )
    await teller.step('node', async () => {
      const kubelet = stack.use(
        await startNode(options, { client, nodeName, addresses: addresses.slice(0, 1), runtime: daemon, pki, port: KUBELET_PORT }),
      )
      await kubelet.ready
    })
  }
  if (settings.simulatedNodes > 0) {
    const client = plane.clientOf('system:simulated-nodes', ['system:masters'])
    await teller.step(`${settings.simulatedNodes} simulated node${settings.simulatedNodes === 1 ? '' : 's'}`, async () => {
      stack.use(await startSimulated({ client, clock, log, pki, count: settings.simulatedNodes }))
    })
  }
  hasStarted = true
  return plane
}

/** The usual port; a kubelet takes any other one when a cluster beside this one has it, and the API server reads it off the Node. */
const KUBELET_PORT = 10_250
/** Under these names pods reach the API server. */
const SERVICE_NAMES = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local']
const firstAddress = (cidr: string): string => cidr.replace(/\.0\/\d+$/, '.1')
