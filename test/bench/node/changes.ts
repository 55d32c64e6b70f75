/** How soon a node does what it is told, and tells what has happened: deletion, a changed ConfigMap, a container's end. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigMap } from '#kinds/core/config-map.ts'
import { isReady } from '#kinds/core/pod/facts.ts'
import { Pod } from '#kinds/core/pod.ts'
import type { BenchCluster } from '../cluster.ts'
import type { Figure } from '../figures.ts'

const NAMESPACE = 'changes'
const ROUNDS = 8
const TIMEOUT_MS = 120_000
const POLL_MS = 2
const DEAF_GRACE_SECONDS = 2
const wait = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

export async function changes(cluster: BenchCluster): Promise<readonly Figure[]> {
  await cluster.makeNamespace(NAMESPACE)
  const obeys = await rounds(i =>
    deletion(cluster, `obeys-${i}`, { script: 'trap "exit 0" TERM; echo > /tmp/up; sleep 1000 & wait', graceSeconds: 30 }),
  )
  const deaf = await rounds(i =>
    deletion(cluster, `deaf-${i}`, {
      script: 'trap "" TERM; echo > /tmp/up; while true; do sleep 1; done',
      graceSeconds: DEAF_GRACE_SECONDS,
    }),
  )
  const volume = await configMap(cluster)
  const ends = await rounds(i => ending(cluster, `ends-${i}`))
  const figure = (what: string, values: readonly number[], atMost: number): Figure => ({ what, values, unit: 'ms', goal: { atMost } })
  return [
    figure('deletion of a pod that ends when told to', obeys, 500),
    figure(`deletion of a pod that is deaf to it, grace ${DEAF_GRACE_SECONDS} s`, deaf, DEAF_GRACE_SECONDS * 1_000 + 500),
    figure('a change of a ConfigMap is in its volume', volume, 2_000),
    figure('the end of a container is in the status of its pod', ends, 1_000),
  ]
}
async function rounds(measure: (round: number) => Promise<number>): Promise<readonly number[]> {
  const values: number[] = []
  for (let i = 0; i < ROUNDS; i++) values.push(await measure(i))
  return values
}

const shell = (name: string, script: string, { spec = {}, container = {} }: { readonly spec?: object; readonly container?: object } = {}) =>
  ({
    metadata: { namespace: NAMESPACE, name },
    spec: { containers: [{ name: 'c', image: 'busybox', imagePullPolicy: 'Never', command: ['sh', '-c', script], ...container }], ...spec },
  }) as unknown as Partial<Pod>
/** The first version of the pod for which `holds`, and when it was seen; undefined stands for a pod that is gone. */
async function seen({ client }: BenchCluster, name: string, holds: (pod: Pod | undefined) => unknown) {
  const scope = { namespace: NAMESPACE, fieldSelector: `metadata.name=${name}` }
  const { items, metadata } = await client.list(Pod, scope)
  if (holds(items[0])) return { pod: items[0], at: performance.now() }
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  for await (const { type, object } of client.watch(Pod, { ...scope, resourceVersion: metadata.resourceVersion, signal })) {
    const pod = type === 'DELETED' ? undefined : object
    if (holds(pod)) return { pod, at: performance.now() }
  }
  throw new Error(`wait for pod "${name}": not within ${TIMEOUT_MS / 1_000} s`)
}

async function deletion(
  cluster: BenchCluster,
  name: string,
  { script, graceSeconds }: { readonly script: string; readonly graceSeconds: number },
) {
  // Ready when it has said what it does when told to end.
  const readinessProbe = { exec: { command: ['test', '-e', '/tmp/up'] }, periodSeconds: 1 }
  const spec = { terminationGracePeriodSeconds: graceSeconds }
  await cluster.client.create(Pod, shell(name, script, { spec, container: { readinessProbe } }))
  await seen(cluster, name, pod => pod && isReady(pod))
  const gone = seen(cluster, name, pod => pod === undefined)
  const begun = performance.now()
  await cluster.client.delete(Pod, { namespace: NAMESPACE, name })
  return (await gone).at - begun
}

/** Milliseconds from the order to change it until the file that containers read is another. */
async function configMap(cluster: BenchCluster): Promise<readonly number[]> {
  const { client, folder } = cluster
  const ref = { namespace: NAMESPACE, name: 'settings' }
  await client.create(ConfigMap, { metadata: ref, data: { key: 'first' } })
  const volumes = [{ name: 'settings', configMap: { name: 'settings' } }]
  const volumeMounts = [{ name: 'settings', mountPath: '/settings' }]
  const spec = { volumes, terminationGracePeriodSeconds: 0 }
  await client.create(Pod, shell('reads', 'sleep 1000', { spec, container: { volumeMounts } }))
  const { pod } = await seen(cluster, 'reads', one => one && isReady(one))
  const file = join(folder.node, 'pods', pod?.metadata.uid ?? '', 'volumes/kubernetes.io~configmap/settings/key')
  const values = await rounds(async i => {
    const begun = performance.now()
    await client.patch(ConfigMap, ref, 'merge', { data: { key: `value-${i}` } })
    while (readFileSync(file, 'utf8') !== `value-${i}`) await wait(POLL_MS)
    return performance.now() - begun
  })
  await client.delete(Pod, { namespace: NAMESPACE, name: 'reads' }, { gracePeriodSeconds: 0 })
  return values
}

/** Milliseconds from the sign to end until a watcher sees that it has. The container looks for the sign every 10 ms. */
async function ending(cluster: BenchCluster, name: string): Promise<number> {
  const path = join(cluster.folder.root, 'bench', name)
  mkdirSync(path, { recursive: true })
  const spec = { restartPolicy: 'Never', volumes: [{ name: 'shared', hostPath: { path } }] }
  const container = { volumeMounts: [{ name: 'shared', mountPath: '/shared' }] }
  await cluster.client.create(Pod, shell(name, 'until [ -e /shared/end ]; do sleep 0.01; done; exit 3', { spec, container }))
  await seen(cluster, name, pod => pod && isReady(pod))
  const ended = seen(cluster, name, pod => pod?.status.containerStatuses?.[0]?.state.terminated)
  await wait(POLL_MS)
  const begun = performance.now()
  writeFileSync(join(path, 'end'), '')
  const took = (await ended).at - begun
  await cluster.client.delete(Pod, { namespace: NAMESPACE, name }, { gracePeriodSeconds: 0 })
  return took
}
