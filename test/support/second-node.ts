/** A second real node for a cluster of tests: another kubelet on this machine, with a container runtime and a network of its own. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { dnsAddress } from '#apiserver/services/prepare.ts'
import { systemClock as clock } from '#base/clock.ts'
import { startRuntime } from '#bin/node.ts'
import { kubernetesVersion } from '#bin/version.ts'
import { rangesIn } from '#cli/node-ranges.ts'
import { startKubelet } from '#kubelet/kubelet.ts'
import { importTestImages, type TestImage } from '../node/images.ts'
import { freeSettings, log, type NodeCluster, scratchFolder } from './node-cluster.ts'

/** Resolves when the node is Ready. It must be disposed before its cluster. */
export async function joinSecondNode({ client }: NodeCluster, images: readonly TestImage[] = ['busybox']): Promise<AsyncDisposable> {
  await using stack = new AsyncDisposableStack()
  const folder = scratchFolder(stack)
  for (const path of [folder.node, folder.runtime]) mkdirSync(path, { recursive: true, mode: 0o711 })
  const settings = await freeSettings(folder.name)
  // Nobody answers there: pods on this node use the machine's resolver.
  const clusterDNS = dnsAddress(rangesIn(settings.serviceCidr))
  await startRuntime({ clock, log, folder, settings, clusterDNS })
  const runtimeSocket = join(folder.runtime, 'containerd.sock')
  await importTestImages(runtimeSocket, images)
  const nodeName = `${folder.name}-node`
  const { gitVersion: version } = kubernetesVersion
  const kubelet = await startKubelet({
    client,
    clock,
    log,
    nodeName,
    dataFolder: folder.node,
    runtimeSocket,
    cluster: folder.name,
    version,
  })
  stack.use(kubelet)
  await kubelet.ready
  return stack.move()
}
