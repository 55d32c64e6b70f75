/** What must hold for a certificate request and for what is decided about it. Upstream: pkg/apis/certificates/validation and pkg/registry/certificates. */
import { decodeBase64 } from '#base/base64.ts'
import { formatSeconds } from '#base/rfc3339.ts'
import { isDns1123Label, isDns1123Subdomain } from '#kinds/meta/names.ts'
import type { Draft, Path } from '#schema/vocabulary.ts'

const LEGACY_SIGNER = 'kubernetes.io/legacy-unknown'
/** Shorter ones would be renewed all the time. */
const EXPIRATION_MIN_SECONDS = 600
const SIGNER_PATH_MAX = 571

/** Upstream: k8s.io/api/certificates/v1, KeyUsage. */
const USAGES: readonly string[] = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
]

interface Request {
  readonly request: string
  readonly signerName: string
  readonly expirationSeconds?: number
  readonly usages?: readonly string[]
}
export function checkRequest({ request, signerName, expirationSeconds, usages = [] }: Request, at: Path, before?: Request): void {
  if (!isRequest(request)) at.key('request').invalid(request || null, 'PEM block type must be CERTIFICATE REQUEST')
  if (!usages.length) at.key('usages').required()
  const seen = new Set<string>()
  for (const [i, usage] of usages.entries()) {
    if (!USAGES.includes(usage)) at.key('usages').index(i).unsupported(usage, USAGES)
    if (seen.has(usage)) at.key('usages').index(i).duplicate(usage)
    seen.add(usage)
  }
  // Those of old, from before this version of the API, stay.
  if (signerName === LEGACY_SIGNER && before?.signerName !== LEGACY_SIGNER)
    at.key('signerName').invalid(signerName, 'the legacy signerName is not allowed via this API version')
  else if (signerName) checkSignerName(signerName, at.key('signerName'))
  if (expirationSeconds !== undefined && expirationSeconds < EXPIRATION_MIN_SECONDS)
    at.key('expirationSeconds').invalid(expirationSeconds, 'may not specify a duration less than 600 seconds (10 minutes)')
}
function isRequest(base64: string): boolean {
  const text = new TextDecoder().decode(decodeBase64(base64))
  return /-----BEGIN (NEW )?CERTIFICATE REQUEST-----[\s\S]+-----END (NEW )?CERTIFICATE REQUEST-----/.test(text)
}
/** `example.com/signer`: a domain of at least two parts, and a path. */
export function checkSignerName(name: string, at: Path): void {
  const words = "must be a fully qualified domain and path of the form 'example.com/signer-name'"
  const [domain = '', path, ...more] = name.split('/')
  if (path === undefined || more.length) return at.invalid(name, words)
  if (name.length > SIGNER_PATH_MAX) at.tooLong(SIGNER_PATH_MAX)
  for (const part of domain.split('.')) {
    const wrong = isDns1123Label(part)
    if (wrong) at.invalid(domain, `validating label "${part}": ${wrong}`)
  }
  for (const part of path.split('.')) {
    const wrong = isDns1123Subdomain(part)
    if (wrong) at.invalid(path, `validating label "${part}": ${wrong}`)
  }
  if (domain.split('.').length < 2) at.invalid(name, 'should be a domain with at least two segments separated by dots')
}

interface Condition {
  readonly type: string
  readonly status: string
  readonly lastUpdateTime?: string
  readonly lastTransitionTime?: string
}
interface Status {
  readonly conditions?: readonly Condition[]
  readonly certificate?: string
}
export function checkStatus({ conditions = [] }: Status, at: Path): void {
  const types = conditions.map(({ type }) => type)
  for (const [i, { type, status }] of conditions.entries()) {
    const here = at.key('conditions').index(i)
    if (!type) here.key('type').required()
    const isDecision = type === 'Approved' || type === 'Denied' || type === 'Failed'
    if (!status) here.key('status').required()
    else if (isDecision && status !== 'True') here.key('status').unsupported(status, ['True'])
    if (types.indexOf(type) !== i) here.key('type').duplicate(type)
    if (type === 'Denied' && types.includes('Approved') && types.indexOf('Approved') < i)
      here.key('type').invalid(type, 'Approved and Denied conditions are mutually exclusive')
    if (type === 'Approved' && types.includes('Denied') && types.indexOf('Denied') < i)
      here.key('type').invalid(type, 'Approved and Denied conditions are mutually exclusive')
  }
}

const isVerdict = ({ type }: Condition) => type === 'Approved' || type === 'Denied'
/** Through `status`, signers report; verdicts that they send are put back to what they were. */
export function keptConditions<C extends Condition>(next: readonly C[], before: readonly C[], subresource: string): C[] {
  if (subresource !== 'status') return [...next]
  return next.map(condition => (isVerdict(condition) && before.find(({ type }) => type === condition.type)) || condition)
}
/** Verdicts and failures stay, only approvers give verdicts, and a certificate is issued once. */
export function checkStatusUpdate(
  next: Status,
  at: Path,
  { before, subresource }: { readonly before: Status; readonly subresource: string },
): void {
  const has = ({ conditions = [] }: Status, wanted: string) => conditions.some(({ type }) => type === wanted)
  const conditions = at.key('conditions')
  for (const type of ['Approved', 'Denied', 'Failed'])
    if (has(before, type) && !has(next, type)) conditions.forbidden(`updates may not remove a condition of type "${type}"`)
  for (const type of subresource === 'approval' ? [] : ['Approved', 'Denied'])
    if (has(next, type) && !has(before, type)) conditions.forbidden(`updates may not add a condition of type "${type}"`)
  if (before.certificate && next.certificate !== before.certificate)
    at.key('certificate').forbidden('updates may not modify existing certificate content')
}
/** Conditions get the times at which they came and changed. */
export function stampConditions(next: Draft<Condition>[], before: readonly Condition[], now: number): void {
  const time = formatSeconds(Math.floor(now / 1_000))
  for (const condition of next) {
    const old = before.find(({ type }) => type === condition.type)
    condition.lastUpdateTime ??= old?.lastUpdateTime ?? time
    condition.lastTransitionTime ??= old?.status === condition.status ? (old.lastTransitionTime ?? time) : time
  }
}

/** `Pending`, `Approved,Issued`, `Denied`, …: as printed. */
export function stateOf({ conditions = [], certificate }: Status): string {
  const has = (wanted: string) => conditions.some(({ type }) => type === wanted)
  const verdict = has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending'
  return `${verdict}${has('Failed') ? ',Failed' : ''}${certificate ? ',Issued' : ''}`
}
