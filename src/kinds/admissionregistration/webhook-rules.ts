/** What must hold for an admission webhook of either kind. Upstream: pkg/apis/admissionregistration/validation. */
import { isDns1035Label, isDns1123Subdomain, isQualifiedName } from '#kinds/meta/names.ts'
import type { Path } from '#schema/vocabulary.ts'
import { checkRules } from './rules.ts'

const TIMEOUT_MAX_SECONDS = 30
/** So that many conditions cannot slow down every request. */
const CONDITIONS_MAX = 64
const REVIEW_VERSIONS: readonly string[] = ['v1', 'v1beta1']

interface Webhook {
  readonly name: string
  readonly rules?: Parameters<typeof checkRules>[0]
  readonly sideEffects: string
  readonly timeoutSeconds: number
  readonly admissionReviewVersions: readonly string[] | null
  readonly matchConditions?: readonly Condition[]
}
export function checkWebhook(webhook: Webhook, at: Path): void {
  const { name, sideEffects, timeoutSeconds, matchConditions = [] } = webhook
  if (name) checkFullName(name, at.key('name'))
  checkRules(webhook.rules, at.key('rules'))
  if (sideEffects === 'Unknown' || sideEffects === 'Some') at.key('sideEffects').unsupported(sideEffects, ['None', 'NoneOnDryRun'])
  if (timeoutSeconds < 1 || timeoutSeconds > TIMEOUT_MAX_SECONDS)
    at.key('timeoutSeconds').invalid(timeoutSeconds, `the timeout value must be between 1 and ${TIMEOUT_MAX_SECONDS} seconds`)
  checkReviewVersions(webhook.admissionReviewVersions ?? [], at.key('admissionReviewVersions'))
  checkConditions(matchConditions, at.key('matchConditions'))
}
function checkFullName(name: string, at: Path): void {
  const wrong = isDns1123Subdomain(name)
  if (wrong) return at.invalid(name, wrong)
  if (name.split('.').length < 3) at.invalid(name, 'should be a domain with at least three segments separated by dots')
}
function checkReviewVersions(versions: readonly string[], at: Path): void {
  if (!versions.length) return at.required(`must specify one of ${REVIEW_VERSIONS.join(', ')}`)
  for (const [i, version] of versions.entries()) {
    const wrong = isDns1035Label(version)
    if (wrong) at.index(i).invalid(version, wrong)
    if (versions.indexOf(version) !== i) at.index(i).invalid(version, 'duplicate version')
  }
  if (!versions.some(version => REVIEW_VERSIONS.includes(version)))
    at.invalid(versions, `must include at least one of ${REVIEW_VERSIONS.join(', ')}`)
}

interface Condition {
  readonly name: string
  readonly expression: string
}
export function checkConditions(conditions: readonly Condition[], at: Path): void {
  if (conditions.length > CONDITIONS_MAX) at.tooMany(conditions.length, CONDITIONS_MAX)
  const names = conditions.map(({ name }) => name)
  for (const [i, { name, expression }] of conditions.entries()) {
    const here = at.index(i)
    if (!expression.trim()) here.key('expression').required()
    const wrong = name && isQualifiedName(name)
    if (!name) here.key('name').required()
    else if (wrong) here.key('name').invalid(name, wrong)
    if (name && names.indexOf(name) !== i) here.key('name').duplicate(name)
  }
}
