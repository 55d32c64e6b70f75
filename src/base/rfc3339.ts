/** RFC 3339 times, with Go's errors. */

/** A moment: seconds since the epoch, and nanoseconds within the second. */
export interface Moment {
  readonly seconds: number
  readonly nanos: number
}

/**
 * The moment that `text` names. `microseconds`: exactly six digits of fraction are asked for, else any number of them may stand there.
 * Throws an Error that says, as Go's time.Parse does, which part could not be read.
 */
export function parseTime(text: string, microseconds = false): Moment {
  const reader = new Reader(text, microseconds ? '2006-01-02T15:04:05.000000Z07:00' : '2006-01-02T15:04:05Z07:00')
  const year = reader.digits(4, '2006')
  reader.literal('-')
  const month = reader.digits(2, '01')
  if (month < 1 || month > 12) reader.refuse(': month out of range')
  reader.literal('-')
  const day = reader.digits(2, '02')
  reader.literal('T')
  const hour = reader.digits(2, '15', 23, 'hour')
  reader.literal(':')
  const minute = reader.digits(2, '04', 59, 'minute')
  reader.literal(':')
  const second = reader.digits(2, '05', 59, 'second')
  const nanos = reader.fraction(microseconds)
  const offsetSeconds = reader.zone()
  reader.end()
  if (day < 1 || day > new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate()) reader.refuse(': day out of range')
  const start = new Date(0)
  start.setUTCFullYear(year, month - 1, day)
  return { seconds: start.getTime() / 1000 + hour * 3600 + minute * 60 + second - offsetSeconds, nanos }
}

/** Whether `text` is already in the form in which the API writes times, UTC with whole seconds or (`microseconds`) six digits. */
export const isCanonicalTime = (text: string, microseconds = false): boolean => (microseconds ? MICROSECONDS : SECONDS).test(text)
/** Every day but that of leap years. */
const DAY = /(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31/.source
const CLOCK = /(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d/.source
const SECONDS = new RegExp(`^\\d{4}-(?:${DAY})T${CLOCK}Z$`)
const MICROSECONDS = new RegExp(`^\\d{4}-(?:${DAY})T${CLOCK}\\.\\d{6}Z$`)

/** `2006-01-02T15:04:05Z` */
export const formatSeconds = (seconds: number): string => `${iso(seconds)}Z`
/** `2006-01-02T15:04:05.000000Z` */
export const formatMicroseconds = ({ seconds, nanos }: Moment): string =>
  `${iso(seconds)}.${String(Math.floor(nanos / 1000)).padStart(6, '0')}Z`
const iso = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, -5)

class Reader {
  readonly #text: string
  readonly #layout: string
  #rest: string
  constructor(text: string, layout: string) {
    this.#text = text
    this.#layout = layout
    this.#rest = text
  }
  refuse(why: string): never {
    throw new Error(`parsing time ${JSON.stringify(this.#text)}${why}`)
  }
  #cannot(part: string): never {
    throw new Error(
      `parsing time ${JSON.stringify(this.#text)} as ${JSON.stringify(this.#layout)}: cannot parse ${JSON.stringify(this.#rest)} as ${JSON.stringify(part)}`,
    )
  }
  digits(count: number, part: string, maximum = Infinity, name = ''): number {
    const found = this.#rest.slice(0, count)
    if (found.length < count || !/^\d+$/.test(found)) this.#cannot(part)
    if (Number(found) > maximum) this.refuse(`: ${name} out of range`)
    this.#rest = this.#rest.slice(count)
    return Number(found)
  }
  literal(char: string): void {
    if (this.#rest[0] !== char) this.#cannot(char)
    this.#rest = this.#rest.slice(1)
  }
  fraction(microseconds: boolean): number {
    const found = (microseconds ? /^\.\d{6}/ : /^[.,]\d+/).exec(this.#rest)?.[0]
    if (!found) return microseconds ? this.#cannot('.000000') : 0
    this.#rest = this.#rest.slice(found.length)
    return Number(found.slice(1, 10).padEnd(9, '0'))
  }
  zone(): number {
    const found = /^(?:Z|([+-])(\d\d):(\d\d))/.exec(this.#rest)
    if (!found) return this.#cannot('Z07:00')
    this.#rest = this.#rest.slice(found[0].length)
    if (Number(found[2] ?? 0) > 24 || Number(found[3] ?? 0) > 60) this.refuse(': time zone offset hour out of range')
    return (found[1] === '-' ? -1 : 1) * (Number(found[2] ?? 0) * 3600 + Number(found[3] ?? 0) * 60)
  }
  end(): void {
    if (this.#rest) this.refuse(`: extra text: ${JSON.stringify(this.#rest)}`)
  }
}
