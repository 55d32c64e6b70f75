/** A namespace's policy, read from its labels: which level of the Pod Security Standards is enforced, audited and warned of. */
import { pathAt } from '#schema/path.ts'
import type { Problem } from '#schema/vocabulary.ts'

const LEVELS = ['privileged', 'baseline', 'restricted'] as const
export type Level = (typeof LEVELS)[number]
export interface Standard {
  readonly level: Level
  /** `latest`, or the minor version. */
  readonly version: 'latest' | number
}
export interface Policy {
  readonly enforce: Standard
  readonly audit: Standard
  readonly warn: Standard
}
/** `restricted:latest`, `baseline:v1.30` */
export const standardText = ({ level, version }: Standard): string => `${level}:${version === 'latest' ? version : `v1.${version}`}`
export const isSame = (a: Standard, b: Standard): boolean => a.level === b.level && a.version === b.version
/** Above 0 when `a` is stricter than `b`. */
export const compareLevels = (a: Level, b: Level): number => LEVELS.indexOf(a) - LEVELS.indexOf(b)

const LABEL = 'pod-security.kubernetes.io/'
const PRIVILEGED: Standard = { level: 'privileged', version: 'latest' }

/** A policy is always given: what cannot be read counts as restricted for enforcement and as privileged for advice. */
export function policyOf(labels: Readonly<Record<string, string>> = {}): {
  readonly policy: Policy
  readonly problems: readonly Problem[]
} {
  const at = pathAt()
  const invalid = (label: string, message: string) => at.key('metadata').key('labels').entry(label).invalid(labels[label], message)
  const level = (mode: keyof Policy, onError: Level): Level | undefined => {
    const value = labels[`${LABEL}${mode}`]
    if (value === undefined) return undefined
    const known = LEVELS.find(one => one === value)
    if (!known) invalid(`${LABEL}${mode}`, `must be one of ${LEVELS.join(', ')}`)
    return known ?? onError
  }
  const version = (mode: keyof Policy): Standard['version'] | undefined => {
    const value = labels[`${LABEL}${mode}-version`]
    if (value === undefined || value === 'latest') return value
    const minor = /^v1\.(\d|[1-9]\d*)$/.exec(value)?.[1]
    if (minor === undefined) invalid(`${LABEL}${mode}-version`, 'must be "latest" or "v1.x"')
    return minor === undefined ? 'latest' : Number(minor)
  }
  const standard = (mode: keyof Policy, onError: Level): Standard => ({
    level: level(mode, onError) ?? PRIVILEGED.level,
    version: version(mode) ?? PRIVILEGED.version,
  })
  const enforce = standard('enforce', 'restricted')
  const audit = standard('audit', 'privileged')
  const warn = standard('warn', 'privileged')
  const isEnforceKnown = LEVELS.some(known => known === labels[`${LABEL}enforce`])
  // Who enforces without saying what to warn of is warned of the same.
  const isWarned = labels[`${LABEL}warn`] === undefined && isEnforceKnown && compareLevels(enforce.level, warn.level) > 0
  const followed = { level: enforce.level, version: labels[`${LABEL}warn-version`] === undefined ? enforce.version : warn.version }
  return { policy: { enforce, audit, warn: isWarned ? followed : warn }, problems: at.problems }
}
