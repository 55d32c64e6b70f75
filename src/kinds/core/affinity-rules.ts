/** Rules for where pods want to run relative to each other. Upstream: validatePodAffinityTerm, validateTopologySpreadConstraints. */
import { checkLabelName } from '#kinds/meta/label-rules.ts'
import { isDns1123Label } from '#kinds/meta/names.ts'
import type { Path } from '#schema/vocabulary.ts'

interface Selecting {
  readonly labelSelector?: {
    readonly matchLabels?: Readonly<Record<string, string>>
    readonly matchExpressions?: readonly { readonly key: string }[]
  }
  readonly matchLabelKeys?: readonly string[]
  readonly mismatchLabelKeys?: readonly string[]
}
interface Term extends Selecting {
  readonly namespaces?: readonly string[]
  readonly topologyKey: string
}
export function checkAffinityTerm(term: Term, at: Path): void {
  for (const namespace of term.namespaces ?? []) {
    const wrong = isDns1123Label(namespace)
    if (wrong) at.key('namespace').invalid(namespace, wrong)
  }
  checkKeys(term, 'matchLabelKeys', at)
  checkKeys(term, 'mismatchLabelKeys', at)
  for (const [i, key] of (term.matchLabelKeys ?? []).entries())
    if (term.mismatchLabelKeys?.includes(key))
      at.key('matchLabelKeys').index(i).invalid(key, 'exists in both matchLabelKeys and mismatchLabelKeys')
  if (!term.topologyKey) at.key('topologyKey').required('can not be empty')
  else checkLabelName(term.topologyKey, at.key('topologyKey'))
}
function checkKeys({ labelSelector, ...term }: Selecting, name: 'matchLabelKeys' | 'mismatchLabelKeys', at: Path): void {
  const keys = term[name] ?? []
  if (keys.length > 0 && !labelSelector) at.key(name).forbidden('must not be specified when labelSelector is not set')
  for (const [i, key] of keys.entries()) checkLabelName(key, at.key(name).index(i))
}

interface Spread extends Selecting {
  readonly maxSkew: number
  readonly topologyKey: string
  readonly whenUnsatisfiable: string
  readonly minDomains?: number
}
export function checkSpread(spread: Spread, at: Path): void {
  if (spread.maxSkew <= 0) at.key('maxSkew').invalid(spread.maxSkew, 'must be greater than zero')
  if (spread.topologyKey) checkLabelName(spread.topologyKey, at.key('topologyKey'))
  if (spread.minDomains !== undefined) {
    if (spread.minDomains <= 0) at.key('minDomains').invalid(spread.minDomains, 'must be greater than zero')
    if (spread.whenUnsatisfiable !== 'DoNotSchedule')
      at.key('minDomains').invalid(spread.minDomains, 'can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ScheduleAnyway')
  }
  checkKeys(spread, 'matchLabelKeys', at)
}
