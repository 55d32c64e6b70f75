/** Rules for quotas. Upstream: ValidateResourceQuotaSpec. */
import { isEqual } from '#schema/json-value.ts'
import type { Path } from '#schema/vocabulary.ts'
import { checkAmount, checkQuotaResourceName, isStandardForQuota } from '../resource-names.ts'

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

/** What a scope can limit, where it does not fit every resource. */
const POD_MEASURES = ['pods', 'cpu', 'memory', 'limits.cpu', 'limits.memory', 'requests.cpu', 'requests.memory']
const LIMITS: Readonly<Record<string, readonly string[]>> = {
  Terminating: POD_MEASURES,
  NotTerminating: POD_MEASURES,
  NotBestEffort: POD_MEASURES,
  PriorityClass: POD_MEASURES,
  CrossNamespacePodAffinity: POD_MEASURES,
  BestEffort: ['pods'],
  VolumeAttributesClass: ['persistentvolumeclaims', 'requests.storage'],
}

export function checkQuota(spec: QuotaView, at: Path, before?: QuotaView): void {
  for (const [name, amount] of Object.entries(spec.hard ?? {})) {
    checkQuotaResourceName(name, at.key('hard').entry(name))
    checkAmount(name, amount, at.key('hard').entry(name))
  }
  const names = Object.keys(spec.hard ?? {})
    .filter(isStandardForQuota)
    .toSorted()
  const { scopes = [], scopeSelector } = spec
  const here = at.key('scopes')
  for (const scope of scopes) {
    if (!SCOPES.includes(scope)) here.invalid(scopes, 'unsupported scope')
    for (const name of names) if (!fits(scope, name)) here.invalid(scopes, 'unsupported scope applied to resource')
  }
  checkOpposites(scopes, here, scopes)
  const required = scopeSelector?.matchExpressions ?? []
  const expressions = at.key('scopeSelector').key('matchExpressions')
  for (const one of required) {
    if (!SCOPES.includes(one.scopeName)) expressions.key('scopeName').invalid(one.scopeName, 'unsupported scope')
    for (const name of names)
      if (!fits(one.scopeName, name)) expressions.invalid(shownSelector(required), 'unsupported scope applied to resource')
    checkRequirement(one, expressions)
  }
  checkOpposites(
    required.map(one => one.scopeName),
    expressions,
    spec.scopes ?? null,
  )
  if (before && !isEqual([...scopes].sort(), [...(before.scopes ?? [])].sort())) here.invalid(scopes, 'field is immutable')
}
const fits = (scope: string, name: string) => LIMITS[scope]?.includes(name) ?? true
/** As upstream shows its own form of it. */
const shownSelector = (required: readonly Requirement[]) => ({
  MatchExpressions: required.map(({ scopeName, operator, values = null }) => ({
    ScopeName: scopeName,
    Operator: operator,
    Values: values,
  })),
})
function checkOpposites(scopes: readonly string[], at: Path, shown: unknown): void {
  for (const [one, other] of OPPOSITES) if (scopes.includes(one) && scopes.includes(other)) at.invalid(shown, 'conflicting scopes')
}
function checkRequirement({ scopeName, operator, values = [] }: Requirement, at: Path): void {
  if (ONLY_EXISTS.has(scopeName) && operator !== 'Exists')
    at.key('operator').invalid(
      operator,
      "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity",
    )
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) at.key('values').required("must be at least one value when `operator` is 'In' or 'NotIn' for scope selector")
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0)
      at.key('values').invalid(values, "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector")
  } else at.key('operator').invalid(operator, 'not a valid selector operator')
}
