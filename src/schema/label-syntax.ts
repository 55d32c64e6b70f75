/** The form of label keys and values, with upstream's answers (apimachinery, api/validate/content). */

const KEY_PART_MAX_BYTES = 63
const PREFIX_MAX_BYTES = 253
const VALUE_MAX_BYTES = 63

const DNS_LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const NAME = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'
const SUBDOMAIN_EXPRESSION = new RegExp(`^${DNS_LABEL}(\\.${DNS_LABEL})*$`)
const NAME_EXPRESSION = new RegExp(`^${NAME}$`)
const VALUE_EXPRESSION = new RegExp(`^(${NAME})?$`)

const NAME_WORDS = `must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${NAME}')`
const SUBDOMAIN_WORDS = `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${DNS_LABEL}(\\.${DNS_LABEL})*')`
const VALUE_WORDS = `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(${NAME})?')`
const tooLong = (maximumBytes: number) => `must be no more than ${maximumBytes} bytes`

/** What is wrong with a label key such as `tier` or `example.com/tier`; empty when nothing is. */
export function labelKeyFaults(key: string): string[] {
  const parts = key.split('/')
  if (parts.length > 2) return [`a valid label key ${NAME_WORDS} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`]
  const faults: string[] = []
  const name = parts.at(-1) as string
  if (parts.length === 2) {
    const prefix = parts[0] as string
    if (!prefix) faults.push('prefix part must be non-empty')
    else {
      if (prefix.length > PREFIX_MAX_BYTES) faults.push(`prefix part ${tooLong(PREFIX_MAX_BYTES)}`)
      if (!SUBDOMAIN_EXPRESSION.test(prefix)) faults.push(`prefix part ${SUBDOMAIN_WORDS}`)
    }
  }
  if (!name) faults.push('name part must be non-empty')
  else if (name.length > KEY_PART_MAX_BYTES) faults.push(`name part ${tooLong(KEY_PART_MAX_BYTES)}`)
  if (!NAME_EXPRESSION.test(name)) faults.push(`name part ${NAME_WORDS}`)
  return faults
}

/** What is wrong with the value of a label; empty when nothing is. */
export function labelValueFaults(value: string): string[] {
  const faults: string[] = []
  if (value.length > VALUE_MAX_BYTES) faults.push(tooLong(VALUE_MAX_BYTES))
  if (!VALUE_EXPRESSION.test(value)) faults.push(VALUE_WORDS)
  return faults
}
