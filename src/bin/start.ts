/** A whole cluster in this process: control plane and, as root, this machine as a node. */
import { mkdirSync } from 'node:fs'
import { hostname } from 'node:os'
import { dnsAddress, kubernetesAddress } from '#apiserver/services/prepare.ts'
import { systemClock as clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import { startTicksOf } from '#base/processes.ts'
import { type ClusterFolder, type Settings, writeState } from '#cli/cluster.ts'
import { kubeconfigOf } from '#client/kubeconfig.ts'
import { familiesIn, linkAddresses, rangesIn } from '#cli/node-ranges.ts'
import { openLmdb } from '#store/engines/lmdb/engine.ts'
import { assembleControlPlane, type ControlPlane } from './control-plane.ts'
import { furtherNodes, startFurtherNode } from './further-node.ts'
import { machineAddresses, reachableAt } from './host/addresses.ts'
import { adminCredentials } from './host/credentials.ts'
import { writeKubeconfig } from './host/kubeconfig-file.ts'
import { runtimeFor, startNode } from './node.ts'
import { openPki } from './pki.ts'
import type { Teller } from './progress.ts'
import { startSimulated } from './simulated.ts'
import { version } from './version.ts'

export interface Parts {
  readonly log: Log
  readonly teller: Pick<Teller, 'step'>
  /** Gets what is to be ended with the process; containers and their runtime live on. */
  readonly stack: AsyncDisposableStack
  /** The script of this program, which also serves further nodes. */
  readonly program: string
  /** Called when the store has failed for good: the process must end, and may be started again. */
  readonly storeFailed?: (error: Error) => void
}

/** Resolves when the API answers, controllers run, and this machine, when root runs it, is a Ready node. */
export async function startCluster(
  folder: ClusterFolder,
  settings: Settings,
  { log, teller, stack, program, storeFailed }: Parts,
): Promise<ControlPlane> {
  const nodeName = hostname().toLowerCase()
  const isRoot = process.getuid?.() === 0
  const families = familiesIn(settings.podCidr)
  const [podRanges, serviceRanges] = [settings.podCidr, settings.serviceCidr].map(rangesIn) as [readonly string[], readonly string[]]
  const ofFamilies = families.map(machineAddresses)
  const clusterDNS = dnsAddress(serviceRanges)
  const { addresses, machine } = reachableAt(ofFamilies, clusterDNS)
  if (families[0] === 6 && !ofFamilies[0]?.length)
    throw new Error('pods have IPv6 addresses first, but this machine has none beside loopback: give it one, or name a range of IPv4 first')
  const options = { clock, log, folder, settings, clusterDNS }
  const further = isRoot ? furtherNodes(folder, settings) : []
  const hosts = [...addresses, ...(further.length ? linkAddresses(settings.podCidr, 1) : [])]
  for (const path of [folder.pki, folder.store, folder.node, folder.runtime]) mkdirSync(path, { recursive: true, mode: 0o711 })
  // The runtime takes longest to come up and needs nothing of the rest.
  const runtime = isRoot ? runtimeFor(options, stack) : undefined
  const started = runtime && teller.step('container runtime', () => runtime.daemon)
  started?.catch(() => undefined)

  const pki = await teller.step('certificates', () =>
    openPki({
      folder: folder.pki,
      serverHosts: [...SERVICE_NAMES, 'localhost', nodeName, '127.0.0.1', '::1', kubernetesAddress(serviceRanges), ...hosts],
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
      endpoint: () => ({ address: addresses[0], port: settings.port }),
      serviceRanges,
      podRanges,
      ...(settings.runtimeConfig && { runtimeConfig: settings.runtimeConfig }),
      ...(settings.controllers && { controllers: settings.controllers }),
      ...(settings.schedulerConfiguration && { schedulerConfiguration: settings.schedulerConfiguration }),
      hasDns: isRoot,
    }),
  )
  await teller.step('API server', async () => {
    await plane.api.listen({
      // The kernel takes connections of IPv4 on the address of IPv6 as well.
      host: families.includes(6) ? '::' : '0.0.0.0',
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
  if (runtime && started) {
    const { certificate, key } = pki.kubeletServer
    await startNode(options, {
      clientOf: (user, groups) => plane.clientOf(user, groups),
      nodeName,
      addresses: machine,
      runtime: started,
      tls: { certificate, key, clientAuthority: pki.authority.certificate },
      teller,
      stack,
    })
    for (const node of further)
      await teller.step(`node ${node.number}`, async () => {
        stack.use(await startFurtherNode({ clock, log, program, cluster: folder, node, settings, machine }))
      })
  }
  if (settings.simulatedNodes > 0) {
    const client = plane.clientOf('system:simulated-nodes', ['system:masters'])
    await teller.step(`${settings.simulatedNodes} simulated node${settings.simulatedNodes === 1 ? '' : 's'}`, async () => {
      stack.use(await startSimulated({ client, clock, log, pki, count: settings.simulatedNodes }))
    })
  }
  runtime?.keep()
  return plane
}

/** Under these names pods reach the API server. */
const SERVICE_NAMES = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local']
