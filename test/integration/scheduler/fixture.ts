/** What tests of the scheduler share: waiting for what the cluster shows, and namespaces in which pods can be made. */
import { systemClock } from '#base/clock.ts'
import { Mirror } from '#client/mirror.ts'
import { condition } from '#kinds/core/pod/facts.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { ServiceAccount } from '#kinds/core/service-account.ts'
import type { KindClass } from '#kinds/declare.ts'
import type { TestCluster } from '#test/support/cluster.ts'

/** Resolves with the objects of the kind in the namespace as soon as they are as wanted. */
export async function once<T>(
  { client }: TestCluster,
  kind: KindClass<T>,
  { namespace, until }: { readonly namespace: string; readonly until: (objects: readonly T[]) => boolean },
): Promise<readonly T[]> {
  await using mirror = new Mirror(client, kind, { clock: systemClock, namespace })
  return await new Promise(resolve => mirror.onChange(() => until(mirror.list()) && resolve(mirror.list())))
}
/** A namespace of its own, as soon as it has its service account. */
export async function readyNamespace(cluster: TestCluster, base: string): Promise<string> {
  const namespace = await cluster.namespace(base)
  await once(cluster, ServiceAccount, { namespace, until: accounts => accounts.length > 0 })
  return namespace
}
/** Why the named pod has no node. */
export function refusalOf(pods: readonly Pod[], name: string): string | undefined {
  const pod = pods.find(({ metadata }) => metadata.name === name)
  return pod && condition(pod, 'PodScheduled')?.message
}
