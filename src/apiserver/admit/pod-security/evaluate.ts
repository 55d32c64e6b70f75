/** A pod held against one level and version of the Pod Security Standards. */
import { baseline } from './baseline.ts'
import type { Check, Subject, Violation } from './check.ts'
import type { Standard } from './policy.ts'
import { restricted } from './restricted.ts'

const selected = new Map<string, readonly Check[]>()

/** The checks of a level as they stood in a version: the latest form of each, without those that a stricter one replaces. */
function checksOf({ level, version }: Standard): readonly Check[] {
  if (level === 'privileged') return []
  const key = `${level} ${version}`
  const known = selected.get(key)
  if (known) return known
  const minor = version === 'latest' ? Number.POSITIVE_INFINITY : version
  const forms = (checks: readonly Check[]) => [
    ...new Map(checks.filter(({ since }) => since <= minor).map(check => [check.id, check])).values(),
  ]
  const strict = level === 'restricted' ? forms(restricted) : []
  const overridden = new Set(strict.map(({ overrides }) => overrides))
  const order = (a: Check, b: Check) => (a.id < b.id ? -1 : 1)
  const checks = [
    ...forms(baseline)
      .filter(({ id }) => !overridden.has(id))
      .sort(order),
    ...strict.sort(order),
  ]
  selected.set(key, checks)
  return checks
}

export const violations = (standard: Standard, subject: Subject): readonly Violation[] =>
  checksOf(standard).flatMap(({ test }) => test(subject) ?? [])
/** `privileged (container "x" must not …), hostPort (…)` */
export const details = (found: readonly Violation[]): string => found.map(({ reason, detail }) => `${reason} (${detail})`).join(', ')
export const reasons = (found: readonly Violation[]): string => found.map(({ reason }) => reason).join(', ')
