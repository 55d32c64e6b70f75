/** Which pods belong together: what the services and the controller of a pod select. Upstream: helper.DefaultSelector. */
import type { Mirrors } from '#client/mirrors.ts'
import { ReplicaSet } from '#kinds/apps/replica-set.ts'
import { StatefulSet } from '#kinds/apps/stateful-set.ts'
import { controllerOf } from '#kinds/core/pod/facts.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { ReplicationController } from '#kinds/core/replication-controller.ts'
import { Service } from '#kinds/core/service.ts'
import { isEmptySelector, type Selector, selects } from '#kinds/meta/selecting.ts'

/** Mirrors of all that selects pods, and what they select together. */
export function siblingsFrom(mirrors: Mirrors) {
  const services = mirrors.of(Service)
  const sets = mirrors.of(ReplicaSet)
  const statefulSets = mirrors.of(StatefulSet)
  const controllers = mirrors.of(ReplicationController)
  const controllerSelector = (pod: Pod): Selector | undefined => {
    const owner = controllerOf(pod)
    if (!owner) return undefined
    const ref = { namespace: pod.metadata.namespace, name: owner.name }
    if (owner.apiVersion === 'v1' && owner.kind === 'ReplicationController') {
      const matchLabels = controllers.get(ref)?.spec.selector
      return matchLabels && { matchLabels }
    }
    if (!owner.apiVersion.startsWith('apps/')) return undefined
    if (owner.kind === 'ReplicaSet') return sets.get(ref)?.spec.selector
    return owner.kind === 'StatefulSet' ? statefulSets.get(ref)?.spec.selector : undefined
  }
  const siblings = (pod: Pod): Selector | undefined => {
    const ofServices = services
      .list(pod.metadata.namespace)
      .map(({ spec }) => ({ matchLabels: spec?.selector ?? {} }))
      .filter(selector => !isEmptySelector(selector) && selects(selector, pod.metadata.labels))
    const all: readonly Selector[] = [...ofServices, controllerSelector(pod) ?? {}]
    const together = {
      matchLabels: Object.assign({}, ...all.map(({ matchLabels }) => matchLabels)) as Record<string, string>,
      matchExpressions: all.flatMap(({ matchExpressions }) => matchExpressions ?? []),
    }
    return isEmptySelector(together) ? undefined : together
  }
  return { siblings, ready: Promise.all([services, sets, statefulSets, controllers].map(mirror => mirror.ready)) }
}
