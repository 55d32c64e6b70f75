/** How names, keys and numbers must be formed. Each check gives what is wrong in upstream's words, or undefined. Upstream: apimachinery, util/validation. */

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`
const LABEL_1035 = '[a-z]([-a-z0-9]*[a-z0-9])?'
const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'
const LABEL_VALUE = `(${QUALIFIED})?`
const PERCENT = '[0-9]+%'

const NAME_BYTES_MAX = 63
const SUBDOMAIN_BYTES_MAX = 253

const encoder = new TextEncoder()
/** The length of a text as Go counts it. */
export const byteLength = (text: string): number => (/^[ -~]*$/.test(text) ? text.length : encoder.encode(text).length)
const tooLong = (maximum: number) => `must be no more than ${maximum} characters`

interface Form {
  readonly form: string
  readonly message: string
  readonly examples: readonly string[]
  readonly maximum?: number
}
function formed({ form, message, examples, maximum = Number.POSITIVE_INFINITY }: Form): (value: string) => string | undefined {
  const pattern = new RegExp(`^${form}$`)
  const shown = examples.map(example => `'${example}', `).join(' or ')
  const wrong = `${message} (${examples.length ? `e.g. ${shown}` : ''}regex used for validation is '${form}')`
  return value => (byteLength(value) > maximum ? tooLong(maximum) : pattern.test(value) ? undefined : wrong)
}

/** RFC 1123: `my-name`, at most 63 characters. */
export const dnsLabel = formed({
  form: LABEL,
  message:
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  examples: ['my-name', '123-abc'],
  maximum: NAME_BYTES_MAX,
})
/** RFC 1123: `example.com`, at most 253 characters. */
export const dnsSubdomain = formed({
  form: SUBDOMAIN,
  message:
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  examples: ['example.com'],
  maximum: SUBDOMAIN_BYTES_MAX,
})
/** RFC 1035: like a DNS label, but begins with a letter. */
export const dns1035Label = formed({
  form: LABEL_1035,
  message:
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  examples: ['my-name', 'abc-123'],
  maximum: NAME_BYTES_MAX,
})
/** `*.example.com` */
export const wildcardDnsSubdomain = formed({
  form: `\\*\\.${SUBDOMAIN}`,
  message:
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
  examples: ['*.example.com'],
  maximum: SUBDOMAIN_BYTES_MAX,
})
export const percent = formed({
  form: PERCENT,
  message: "a valid percent string must be a numeric string followed by an ending '%'",
  examples: ['1%', '93%'],
})
/** The value of a label. */
export const labelValue = formed({
  form: LABEL_VALUE,
  message:
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  examples: ['MyValue', 'my_value', '12345'],
  maximum: NAME_BYTES_MAX,
})
const namePart = formed({
  form: QUALIFIED,
  message: "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  examples: ['MyName', 'my.name', '123-abc'],
})
/** A label key or the like: a name, optionally after a DNS subdomain and a slash. */
export function qualifiedName(value: string): string | undefined {
  const parts = value.split('/')
  if (parts.length > 2)
    return `a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${QUALIFIED}') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`
  const name = parts.at(-1) as string
  if (parts.length === 2) {
    const prefix = parts[0] as string
    if (!prefix) return 'prefix part must be non-empty'
    const wrong = dnsSubdomain(prefix)
    if (wrong) return `prefix part ${wrong}`
  }
  if (!name) return 'name part must be non-empty'
  if (name.length > NAME_BYTES_MAX) return `name part ${tooLong(NAME_BYTES_MAX)}`
  return namePart(name)
}
/** A name that stands in a path as it is: RBAC roles and the like. */
export function pathSegment(value: string): string | undefined {
  if (value === '.' || value === '..') return `may not be '${value}'`
  for (const bad of ['/', '%']) if (value.includes(bad)) return `may not contain '${bad}'`
  return undefined
}
export const portNumber = (value: number): string | undefined =>
  value >= 1 && value <= 65_535 ? undefined : 'must be between 1 and 65535, inclusive'
/** IANA_SVC_NAME: the name of a port. */
export function portName(value: string): string | undefined {
  if (value.length > 15) return tooLong(15)
  if (!/^[-a-z0-9]+$/.test(value)) return 'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)'
  if (!/[a-z]/.test(value)) return 'must contain at least one letter (a-z)'
  if (value.includes('--')) return 'must not contain consecutive hyphens'
  if (value.startsWith('-') || value.endsWith('-')) return 'must not begin or end with a hyphen'
  return undefined
}
/** Counts and seconds. */
export const notNegative = (value: number): string | undefined => (value < 0 ? 'must be greater than or equal to 0' : undefined)
