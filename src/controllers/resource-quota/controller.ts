/** Counts what namespaces use of their quotas. New objects are charged by admission; what goes is found here. */
import { type Cluster, type Controller, watches, type Watched } from '#client/controller.ts'
import { discover } from '#client/discovery.ts'
import type { AnyKind } from '#kinds/catalogue.ts'
import { CronJob } from '#kinds/batch/cron-job.ts'
import { DaemonSet } from '#kinds/apps/daemon-set.ts'
import { Deployment } from '#kinds/apps/deployment.ts'
import { Job } from '#kinds/batch/job.ts'
import { ReplicaSet } from '#kinds/apps/replica-set.ts'
import { StatefulSet } from '#kinds/apps/stateful-set.ts'
import { ConfigMap } from '#kinds/core/config-map.ts'
import { PersistentVolumeClaim } from '#kinds/core/persistent-volume-claim.ts'
import { Pod } from '#kinds/core/pod.ts'
import { isTerminal } from '#kinds/core/pod/facts.ts'
import { ReplicationController } from '#kinds/core/replication-controller.ts'
import { ResourceQuota } from '#kinds/core/resource-quota.ts'
import { Secret } from '#kinds/core/secret.ts'
import { Service } from '#kinds/core/service.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { isEqual } from '#schema/json-value.ts'
import { countedResources, recount } from './recount.ts'

/** Kinds of which every change is heard; others are counted by asking the server. */
const HEARD: readonly AnyKind[] = [
  Pod,
  Service,
  PersistentVolumeClaim,
  ConfigMap,
  Secret,
  ReplicationController,
  ResourceQuota,
  ReplicaSet,
  Deployment,
  StatefulSet,
  DaemonSet,
  Job,
  CronJob,
]
/** Upstream's --resource-quota-sync-period. */
const RECOUNT_MS = 300_000
/** Objects of kinds that are not heard of may have gone. */
const RECOUNT_UNHEARD_MS = 5_000
/** An object that was charged for but not yet stored when this controller counted is found a moment later. */
const RECOUNT_AFTER_WRITE_MS = 1_000

const resourceOf = ({ group, options }: AnyKind): string => (group ? `${options.plural}.${group}` : options.plural)
const BY_RESOURCE = new Map(HEARD.map(kind => [resourceOf(kind), kind]))

/** Whether a change can make a quota's use smaller, or differ from what admission has charged. */
const CHANGES_USE: Readonly<Record<string, (before: never, after: never) => boolean>> = {
  pods: (before: Pod, after: Pod) => isTerminal(before) !== isTerminal(after) || !isEqual(before.spec, after.spec),
  services: (before: Service, after: Service) => !isEqual(before.spec, after.spec),
  persistentvolumeclaims: (before: PersistentVolumeClaim, after: PersistentVolumeClaim) => !isEqual(before.spec, after.spec),
  resourcequotas: () => false,
}
const heard = (kind: AnyKind): Watched => ({
  ...watches<{ metadata: { namespace?: string } }>(kind, ({ metadata: { namespace } }, mirrors) =>
    mirrors
      .of(ResourceQuota)
      .list(namespace)
      .filter(quota => countedResources(quota).includes(resourceOf(kind)))
      .map(({ metadata: { name = '' } }) => ({ namespace, name })),
  ),
  matters: (before, after) =>
    after === undefined || (before !== undefined && (CHANGES_USE[resourceOf(kind)]?.(before as never, after as never) ?? false)),
})

export const resourceQuotaController: Controller = {
  name: 'resourcequota-controller',
  reconciles: ResourceQuota,
  // Charges change what is used while their objects are still being stored: counting then would find less than there will be.
  matters: (before, after) => !after || !before || !isCountedAs(before as ResourceQuota, after as ResourceQuota),
  watches: HEARD.map(heard),
  concurrency: 5,
  act: async (ref, cluster) => {
    const { mirrors, client, clock } = cluster
    const quota = mirrors.of(ResourceQuota).get(ref)
    if (!quota || quota.metadata.deletionTimestamp) return undefined
    const resources = countedResources(quota)
    const objects = new Map<string, readonly object[]>()
    for (const resource of resources) objects.set(resource, await objectsOf(cluster, resource, ref.namespace ?? ''))
    const status = recount(quota, objects, clock.now())
    const later = resources.every(resource => BY_RESOURCE.has(resource)) ? RECOUNT_MS : RECOUNT_UNHEARD_MS
    if (isEqual(status, { hard: quota.status.hard ?? {}, used: quota.status.used ?? {} })) return later
    try {
      mirrors.of(ResourceQuota).learn(await client.update(ResourceQuota, { ...quota, status }, { subresource: 'status' }))
      return RECOUNT_AFTER_WRITE_MS
    } catch (error) {
      if (isRefusal(error, 'NotFound')) return undefined
      throw error
    }
  },
}
/** Neither what is wanted nor what was told of it has changed. */
const isCountedAs = (before: ResourceQuota, after: ResourceQuota): boolean =>
  isEqual(before.spec, after.spec) && isEqual(after.spec.hard ?? {}, after.status.hard ?? {})

async function objectsOf({ mirrors, client }: Cluster, resource: string, namespace: string): Promise<readonly object[]> {
  const kind = BY_RESOURCE.get(resource)
  if (kind) return mirrors.of<object>(kind).list(namespace)
  const found = (await discover(client)).find(one => resourceOf(one.kind) === resource)
  return found?.verbs.includes('list') ? (await client.list(found.kind, { namespace })).items : []
}
