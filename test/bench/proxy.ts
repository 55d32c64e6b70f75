/** Services: what their rules cost, and what traffic through them gets. */
import { fork } from 'node:child_process'
import { request } from 'node:http'
import { join } from 'node:path'
import { Deployment } from '#kinds/apps/deployment.ts'
import { isReady } from '#kinds/core/pod/facts.ts'
import { Pod } from '#kinds/core/pod.ts'
import { Service } from '#kinds/core/service.ts'
import { loadImages } from '#kubelet/images/load.ts'
import { connectRuntime } from '#kubelet/runtime/cri/client.ts'
import { testImage } from '../node/images.ts'
import { HTTP_PORT, server } from '../support/agnhost.ts'
import { BenchCluster } from './cluster.ts'
import type { Bench, Figure } from './figures.ts'
import { Load } from './proxy/load.ts'

const NAMESPACE = 'services'
const ROUNDS = 5
const MEBIBYTES = 512
const NC_PORT = 9_000
const TIMEOUT_MS = 120_000

export const proxy: Bench = {
  about: 'services: rules at two sizes, throughput, the first packet through a new one, a rolling update under load',
  run: async bundle => {
    const rules = await ruleFigures()
    await using cluster = await BenchCluster.start(bundle)
    const socket = join(cluster.folder.runtime, 'containerd.sock')
    await loadImages({ file: await testImage('agnhost'), socket, scratchFolder: cluster.folder.root })
    await cluster.makeNamespace(NAMESPACE)
    return [...rules, ...(await throughput(cluster, socket)), await firstPacket(cluster), ...(await rollingUpdate(cluster))]
  },
}

/** In a network of its own, where thousands of services are nobody's. */
function ruleFigures(): Promise<readonly Figure[]> {
  const program = new URL('proxy/rules.ts', import.meta.url).pathname
  const child = fork(program, {
    execPath: 'unshare',
    execArgv: ['--net', 'sh', '-c', 'ip link set lo up && exec "$0" --expose-gc "$@"', process.execPath],
  })
  return new Promise((resolve, reject) => {
    child.once('message', figures => resolve(figures as readonly Figure[]))
    child.once('exit', code => reject(new Error(`measure service rules: exit code ${code}`)))
  })
}

const start = ({ client }: BenchCluster, pod: Partial<Pod>) =>
  client.create(Pod, { ...pod, metadata: { ...pod.metadata, namespace: NAMESPACE } })
async function ready({ client }: BenchCluster, name: string): Promise<Pod> {
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  const scope = { namespace: NAMESPACE, fieldSelector: `metadata.name=${name}` }
  const { items, metadata } = await client.list(Pod, scope)
  if (items[0] && isReady(items[0])) return items[0]
  for await (const { object } of client.watch(Pod, { ...scope, resourceVersion: metadata.resourceVersion, signal }))
    if (isReady(object)) return object
  throw new Error(`start pod "${name}": not ready within ${TIMEOUT_MS / 1_000} s`)
}
const serviceOf = ({ client }: BenchCluster, name: string, port: object): Promise<Service> =>
  client.create(Service, {
    metadata: { name, namespace: NAMESPACE },
    spec: { selector: { app: name }, ports: [port] },
  } as unknown as Partial<Service>)

/** From one pod to another, by its own address and through a service, in turns. */
async function throughput(cluster: BenchCluster, socket: string): Promise<readonly Figure[]> {
  const send = `while true; do nc -l -p ${NC_PORT} -e dd if=/dev/zero bs=1M count=${MEBIBYTES} 2>/dev/null; done`
  const shell = (script: string) => ({ command: ['sh', '-c', script], readinessProbe: undefined })
  await start(cluster, server({ name: 'sender', labels: { app: 'sender' }, container: shell(send) }))
  await start(cluster, server({ name: 'receiver', container: shell('sleep 1000000') }))
  const [{ status }] = await Promise.all([ready(cluster, 'sender'), ready(cluster, 'receiver')])
  const { spec } = await serviceOf(cluster, 'sender', { port: NC_PORT })
  using runtime = connectRuntime(socket)
  const { containers } = await runtime.listContainers({ filter: { labelSelector: { 'io.kubernetes.pod.name': 'receiver' } } })
  const containerId = containers?.[0]?.id ?? ''
  const receive = async (address: string): Promise<number> => {
    // The time of starting the program is in both of the figures that are compared.
    for (const end = performance.now() + TIMEOUT_MS; performance.now() < end; ) {
      const begun = performance.now()
      const { stdout } = await runtime.execSync({
        containerId,
        cmd: ['sh', '-c', `nc ${address} ${NC_PORT} </dev/null | wc -c`],
        timeout: 60,
      })
      const tookMs = performance.now() - begun
      // Between two connections nobody listens for a moment.
      if (Number(Buffer.from(stdout ?? '').toString()) === MEBIBYTES * 2 ** 20) return (MEBIBYTES * 2 ** 20) / 1_000 / tookMs
    }
    throw new Error(`receive from ${address}: not all of it within ${TIMEOUT_MS / 1_000} s`)
  }
  const direct: number[] = []
  const through: number[] = []
  await receive(status.podIP ?? '')
  for (let i = 0; i < ROUNDS; i++) {
    direct.push(await receive(status.podIP ?? ''))
    through.push(await receive(spec.clusterIP ?? ''))
  }
  return [
    {
      what: 'megabytes per second through a cluster address',
      values: through,
      unit: '/s',
      yardstick: { what: 'pod to pod', values: direct },
    },
    {
      what: 'of the throughput from pod to pod',
      values: through.map((one, i) => (100 * one) / (direct[i] as number)),
      unit: '%',
      goal: { atLeast: 90 },
    },
  ]
}

