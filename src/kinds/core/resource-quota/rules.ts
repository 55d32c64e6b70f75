/** Rules for quotas. Upstream: ValidateResourceQuotaSpec. */
import { isEqual } from '#schema/json-value.ts'
import type { Path } from '#schema/vocabulary.ts'
import { checkAmount, checkQuotaResourceName } from '../resource-names.ts'

interface QuotaView {
  readonly hard?: Readonly<Record<string, string>>
  readonly scopes?: readonly string[]
  readonly scopeSelector?: { readonly matchExpressions?: readonly Requirement[] }
}
interface Requirement {
  readonly scopeName: string
  readonly operator: string
  readonly values?: readonly string[]
}
const SCOPES = [
  'BestEffort',
  'CrossNamespacePodAffinity',
  'NotBestEffort',
  'NotTerminating',
  'PriorityClass',
  'Terminating',
  'VolumeAttributesClass',
]
/** Pods are in one or in the other. */
const OPPOSITES = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
] as const
const ONLY_EXISTS = new Set(['BestEffort', 'NotBestEffort', 'Terminating', 'NotTerminating', 'CrossNamespacePodAffinity'])

export function checkQuota(spec: QuotaView, at: Path, before?: QuotaView): void {
  for (const [name, amount] of Object.entries(spec.hard ?? {})) {
    checkQuotaResourceName(name, at.key('hard').entry(name))
    checkAmount(name, amount, at.key('hard').entry(name))
  }
  checkScopes(spec.scopes ?? [], at.key('scopes'))
  const required = spec.scopeSelector?.matchExpressions ?? []
  const expressions = at.key('scopeSelector').key('matchExpressions')
  checkScopes(
    required.map(one => one.scopeName),
    expressions,
  )
  for (const one of required) checkRequirement(one, expressions)
  if (before && !isEqual([...(spec.scopes ?? [])].sort(), [...(before.scopes ?? [])].sort()))
    at.key('scopes').invalid(spec.scopes ?? [], 'field is immutable')
}
function checkScopes(scopes: readonly string[], at: Path): void {
  for (const scope of scopes) if (!SCOPES.includes(scope)) at.invalid(scopes, 'unsupported scope')
  for (const [one, other] of OPPOSITES) if (scopes.includes(one) && scopes.includes(other)) at.invalid(scopes, 'conflicting scopes')
}
function checkRequirement({ scopeName, operator, values = [] }: Requirement, at: Path): void {
  if (ONLY_EXISTS.has(scopeName) && operator !== 'Exists')
    at.key('operator').invalid(
      operator,
      "must be 'Exist' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity",
    )
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) at.key('values').required("must be at least one value when `operator` is 'In' or 'NotIn' for scope selector")
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0)
      at.key('values').invalid(values, "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector")
  } else at.key('operator').invalid(operator, 'not a valid selector operator')
}
