/** From creating a pod until a watcher sees it running, beside the calls to the container runtime that it takes at least. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Pod } from '#kinds/core/pod.ts'
import { connectRuntime, type Runtime } from '#kubelet/runtime/cri/client.ts'
import { BenchCluster } from './cluster.ts'
import type { Bench } from './figures.ts'
import { IMAGE, isRunning, pausePod } from './pods.ts'

const ROUNDS = 12
const AT_ONCE = 20
const AT_ONCE_ROUNDS = 2
const TIMEOUT_MS = 120_000

export const podStart: Bench = {
  about: 'time from creating a pod with a present image until it is seen running',
  run: async bundle => {
    await using cluster = await BenchCluster.start(bundle)
    using runtime = connectRuntime(join(cluster.folder.runtime, 'containerd.sock'))
    await cluster.makeNamespace('start')
    const single = { pods: [] as number[], bare: [] as number[] }
    const many = { pods: [] as number[], bare: [] as number[] }
    // The first of each kind warms caches up and is not counted.
    await startPods(cluster, ['warm'])
    await startBare(cluster, runtime, ['warm'])
    for (let i = 0; i < ROUNDS; i++) {
      single.bare.push(await startBare(cluster, runtime, [`one-${i}`]))
      single.pods.push(await startPods(cluster, [`one-${i}`]))
    }
    for (let i = 0; i < AT_ONCE_ROUNDS; i++) {
      const names = Array.from({ length: AT_ONCE }, (_, k) => `many-${i}-${k}`)
      many.bare.push(await startBare(cluster, runtime, names))
      many.pods.push(await startPods(cluster, names))
    }
    const ratios = single.pods.map((pod, i) => pod / (single.bare[i] as number))
    return [
      { what: 'one pod', values: single.pods, unit: 'ms', yardstick: { what: 'bare CRI calls', values: single.bare } },
      { what: 'one pod, beside bare CRI calls', values: ratios, unit: '×', goal: { atMost: 1.5 } },
      {
        what: `${AT_ONCE} pods at once, the last`,
        values: many.pods,
        unit: 'ms',
        yardstick: { what: 'bare CRI calls', values: many.bare },
      },
    ]
  },
}

/** Milliseconds until the last one is seen running; then they are deleted. */
async function startPods({ client }: BenchCluster, names: readonly string[]): Promise<number> {
  const watching = new AbortController()
  const signal = AbortSignal.any([watching.signal, AbortSignal.timeout(TIMEOUT_MS)])
  const { metadata } = await client.list(Pod, { namespace: 'start' })
  const waiting = new Set(names)
  const begun = performance.now()
  let tookMs = Number.NaN
  const seen = (async () => {
    for await (const { object } of client.watch(Pod, { namespace: 'start', resourceVersion: metadata.resourceVersion, signal })) {
      if (isRunning(object)) waiting.delete(object.metadata.name ?? '')
      if (waiting.size === 0) break
    }
    if (waiting.size > 0) throw new Error(`start pods: not running within ${TIMEOUT_MS / 1_000} s: ${[...waiting].join(', ')}`)
    tookMs = performance.now() - begun
  })()
  await Promise.all(names.map(name => client.create(Pod, pausePod(name, 'start'))))
  await seen
  watching.abort()
  for (const name of names) await client.delete(Pod, { namespace: 'start', name }, { gracePeriodSeconds: 0 })
  while ((await client.list(Pod, { namespace: 'start' })).items.length > 0) await new Promise(resolve => setTimeout(resolve, 50))
  return tookMs
}

/** The same sandboxes and containers by hand: milliseconds until the last one is started; then they are removed. */
export async function startBare({ folder }: BenchCluster, runtime: Runtime, names: readonly string[]): Promise<number> {
  const logDirectory = join(folder.node, 'logs', 'bare')
  const begun = performance.now()
  const sandboxes = await Promise.all(
    names.map(async name => {
      const config = {
        metadata: { name, namespace: 'bare', uid: `bare-${name}`, attempt: 0 },
        hostname: name,
        logDirectory: join(logDirectory, name),
        dnsConfig: { servers: ['127.0.0.1'], searches: [], options: [] },
        linux: {
          cgroupParent: `/knarr/${folder.name}/bare/${name}`,
          securityContext: { namespaceOptions: { network: 0, pid: 1, ipc: 0 } },
        },
      }
      mkdirSync(config.logDirectory, { recursive: true })
      const { podSandboxId } = await runtime.runPodSandbox({ config })
      const { containerId } = await runtime.createContainer({
        podSandboxId: podSandboxId ?? '',
        config: { metadata: { name: 'c', attempt: 0 }, image: { image: IMAGE }, logPath: 'c.log', linux: { resources: { cpuShares: 2 } } },
        sandboxConfig: config,
      })
      await runtime.startContainer({ containerId: containerId ?? '' })
      return podSandboxId ?? ''
    }),
  )
  const tookMs = performance.now() - begun
  for (const podSandboxId of sandboxes) {
    await runtime.stopPodSandbox({ podSandboxId })
    await runtime.removePodSandbox({ podSandboxId })
  }
  return tookMs
}
