/** The forms that names, labels, ports and addresses must have, with the answers that the API gives. Each check is undefined when the value passes. */
import { firstOf, parseAddress, parseCidr } from '#base/cidr.ts'

const DNS1123_LABEL_MAX = 63
const DNS1123_SUBDOMAIN_MAX = 253
const LABEL_VALUE_MAX = 63
const QUALIFIED_NAME_MAX = 63
const PORT_NAME_MAX = 15

type Answer = string | undefined

/** A form: its words, the pattern that users are shown, examples, and the longest text. */
function form(
  words: string,
  pattern: string,
  examples: readonly string[],
  maximum?: number,
  unit: Unit = 'characters',
): (value: string) => Answer {
  const expression = new RegExp(`^(?:${pattern})$`)
  const told = formText(words, pattern, examples)
  return value => (maximum !== undefined && value.length > maximum ? tooLong(maximum, unit) : expression.test(value) ? undefined : told)
}
function formText(words: string, pattern: string, examples: readonly string[]): string {
  const shown = examples.map(example => `'${example}', `).join(' or ')
  return examples.length
    ? `${words} (e.g. ${shown}regex used for validation is '${pattern}')`
    : `${words} (regex used for validation is '${pattern}')`
}
/** As upstream, whose labels are counted in bytes and names in characters; neither may hold any that differ. */
type Unit = 'characters' | 'bytes'
const tooLong = (maximum: number, unit: Unit = 'characters') => `must be no more than ${maximum} ${unit}`
const outside = (low: number, high: number) => `must be between ${low} and ${high}, inclusive`

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`
const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'
const UNDERSCORED = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?'

/** `web`: the names of namespaces, containers, volumes. */
export const isDns1123Label = (value: string): string | undefined => {
  const wrong = isLabelForm(value)
  // Where nothing but dots is wrong, that is what is said.
  return wrong && value.length <= DNS1123_LABEL_MAX && !isDns1123Subdomain(value) ? 'must not contain dots' : wrong
}
const isLabelForm = form(
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  LABEL,
  ['my-name', '123-abc'],
  DNS1123_LABEL_MAX,
)
/** `web.example.com`: the names of most objects. */
export const isDns1123Subdomain = form(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  SUBDOMAIN,
  ['example.com'],
  DNS1123_SUBDOMAIN_MAX,
)
/** `_tcp.example.com`: search domains. */
export const isDns1123SubdomainWithUnderscore = form(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character",
  `${UNDERSCORED}(\\.${UNDERSCORED})*`,
  ['example.com'],
  DNS1123_SUBDOMAIN_MAX,
)
/** `*.example.com`: hosts of an ingress. */
export const isWildcardDns1123Subdomain = form(
  "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
  `\\*\\.${SUBDOMAIN}`,
  ['*.example.com'],
  DNS1123_SUBDOMAIN_MAX,
)
/** `web1`, never `1web`: the names of services. */
export const isDns1035Label = form(
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  '[a-z]([-a-z0-9]*[a-z0-9])?',
  ['my-name', 'abc-123'],
  DNS1123_LABEL_MAX,
)
export const isLabelValue = form(
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  `(${QUALIFIED})?`,
  ['MyValue', 'my_value', '12345'],
  LABEL_VALUE_MAX,
  'bytes',
)
const namePart = form(
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  QUALIFIED,
  ['MyName', 'my.name', '123-abc'],
  QUALIFIED_NAME_MAX,
  'bytes',
)
/** `tier`, `example.com/tier`: label keys, taints, conditions, extended resources. */
export function isQualifiedName(value: string): Answer {
  const parts = value.split('/')
  if (parts.length > 2)
    return `a valid label key ${formText(
      "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
      QUALIFIED,
      ['MyName', 'my.name', '123-abc'],
    )} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`
  const [prefix, name] = parts.length === 2 ? parts : [undefined, value]
  if (prefix === '') return 'prefix part must be non-empty'
  const wrongPrefix = prefix === undefined ? undefined : isDns1123Subdomain(prefix)
  if (wrongPrefix) return `prefix part ${wrongPrefix}`
  if (!name) return 'name part must be non-empty'
  const wrongName = namePart(name)
  return wrongName && `name part ${wrongName}`
}
/** A path that starts with a domain: finalizers of signers, `example.com/path`. */
export function isDomainPrefixedPath(value: string): Answer {
  const [domain = '', path] = [value.split('/', 1)[0], value.includes('/') ? value.slice(value.indexOf('/') + 1) : undefined]
  if (path === undefined || domain === '') return 'must be a domain-prefixed path (such as "acme.io/foo")'
  const wrong = isDns1123Subdomain(domain)
  if (wrong) return wrong
  if (path === '') return 'must be a domain-prefixed path (such as "acme.io/foo")'
  return /^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/.test(path) ? undefined : formText('Invalid path', "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+", [])
}
/** KEP-4369: any printable ASCII but '='. */
export function isEnvVarName(value: string): Answer {
  if (value === '') return 'environment variable name must be non-empty'
  return /^[ -<>-~]+$/.test(value)
    ? undefined
    : "a valid environment variable name must consist only of printable ASCII characters other than '='"
}
/** Keys of config maps and secrets. */
export function isConfigMapKey(value: string): Answer {
  const wrong = configKey(value)
  if (wrong) return wrong
  if (value === '.') return "must not be '.'"
  if (value === '..') return "must not be '..'"
  return value.startsWith('..') ? "must not start with '..'" : undefined
}
const configKey = form(
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
  '[-._a-zA-Z0-9]+',
  ['key.name', 'KEY_NAME', 'key-name'],
  DNS1123_SUBDOMAIN_MAX,
)
export const isHttpHeaderName = form("a valid HTTP header must consist of alphanumeric characters or '-'", '[-A-Za-z0-9]+', [
  'X-Header-Name',
])
export const isPercent = form("a valid percent string must be a numeric string followed by an ending '%'", '[0-9]+%', ['1%', '93%'])

/** IANA service names: `http`, `https-alt`. */
export function isValidPortName(value: string): Answer {
  if (value.length > PORT_NAME_MAX) return tooLong(PORT_NAME_MAX)
  if (!/^[-a-z0-9]+$/.test(value)) return 'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)'
  if (!/[a-z]/.test(value)) return 'must contain at least one letter (a-z)'
  if (value.includes('--')) return 'must not contain consecutive hyphens'
  return value.startsWith('-') || value.endsWith('-') ? 'must not begin or end with a hyphen' : undefined
}
export const isValidPortNumber = (value: number): Answer => isInRange(value, 1, 65_535)
export const isInRange = (value: number, low: number, high: number): Answer =>
  value >= low && value <= high ? undefined : outside(low, high)
/** User and group ids: what fits a signed 32-bit number. */
export const isValidUserId = (value: number): Answer => isInRange(value, 0, 2 ** 31 - 1)

export const isIP = (value: string): Answer =>
  parseAddress(value) ? undefined : 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'
export const isCIDR = (value: string): Answer =>
  parseCidr(value) ? undefined : 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'
/** A range, not an address within one. */
export function isWholeCIDR(value: string): Answer {
  const range = parseCidr(value)
  return range && firstOf(range).bits !== range.address.bits ? 'must not have bits set beyond the prefix length' : isCIDR(value)
}

/** A name that becomes one segment of a path. */
export function isPathSegmentName(value: string): Answer {
  if (value === '.' || value === '..') return `may not be '${value}'`
  const found = ['/', '%'].find(character => value.includes(character))
  return found && `may not contain '${found}'`
}
/** The check of a prefix from which names are generated: it may end with a dash. */
export const asPrefix =
  (check: (name: string) => Answer) =>
  (prefix: string): Answer =>
    check(prefix.length > 1 && prefix.endsWith('-') ? `${prefix.slice(0, -2)}a` : prefix)
