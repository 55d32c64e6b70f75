/** Probes of a full node, each container asked every second: what that costs Knarr. What the runtime and the containers need for it is not counted. */
import { Deployment } from '#kinds/apps/deployment.ts'
import type { BenchCluster } from '../cluster.ts'
import type { Figure } from '../figures.ts'
import { deployment, ready, remove } from './deployments.ts'
import { PODS, processorPercent } from './full.ts'

const NAMESPACE = 'probes'
const HTTP_PORT = 8_080
const WINDOW_MS = 20_000
/** What the start of the pods costs is over by then. */
const SETTLE_MS = 10_000
const wait = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

const STORMS = {
  HTTP: { httpGet: { path: '/', port: HTTP_PORT } },
  exec: { exec: { command: ['true'] } },
} as const

export async function storms(cluster: BenchCluster): Promise<readonly Figure[]> {
  await cluster.makeNamespace(NAMESPACE)
  const figures: Figure[] = []
  for (const [name, action] of Object.entries(STORMS)) figures.push(await storm(cluster, name, action))
  return figures
}

async function storm(cluster: BenchCluster, name: string, action: object): Promise<Figure> {
  const ref = { namespace: NAMESPACE, name: name.toLowerCase() }
  const command = ['sh', '-c', `echo hello > /tmp/index.html; exec busybox httpd -f -h /tmp -p ${HTTP_PORT}`]
  // A machine that is too slow for all of them must not restart containers for it: readiness probes.
  const readinessProbe = { ...action, periodSeconds: 1, timeoutSeconds: 10, failureThreshold: 30 }
  const container = { name: 'c', image: 'busybox', imagePullPolicy: 'Never', command, readinessProbe }
  const wanted = deployment({ ...ref, replicas: PODS, spec: { terminationGracePeriodSeconds: 0, containers: [container] } })
  await cluster.client.patch(Deployment, ref, 'apply', wanted, { fieldManager: 'bench' })
  await ready(cluster, { ...ref, replicas: PODS })
  await wait(SETTLE_MS)
  const processor = await processorPercent(cluster.pid, WINDOW_MS)
  await remove(cluster, ref)
  return {
    what: `processor time with ${PODS} ${name} probes a second, of one core`,
    values: [processor],
    unit: '%',
    goal: { atMost: 20 },
  }
}