const hostname = (host: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const asked = request({ host, port: 80, path: '/hostname', agent: false, timeout: 1_000 }, async response => {
      const chunks: Buffer[] = []
      for await (const chunk of response) chunks.push(chunk as Buffer)
      resolve(Buffer.concat(chunks).toString())
    })
    asked
      .on('error', reject)
      .on('timeout', () => asked.destroy(new Error('timed out')))
      .end()
  })

/** From the moment when a watcher sees the pod Ready. */
async function firstPacket(cluster: BenchCluster): Promise<Figure> {
  const values: number[] = []
  for (let i = 0; i < ROUNDS; i++) {
    const app = `first-${i}`
    const { spec } = await serviceOf(cluster, app, { port: 80, targetPort: HTTP_PORT })
    await start(cluster, server({ name: app, labels: { app } }))
    await ready(cluster, app)
    const begun = performance.now()
    while ((await hostname(spec.clusterIP ?? '').catch(() => '')) !== app) await new Promise(resolve => setTimeout(resolve, 1))
    values.push(performance.now() - begun)
  }
  return { what: 'first answer through a new service after its pod is Ready', values, unit: 'ms', goal: { atMost: 200 } }
}

/** Half of the connections are kept, half are new for each request. */
async function rollingUpdate(cluster: BenchCluster): Promise<readonly Figure[]> {
  const { client } = cluster
  const app = 'rolling'
  const pod = server({
    name: '',
    labels: { app },
    args: ['netexec', '--delay-shutdown=1'],
    container: { lifecycle: { preStop: { sleep: { seconds: 2 } } } },
    spec: { terminationGracePeriodSeconds: 30 },
  })
  const template = { metadata: { labels: { app } }, spec: pod.spec }
  await client.create(Deployment, {
    metadata: { name: app, namespace: NAMESPACE },
    spec: { replicas: 3, selector: { matchLabels: { app } }, template },
  } as unknown as Partial<Deployment>)
  const { spec } = await serviceOf(cluster, app, { port: 80, targetPort: HTTP_PORT })
  const isDone = async () => {
    const { metadata, status } = await client.get(Deployment, { namespace: NAMESPACE, name: app })
    const { updatedReplicas, availableReplicas, replicas, observedGeneration } = status
    return observedGeneration === metadata.generation && updatedReplicas === 3 && availableReplicas === 3 && replicas === 3
  }
  const done = async () => {
    while (!(await isDone())) await new Promise(resolve => setTimeout(resolve, 50))
  }
  await done()
  const load = new Load(spec.clusterIP ?? '', 1_000)
  await load.until(1_000)
  const annotations = { 'example.com/restarted': 'once' }
  await client.patch(Deployment, { namespace: NAMESPACE, name: app }, 'merge', { spec: { template: { metadata: { annotations } } } })
  await done()
  // Until the last of the old pods has gone.
  await load.until(load.sent + 5_000)
  const { sent, failed, tookMs } = await load.end()
  return [
    {
      what: `requests lost of ${sent} in a rolling update`,
      values: [failed.length],
      unit: '/s',
      goal: { atMost: 0 },
      note: failed.slice(0, 3).join('; ') || 'none',
    },
    { what: 'requests in that time', values: [(sent / tookMs) * 1_000], unit: '/s', goal: { atLeast: 950 } },
  ]
}
