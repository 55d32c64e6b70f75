/** Deployments of a bench: made, waited for, and taken away with their pods. */
import { Deployment } from '#kinds/apps/deployment.ts'
import { Pod } from '#kinds/core/pod.ts'
import type { BenchCluster } from '../cluster.ts'

const POLL_MS = 50
const TIMEOUT_MS = 300_000
const wait = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

export interface Named {
  readonly namespace: string
  readonly name: string
}
export const deployment = ({ namespace, name, replicas, spec }: Named & { readonly replicas: number; readonly spec: object }) => {
  const labels = { app: name }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace, name },
    spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
  }
}
/** Throws when they are not ready in time. */
export async function ready({ client }: BenchCluster, { replicas, ...ref }: Named & { readonly replicas: number }): Promise<void> {
  const begun = performance.now()
  while ((await client.get(Deployment, ref)).status?.readyReplicas !== replicas) {
    if (performance.now() - begun > TIMEOUT_MS)
      throw new Error(`wait for ${replicas} pods of Deployment "${ref.name}": not ready within ${TIMEOUT_MS / 1_000} s`)
    await wait(POLL_MS)
  }
}
/** Resolves when none of its pods is left. */
export async function remove({ client }: BenchCluster, ref: Named): Promise<void> {
  await client.delete(Deployment, ref, { propagationPolicy: 'Foreground' })
  while ((await client.list(Pod, { namespace: ref.namespace })).items.length > 0) await wait(POLL_MS)
}
