/** A full node: how fast it fills from one order, what it costs at rest and under probes, and how soon it does what it is told. */
import { join } from 'node:path'
import { loadImages } from '#kubelet/images/load.ts'
import { testImage } from '../node/images.ts'
import { BenchCluster } from './cluster.ts'
import type { Bench } from './figures.ts'
import { changes } from './node/changes.ts'
import { full } from './node/full.ts'
import { storms } from './node/storms.ts'

export const node: Bench = {
  about: 'a node with as many pods as it takes: start, cost, probes, deletion, changes',
  run: async bundle => {
    await using cluster = await BenchCluster.start(bundle)
    const socket = join(cluster.folder.runtime, 'containerd.sock')
    await loadImages({ file: await testImage('busybox'), socket, scratchFolder: cluster.folder.root })
    return [...(await changes(cluster)), ...(await full(cluster)), ...(await storms(cluster))]
  },
}
