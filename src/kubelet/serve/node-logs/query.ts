/** What a question for a node's logs asks for, and what is wrong with it. Pure. KEP-2258; upstream: pkg/kubelet/kubelet_server_journal.go. */

export interface LogQuery {
  /** Units of the system's journal, or names of log files. */
  readonly services: readonly string[]
  /** Paths below the folder of logs. */
  readonly files: readonly string[]
  /** Milliseconds since the epoch. */
  readonly since?: number
  readonly until?: number
  readonly tailLines?: number
  /** 0 is the present boot, -1 the one before. */
  readonly boot?: number
  readonly pattern?: string
}
/** A question that is not answered; the code is HTTP's. */
export class WrongQuery extends Error {
  override readonly name = 'WrongQuery'
  readonly code: 400 | 406
  constructor(code: 400 | 406, problems: readonly string[]) {
    super(problems.length === 1 ? problems[0] : `[${problems.join(', ')}]`)
    this.code = code
  }
}
const SERVICES_MAX = 4
const SERVICE_LENGTH_MAX = 256
const TAIL_LINES_MAX = 100_000
/** Whatever else is in a name could be taken for an option of the program that reads the journal. */
const SAFE_NAME = /^[a-zA-Z\-_0-9@]*$/

const invalid = (name: string, value: unknown, why: string) => `${name}: Invalid value: ${JSON.stringify(value)}: ${why}`

/** Undefined when nothing of it is asked for: then the path names a file. Throws WrongQuery. */
export function parseLogQuery(given: URLSearchParams): LogQuery | undefined {
  const problems: string[] = []
  const asked = given.getAll('query')
  const files = asked.filter(name => /[/\\]/.test(name))
  const services = asked.filter(name => !/[/\\]/.test(name) && name.trim() !== '')
  if (given.has('query') && !files.length && !services.length) problems.push(invalid('query', asked, 'query cannot be empty'))
  const read = <T>(name: string, parse: (text: string) => T | undefined, why: (text: string) => string): T | undefined => {
    const text = given.get(name)
    if (!text) return undefined
    const value = parse(text)
    if (value === undefined) problems.push(invalid(name, text, why(text)))
    return value
  }
  const noTime = () => 'invalid time format'
  const noNumber = (text: string) => `strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`
  const options = {
    since: read('sinceTime', time, noTime),
    until: read('untilTime', time, noTime),
    boot: read('boot', whole, noNumber),
    tailLines: read('tailLines', whole, noNumber),
    pattern: given.get('pattern') || undefined,
  }
  if (problems.length) throw new WrongQuery(400, problems)
  const set = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
  return asked.length || Object.keys(set).length ? { services, files, ...set } : undefined
}
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/
const time = (text: string) => (RFC3339.test(text) && !Number.isNaN(Date.parse(text)) ? Date.parse(text) : undefined)
const whole = (text: string) => (/^[+-]?\d+$/.test(text) ? Number(text) : undefined)

/** What stands against a question that could be read. */
export function problemsOf({ services, files, ...options }: LogQuery): readonly string[] {
  const { since, until, boot, tailLines, pattern } = options
  const problems = services.flatMap(name =>
    name.length > SERVICE_LENGTH_MAX
      ? [invalid('query', name, 'length must be less than 100')]
      : SAFE_NAME.test(name)
        ? []
        : [invalid('query', name, 'input contains unsupported characters')],
  )
  if (services.length > SERVICES_MAX) problems.push(`query: Too many: ${services.length}: must have at most ${SERVICES_MAX} items`)
  if (!files.length && !services.length) problems.push('query: Required value: cannot be empty with options')
  else if (files.length && services.length)
    problems.push(invalid('query', `[${files.join(' ')}], [${services.join(' ')}]`, 'cannot specify a file and service'))
  else if (files.length > 1) problems.push(invalid('query', files, 'cannot specify more than one file'))
  else if (files.length && Object.keys(options).length) problems.push(invalid('query', files, 'cannot specify file with options'))
  if (since !== undefined && until !== undefined && since > until)
    problems.push(invalid('untilTime', new Date(until).toISOString(), 'must be after `sinceTime`'))
  if (boot !== undefined && boot > 0) problems.push(invalid('boot', boot, 'must be less than 1'))
  if (tailLines !== undefined && (tailLines < 0 || tailLines > TAIL_LINES_MAX))
    problems.push(invalid('tailLines', tailLines, `must be between 0 and ${TAIL_LINES_MAX}, inclusive`))
  if (pattern !== undefined && !isPattern(pattern)) problems.push(invalid('pattern', pattern, 'error parsing regexp'))
  return problems
}
function isPattern(text: string): boolean {
  try {
    return Boolean(new RegExp(text))
  } catch {
    // Said by the caller, as all that is wrong with a question.
    return false
  }
}
