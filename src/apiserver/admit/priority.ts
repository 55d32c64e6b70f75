/** Priority: a pod's priority is that of its class, and there is at most one default class. */
import type { Pod } from '#kinds/core/pod.ts'
import { PriorityClass } from '#kinds/scheduling/priority-class.ts'
import type { Draft } from '#schema/vocabulary.ts'
import type { Objects } from '../resources/objects.ts'
import type { Admission, AdmissionPlugin } from './admission.ts'
import { denied, is } from './denied.ts'

export const priority: AdmissionPlugin = {
  name: 'Priority',
  concerns: admission => is(admission, 'pods') || is(admission, 'priorityclasses.scheduling.k8s.io'),
  async mutate(admission) {
    if (!is(admission, 'pods')) return
    const { spec } = admission.draft as Draft<Pod>
    if (admission.operation === 'CREATE') await settle(admission, spec)
    // Who updates a pod without having seen its priority does not take it away.
    else if (admission.operation === 'UPDATE') {
      const before = (admission.before as Pod).spec
      if (spec.priority === undefined && before.priority !== undefined) spec.priority = before.priority
      if (spec.preemptionPolicy === undefined && before.preemptionPolicy !== undefined) spec.preemptionPolicy = before.preemptionPolicy
    }
  },
  async validate(admission) {
    const { operation } = admission
    if (!is(admission, 'priorityclasses.scheduling.k8s.io') || (operation !== 'CREATE' && operation !== 'UPDATE')) return
    const wanted = admission.draft as PriorityClass
    const present = wanted.globalDefault ? await defaultClass(admission.objects) : undefined
    if (present && (operation === 'CREATE' || present.metadata.name !== wanted.metadata.name))
      throw denied(admission, `PriorityClass ${present.metadata.name} is already marked as default. Only one default can exist`)
  },
}

async function settle(admission: Admission, spec: Draft<Pod>['spec']): Promise<void> {
  const name = spec.priorityClassName
  const found = name ? await admission.objects.get(PriorityClass, { name }) : await defaultClass(admission.objects)
  if (name && !found) throw denied(admission, `no PriorityClass with name ${name} was found`)
  if (found?.metadata.name) spec.priorityClassName = found.metadata.name
  const value = found?.value ?? 0
  if (spec.priority !== undefined && spec.priority !== value)
    throw denied(
      admission,
      `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`,
    )
  spec.priority = value
  const policy = found ? found.preemptionPolicy : 'PreemptLowerPriority'
  if (policy === undefined) return
  if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== policy)
    throw denied(
      admission,
      `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${policy} from the given PriorityClass name`,
    )
  spec.preemptionPolicy = policy
}
/** Should two have slipped in at once, the lower one counts. */
async function defaultClass(objects: Objects): Promise<PriorityClass | undefined> {
  const all = (await objects.list(PriorityClass)).filter(({ globalDefault }) => globalDefault)
  return all.reduce<PriorityClass | undefined>((lowest, one) => (lowest && lowest.value <= one.value ? lowest : one), undefined)
}
