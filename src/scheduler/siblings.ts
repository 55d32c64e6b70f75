/** Which pods belong together: what the services and the controller of a pod select. Upstream: helper.DefaultSelector. */
import type { Mirrors } from '#client/mirrors.ts'
import { ReplicaSet } from '#kinds/apps/replica-set.ts'
import { StatefulSet } from '#kinds/apps/stateful-set.ts'
import { controllerOf } from '#kinds/core/pod/facts.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { ReplicationController } from '#kinds/core/replication-controller.ts'
import { Service } from '#kinds/core/service.ts'
import { isEmptySelector, type Selector, selects } from '#kinds/meta/selecting.ts'

type Labels = Readonly<Record<string, string>>

/** Mirrors of all that selects pods, and what they select together. */
export function siblingsFrom(mirrors: Mirrors) {
  const services = mirrors.of(Service)
  const sets = mirrors.of(ReplicaSet)
  const statefulSets = mirrors.of(StatefulSet)
  const controllers = mirrors.of(ReplicationController)
  const ofController = (pod: Pod): { readonly labels?: Labels | undefined; readonly selector?: Selector | undefined } => {
    const owner = controllerOf(pod)
    if (!owner) return {}
    const ref = { namespace: pod.metadata.namespace, name: owner.name }
    switch (`${owner.apiVersion} ${owner.kind}`) {
      case 'v1 ReplicationController':
        return { labels: controllers.get(ref)?.spec.selector }
      case 'apps/v1 ReplicaSet':
        return { selector: sets.get(ref)?.spec.selector }
      case 'apps/v1 StatefulSet':
        return { selector: statefulSets.get(ref)?.spec.selector }
      default:
        return {}
    }
  }
  const siblings = (pod: Pod): Selector | undefined => {
    const ofServices = services
      .list(pod.metadata.namespace)
      .map(({ spec }) => ({ matchLabels: spec?.selector ?? {} }))
      .filter(selector => !isEmptySelector(selector) && selects(selector, pod.metadata.labels))
    const { labels = {}, selector: { matchLabels: own = {}, matchExpressions = [] } = {} } = ofController(pod)
    const together = {
      matchLabels: Object.assign({}, ...ofServices.map(({ matchLabels }) => matchLabels), labels) as Labels,
      // Beside those of services, which they may contradict: then nobody is meant. A ReplicationController overrules them.
      matchExpressions: [...Object.entries(own).map(([key, value]) => ({ key, operator: 'In', values: [value] })), ...matchExpressions],
    }
    return isEmptySelector(together) ? undefined : together
  }
  return { siblings, ready: Promise.all([services, sets, statefulSets, controllers].map(mirror => mirror.ready)) }
}
