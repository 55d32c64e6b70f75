/** What a cluster costs that has ten pods and nothing to do. */
import { Pod } from '#kinds/core/pod.ts'
import { BenchCluster } from './cluster.ts'
import type { Bench } from './figures.ts'
import { isRunning, pausePod } from './pods.ts'
import { cpuSeconds, residentMegabytes } from './process.ts'

const PODS = 10
/** What a start leaves behind is given back within this time. */
const SETTLE_MS = 15_000
const WINDOW_MS = 10_000
const WINDOWS = 3
const wait = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

export const idle: Bench = {
  about: `memory and processor time of the Knarr process with ${PODS} pods and nothing to do`,
  run: async bundle => {
    await using cluster = await BenchCluster.start(bundle)
    const { client, pid } = cluster
    await cluster.makeNamespace('idle')
    for (let i = 0; i < PODS; i++) await client.create(Pod, pausePod(`pod-${i}`, 'idle'))
    while (!(await client.list(Pod, { namespace: 'idle' })).items.every(isRunning)) await wait(100)
    await wait(SETTLE_MS)
    const memory: number[] = []
    const processor: number[] = []
    for (let i = 0; i < WINDOWS; i++) {
      const before = cpuSeconds(pid)
      const begun = performance.now()
      await wait(WINDOW_MS)
      processor.push(((cpuSeconds(pid) - before) / (performance.now() - begun)) * 1_000 * 100)
      memory.push(residentMegabytes(pid))
    }
    return [
      { what: 'resident memory', values: memory, unit: 'MB', goal: { atMost: 150 } },
      { what: 'processor time, of one core', values: processor, unit: '%', goal: { atMost: 1 } },
    ]
  },
}
