/** LimitRanger: containers get a namespace's default limits and requests; pods and claims must keep within its bounds. */
import { LimitRange } from '#kinds/core/limit-range.ts'
import type { PersistentVolumeClaim } from '#kinds/core/persistent-volume-claim.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { type Amounts, ofContainers } from '#kinds/core/pod/resources.ts'
import type { Draft } from '#schema/vocabulary.ts'
import type { Admission, AdmissionPlugin } from './admission.ts'
import { denied, is } from './denied.ts'
import { breachesOf, type LimitItem } from './limits.ts'

const ANNOTATION = 'kubernetes.io/limit-ranger'

export const limitRanger: AdmissionPlugin = {
  name: 'LimitRanger',
  concerns: isLimited,
  async mutate(admission) {
    if (!is(admission, 'pods') || admission.operation !== 'CREATE') return
    for (const { spec } of await rangesOf(admission)) for (const item of spec.limits ?? []) fillIn(admission.draft as Draft<Pod>, item)
  },
  async validate(admission) {
    const all = (await rangesOf(admission)).flatMap(({ spec }) => (spec.limits ?? []).flatMap(item => breachesIn(admission, item)))
    // Containers that are alike breach the same bounds in the same words.
    const breaches = [...new Set(all)]
    if (breaches.length) throw denied(admission, breaches.length === 1 ? (breaches[0] as string) : `[${breaches.join(', ')}]`)
  },
}

const rangesOf = ({ objects, target }: Admission) => objects.list(LimitRange, target.namespace)
/** Pods only when they are made or resized: nothing else changes what they ask for. */
function isLimited(admission: Admission): boolean {
  const { operation, draft } = admission
  if (operation !== 'CREATE' && operation !== 'UPDATE') return false
  if (operation === 'UPDATE' && draft.metadata.deletionTimestamp) return false
  return is(admission, 'pods') ? operation === 'CREATE' : is(admission, 'pods', 'resize') || is(admission, 'persistentvolumeclaims')
}

/** What a container does not say itself comes from the range, and the pod tells so in an annotation. */
function fillIn(pod: Draft<Pod>, { type, default: limits = {}, defaultRequest: requests = {} }: LimitItem): void {
  if (type !== 'Container') return
  const told: string[] = []
  for (const [containers, noun] of [
    [pod.spec.containers, 'container'],
    [pod.spec.initContainers, 'init container'],
  ] as const)
    for (const container of containers ?? []) {
      const resources = (container.resources ??= {})
      for (const [side, defaults, word] of [
        ['requests', requests, 'request'],
        ['limits', limits, 'limit'],
      ] as const) {
        const missing = Object.keys(defaults).filter(name => resources[side]?.[name] === undefined)
        if (missing.length === 0) continue
        resources[side] = { ...Object.fromEntries(missing.map(name => [name, defaults[name] as string])), ...resources[side] }
        told.push(`${missing.toSorted().join(', ')} ${word} for ${noun} ${container.name}`)
      }
    }
  if (told.length) pod.metadata.annotations = { ...pod.metadata.annotations, [ANNOTATION]: `LimitRanger plugin set: ${told.join('; ')}` }
}

function breachesIn(admission: Admission, item: LimitItem): readonly string[] {
  if (admission.target.resource === 'persistentvolumeclaims') {
    const { requests = {} } = (admission.draft as PersistentVolumeClaim).spec.resources
    return item.type === 'PersistentVolumeClaim' ? breachesOf(item, { requests, limits: undefined }) : []
  }
  const pod = admission.draft as Pod
  if (item.type === 'Pod') return breachesOf(item, { requests: wholeOf(pod, 'requests'), limits: wholeOf(pod, 'limits') })
  if (item.type !== 'Container') return []
  return [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].flatMap(({ resources }) =>
    breachesOf(item, { requests: resources?.requests ?? {}, limits: resources?.limits ?? {} }),
  )
}
/** What the containers ask for, or the pod as a whole of CPU and memory (KEP-2837); the overhead is not its own. */
function wholeOf({ spec }: Pod, side: 'requests' | 'limits'): Amounts {
  const own = Object.entries(spec.resources?.[side] ?? {}).filter(([name]) => name === 'cpu' || name === 'memory')
  return { ...ofContainers(spec, side), ...Object.fromEntries(own) }
}
