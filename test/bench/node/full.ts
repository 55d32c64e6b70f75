/** From one apply until all pods of a full node run, and what Knarr costs with them. */
import { join } from 'node:path'
import { Deployment } from '#kinds/apps/deployment.ts'
import { connectRuntime } from '#kubelet/runtime/cri/client.ts'
import type { BenchCluster } from '../cluster.ts'
import type { Figure } from '../figures.ts'
import { startBare } from '../pod-start.ts'
import { pausePod } from '../pods.ts'
import { cpuSeconds, residentMegabytes } from '../process.ts'
import { deployment, ready, remove } from './deployments.ts'

/** Upstream: maxPods. */
export const PODS = 110
const NAMESPACE = 'full'
/** What a start leaves behind is given back within this time. */
const SETTLE_MS = 15_000
const WINDOW_MS = 10_000
const WINDOWS = 3
const wait = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

export async function full(cluster: BenchCluster): Promise<readonly Figure[]> {
  const { client, pid } = cluster
  await cluster.makeNamespace(NAMESPACE)
  using runtime = connectRuntime(join(cluster.folder.runtime, 'containerd.sock'))
  const bare = await startBare(
    cluster,
    runtime,
    Array.from({ length: PODS }, (_, i) => `bare-${i}`),
  )
  const before = cpuSeconds(pid)
  const begun = performance.now()
  const wanted = deployment({ namespace: NAMESPACE, name: 'web', replicas: PODS, spec: pausePod('web', NAMESPACE).spec as object })
  await client.patch(Deployment, { namespace: NAMESPACE, name: 'web' }, 'apply', wanted, { fieldManager: 'bench' })
  await ready(cluster, { namespace: NAMESPACE, name: 'web', replicas: PODS })
  const took = (performance.now() - begun) / 1_000
  const perPod = ((cpuSeconds(pid) - before) / PODS) * 1_000
  const peak = residentMegabytes(pid)
  await wait(SETTLE_MS)
  const memory: number[] = []
  const processor: number[] = []
  for (let i = 0; i < WINDOWS; i++) {
    processor.push(await processorPercent(pid, WINDOW_MS))
    memory.push(residentMegabytes(pid))
  }
  const gone = performance.now()
  await remove(cluster, { namespace: NAMESPACE, name: 'web' })
  return [
    {
      what: `${PODS} pods Running after one apply`,
      values: [took],
      unit: 's',
      goal: { atMost: 40 },
      yardstick: { what: 'bare CRI calls', values: [bare / 1_000] },
    },
    { what: "Knarr's processor time per pod that starts", values: [perPod], unit: 'ms' },
    { what: 'resident memory as the last one runs', values: [peak], unit: 'MB' },
    { what: 'resident memory with them', values: memory, unit: 'MB', goal: { atMost: 250 } },
    { what: 'processor time with them and nothing to do, of one core', values: processor, unit: '%', goal: { atMost: 3 } },
    { what: `${PODS} pods gone after their owner is deleted`, values: [(performance.now() - gone) / 1_000], unit: 's' },
  ]
}

/** Of one core, over a time. */
export async function processorPercent(pid: number, ms: number): Promise<number> {
  const before = cpuSeconds(pid)
  const begun = performance.now()
  await wait(ms)
  return ((cpuSeconds(pid) - before) / (performance.now() - begun)) * 100_000
}
