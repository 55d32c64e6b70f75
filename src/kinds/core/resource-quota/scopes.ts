/** Which objects a quota is about: its scopes. Upstream: pkg/quota/v1/evaluator/core. */
import type { PersistentVolumeClaimSpec } from '../persistent-volume-claim-spec.ts'
import { qosClass } from '../pod/quality-of-service.ts'
import type { PodSpec } from '../pod-spec.ts'

interface Requirement {
  readonly scopeName: string
  readonly operator: string
  readonly values?: readonly string[]
}
interface Scoped {
  readonly scopes?: readonly string[]
  readonly scopeSelector?: { readonly matchExpressions?: readonly Requirement[] }
}
const requirementsOf = ({ scopes = [], scopeSelector }: Scoped): readonly Requirement[] => [
  ...scopes.map(scopeName => ({ scopeName, operator: 'Exists' })),
  ...(scopeSelector?.matchExpressions ?? []),
]

/** Whether all scopes hold. `resource`: `pods`, `persistentvolumeclaims`, …; objects of kinds without scopes are in quotas without scopes only. */
export function isInScopes(quota: Scoped, resource: string, { spec }: { readonly spec?: unknown }): boolean {
  return requirementsOf(quota).every(requirement => {
    if (resource === 'pods') return podIsIn(requirement, spec as PodSpec)
    if (resource !== 'persistentvolumeclaims' || requirement.scopeName !== 'VolumeAttributesClass') return false
    return compares(requirement, (spec as PersistentVolumeClaimSpec).volumeAttributesClassName)
  })
}
function podIsIn(requirement: Requirement, spec: PodSpec): boolean {
  switch (requirement.scopeName) {
    case 'Terminating':
      return isTerminating(spec)
    case 'NotTerminating':
      return !isTerminating(spec)
    case 'BestEffort':
      return qosClass(spec) === 'BestEffort'
    case 'NotBestEffort':
      return qosClass(spec) !== 'BestEffort'
    case 'PriorityClass':
      return compares(requirement, spec.priorityClassName)
    case 'CrossNamespacePodAffinity':
      return usesOtherNamespaces(spec)
    default:
      return false
  }
}
/** Here the word means that the pod has a deadline. */
const isTerminating = ({ activeDeadlineSeconds }: PodSpec) => activeDeadlineSeconds !== undefined && activeDeadlineSeconds >= 0
function compares({ operator, values = [] }: Requirement, value: string | undefined): boolean {
  const isThere = value !== undefined && value !== ''
  if (operator === 'Exists') return isThere
  if (operator === 'DoesNotExist') return !isThere
  return operator === 'In' ? isThere && values.includes(value) : !isThere || !values.includes(value)
}
function usesOtherNamespaces({ affinity }: PodSpec): boolean {
  return [affinity?.podAffinity, affinity?.podAntiAffinity].some(side =>
    [
      ...(side?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
      ...(side?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ podAffinityTerm }) => podAffinityTerm),
    ].some(({ namespaces, namespaceSelector }) => (namespaces?.length ?? 0) > 0 || namespaceSelector !== undefined),
  )
}
