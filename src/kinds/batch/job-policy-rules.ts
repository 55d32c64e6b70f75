/** The rules of a job's policies for failure and success. Upstream: pkg/apis/batch/validation. */
import { internalForm } from '#kinds/internal-form.ts'
import { isQualifiedName } from '#kinds/meta/names.ts'
import { OMITTED, type Path } from '#schema/vocabulary.ts'
import type { JobSpec } from './job-spec.ts'
import type { PodFailurePolicyOnExitCodesRequirement, PodFailurePolicyRule } from './pod-failure-policy.ts'

/** So that each failed pod is compared with few things. */
const RULES_MAX = 20
const EXIT_CODES_MAX = 255
const PATTERNS_MAX = 20
/** So that a list of indexes stays readable in one status. */
const INDEXES_BYTES_MAX = 64 * 1024

export function checkPodFailurePolicy(spec: JobSpec, at: Path): void {
  const rules = spec.podFailurePolicy?.rules ?? []
  if (rules.length > RULES_MAX) at.key('rules').tooMany(rules.length, RULES_MAX)
  const { containers, initContainers } = spec.template.spec
  const names = new Set([...(containers ?? []), ...(initContainers ?? [])].map(({ name }) => name))
  for (const [i, rule] of rules.entries()) checkFailureRule(rule, at.key('rules').index(i), { spec, names })
}
function checkFailureRule(rule: PodFailurePolicyRule, at: Path, { spec, names }: { spec: JobSpec; names: ReadonlySet<string> }): void {
  const { action, onExitCodes, onPodConditions = [] } = rule
  if (action === 'FailIndex' && spec.backoffLimitPerIndex === undefined)
    at.key('action').invalid(action, 'requires the backoffLimitPerIndex to be set')
  if (onExitCodes) checkExitCodes(onExitCodes, at.key('onExitCodes'), names)
  if (onPodConditions.length > PATTERNS_MAX) at.key('onPodConditions').tooMany(onPodConditions.length, PATTERNS_MAX)
  for (const [i, { type, status }] of onPodConditions.entries()) {
    const here = at.key('onPodConditions').index(i)
    const wrong = type && isQualifiedName(type)
    if (wrong) here.key('type').invalid(type, wrong)
    if (!['True', 'False', 'Unknown'].includes(status)) here.key('status').unsupported(status, ['False', 'True', 'Unknown'])
  }
  if (onExitCodes && onPodConditions.length) at.invalid(OMITTED, 'specifying both OnExitCodes and OnPodConditions is not supported')
  if (!onExitCodes && !onPodConditions.length) at.invalid(OMITTED, 'specifying one of OnExitCodes and OnPodConditions is required')
}
function checkExitCodes({ containerName, operator, values }: PodFailurePolicyOnExitCodesRequirement, at: Path, names: ReadonlySet<string>) {
  const codes = values ?? []
  if (codes.length === 0) at.key('values').invalid(codes, 'at least one value is required')
  if (codes.length > EXIT_CODES_MAX) at.key('values').tooMany(codes.length, EXIT_CODES_MAX)
  const isOrdered = codes.every((code, i) => i === 0 || (codes[i - 1] as number) <= code)
  for (const [i, code] of codes.entries()) {
    if (operator === 'In' && code === 0) at.key('values').index(i).invalid(code, 'must not be 0 for the In operator')
    if (codes.indexOf(code) !== i) at.key('values').index(i).duplicate(code)
  }
  if (!isOrdered) at.key('values').invalid(codes, 'must be ordered')
  if (containerName !== undefined && !names.has(containerName))
    at.key('containerName').invalid(containerName, 'must be one of the container or initContainer names in the pod template')
}

export function checkSuccessPolicy(spec: JobSpec, at: Path): void {
  const { successPolicy, completions = 0 } = spec
  if (!successPolicy) return
  if (spec.completionMode !== 'Indexed')
    return at.invalid(
      internalForm({ rules: (successPolicy.rules ?? []).map(rule => internalForm(rule, ['succeededIndexes', 'succeededCount'])) }, [
        'rules',
      ]),
      'requires indexed completion mode',
    )
  const rules = successPolicy.rules ?? []
  if (rules.length === 0) at.key('rules').required('at least one rules must be specified when the successPolicy is specified')
  if (rules.length > RULES_MAX) at.key('rules').tooMany(rules.length, RULES_MAX)
  for (const [i, { succeededCount, succeededIndexes }] of rules.entries()) {
    const here = at.key('rules').index(i)
    if (succeededCount === undefined && succeededIndexes === undefined)
      here.required('at least one of succeededCount or succeededIndexes must be specified')
    let total = 0
    if (succeededIndexes !== undefined) {
      if (succeededIndexes.length > INDEXES_BYTES_MAX) here.key('succeededIndexes').tooLong(INDEXES_BYTES_MAX)
      const counted = countIndexes(succeededIndexes, completions)
      if (typeof counted === 'string') here.key('succeededIndexes').invalid(succeededIndexes, `error parsing succeededIndexes: ${counted}`)
      else total = counted
    }
    if (succeededCount !== undefined && succeededCount > completions)
      here
        .key('succeededCount')
        .invalid(succeededCount, `must be less than or equal to ${completions} (the number of specified completions)`)
    if (succeededCount !== undefined && succeededIndexes !== undefined && succeededCount > total)
      here
        .key('succeededCount')
        .invalid(succeededCount, `must be less than or equal to ${total} (the number of indexes in the specified succeededIndexes field)`)
  }
}
/** How many indexes `1,3-5` names, or what is wrong with the text. */
function countIndexes(text: string, completions: number): number | string {
  let total = 0
  let last = -1
  if (!text) return 0
  for (const part of text.split(',')) {
    const limits = part.split('-')
    if (limits.length > 2)
      return `the fragment "${part}" violates the requirement that an index interval can have at most two parts separated by '-'`
    const numbers = limits.map(limit => (/^\d+$/.test(limit) ? Number(limit) : Number.NaN))
    const bad = limits.find((_, i) => Number.isNaN(numbers[i]))
    if (bad !== undefined) return `cannot convert string to integer for index: "${bad}"`
    const [first = 0, end = first] = numbers
    const beyond = numbers.find(number => number >= completions)
    if (beyond !== undefined) return `too large index: "${beyond}"`
    if (first <= last) return `non-increasing order, previous: ${last}, current: ${first}`
    if (limits.length === 2 && first >= end) return `non-increasing order, previous: ${first}, current: ${end}`
    total += end - first + 1
    last = end
  }
  return total
}
