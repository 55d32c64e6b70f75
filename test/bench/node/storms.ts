/** Probes of a full node, each container asked every second: what one costs Knarr. What the runtime and the containers need for it is not counted. */
import { globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Deployment } from '#kinds/apps/deployment.ts'
import type { BenchCluster } from '../cluster.ts'
import type { Figure } from '../figures.ts'
import { cpuSeconds } from '../process.ts'
import { deployment, ready, remove } from './deployments.ts'
import { PODS } from './full.ts'

const NAMESPACE = 'probes'
const HTTP_PORT = 8_080
const WINDOW_MS = 20_000
/** What the start of the pods costs is over by then. */
const SETTLE_MS = 10_000
/** A fifth of a core for as many probes a second as there are pods. */
const MS_PER_PROBE_MAX = 200 / PODS
const wait = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

interface Storm {
  readonly name: 'HTTP' | 'exec'
  readonly action: object
  /** How many probes have been answered so far. */
  readonly made: (cluster: BenchCluster) => number
}
const STORMS: readonly Storm[] = [
  {
    name: 'HTTP',
    action: { httpGet: { path: '/', port: HTTP_PORT } },
    made: ({ folder }) =>
      globSync(join(folder.node, 'logs', `${NAMESPACE}_http-*`, 'c/0.log'))
        .map(file => readFileSync(file, 'utf8').split('response:200').length - 1)
        .reduce((sum, count) => sum + count, 0),
  },
  {
    name: 'exec',
    action: { exec: { command: ['sh', '-c', 'echo >> /shared/made'] } },
    made: cluster => statSync(join(shared(cluster), 'made')).size,
  },
]
const shared = ({ folder }: BenchCluster) => join(folder.root, 'bench', 'storms')

export async function storms(cluster: BenchCluster): Promise<readonly Figure[]> {
  await cluster.makeNamespace(NAMESPACE)
  mkdirSync(shared(cluster), { recursive: true })
  writeFileSync(join(shared(cluster), 'made'), '')
  const figures: Figure[] = []
  for (const storm of STORMS) figures.push(...(await measure(cluster, storm)))
  return figures
}

async function measure(cluster: BenchCluster, { name, action, made }: Storm): Promise<readonly Figure[]> {
  const ref = { namespace: NAMESPACE, name: name.toLowerCase() }
  const command = ['sh', '-c', `echo hello > /tmp/index.html; exec busybox httpd -f -vv -h /tmp -p ${HTTP_PORT}`]
  // A machine that is too slow for all of them must not restart containers for it: readiness probes.
  const readinessProbe = { ...action, periodSeconds: 1, timeoutSeconds: 10, failureThreshold: 30 }
  const volumeMounts = [{ name: 'shared', mountPath: '/shared' }]
  const container = { name: 'c', image: 'busybox', imagePullPolicy: 'Never', command, readinessProbe, volumeMounts }
  const volumes = [{ name: 'shared', hostPath: { path: shared(cluster) } }]
  const wanted = deployment({ ...ref, replicas: PODS, spec: { terminationGracePeriodSeconds: 0, containers: [container], volumes } })
  await cluster.client.patch(Deployment, ref, 'apply', wanted, { fieldManager: 'bench' })
  await ready(cluster, { ...ref, replicas: PODS })
  await wait(SETTLE_MS)
  const before = { made: made(cluster), cpu: cpuSeconds(cluster.pid), at: performance.now() }
  await wait(WINDOW_MS)
  const count = made(cluster) - before.made
  const cpuMs = (cpuSeconds(cluster.pid) - before.cpu) * 1_000
  const rate = count / ((performance.now() - before.at) / 1_000)
  await remove(cluster, ref)
  return [
    { what: `${name} probes made, of ${PODS} a second that were asked for`, values: [rate], unit: '/s' },
    { what: `processor time per ${name} probe`, values: [cpuMs / count], unit: 'ms', goal: { atMost: MS_PER_PROBE_MAX } },
  ]
}
