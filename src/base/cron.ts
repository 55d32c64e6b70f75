/** Cron schedules: five fields, names, `@daily` and the like, `@every 1h`; and when they are next due. Errors are in the words of robfig/cron, which Kubernetes uses. */
import { parseDuration } from './duration.ts'

export interface Schedule {
  /** The first moment after `afterMs` at which the schedule is due; undefined when there is none within five years. */
  next(afterMs: number, timeZone?: string): number | undefined
}
/** A schedule that cannot be read. */
export class CronError extends Error {
  override readonly name = 'CronError'
}

interface Bounds {
  readonly minimum: number
  readonly maximum: number
  readonly names?: readonly string[]
}
const MINUTES: Bounds = { minimum: 0, maximum: 59 }
const HOURS: Bounds = { minimum: 0, maximum: 23 }
const DAYS: Bounds = { minimum: 1, maximum: 31 }
const MONTHS: Bounds = {
  minimum: 1,
  maximum: 12,
  names: ['', 'jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
}
const WEEKDAYS: Bounds = { minimum: 0, maximum: 6, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] }

const MACROS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}
const MINUTE_MS = 60_000
const DAY_MINUTES = 24 * 60
/** So that a schedule that is never due, such as February 30, ends the search. */
const SEARCH_MAX_MS = 5 * 366 * DAY_MINUTES * MINUTE_MS

/** The schedule that a text stands for. Throws CronError. A leading `TZ=` or `CRON_TZ=` names the zone of the fields. */
export function parseCron(text: string): Schedule {
  if (!text) throw new CronError('empty spec string')
  const zoned = /^(?:CRON_)?TZ=(\S*)\s*(.*)$/s.exec(text)
  if (zoned) {
    const [, zone = '', rest = ''] = zoned
    if (!isTimeZone(zone)) throw new CronError(`provided bad location ${zone}: unknown time zone ${zone}`)
    const schedule = parseCron(rest)
    return { next: afterMs => schedule.next(afterMs, zone) }
  }
  if (text.startsWith('@every ')) return every(text.slice('@every '.length))
  const macro = text.startsWith('@') ? MACROS[text] : text
  if (macro === undefined) throw new CronError(`unrecognized descriptor: ${text}`)
  return fields(macro)
}

/** Whether this is the name of a time zone in the IANA database. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }))
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

function every(text: string): Schedule {
  let periodMs: number
  try {
    periodMs = Math.max(1, Number(parseDuration(text) / 1_000_000_000n)) * 1_000
  } catch (error) {
    throw new CronError(`failed to parse duration @every ${text}: ${(error as Error).message}`, { cause: error })
  }
  return { next: afterMs => afterMs - (afterMs % 1_000) + periodMs }
}

function fields(text: string): Schedule {
  const parts = text.split(/\s+/).filter(Boolean)
  if (parts.length !== 5) throw new CronError(`expected exactly 5 fields, found ${parts.length}: [${parts.join(' ')}]`)
  const [minute, hour, day, month, weekday] = parts as [string, string, string, string, string]
  const sets = {
    minutes: valuesOf(minute, MINUTES),
    hours: valuesOf(hour, HOURS),
    days: valuesOf(day, DAYS),
    months: valuesOf(month, MONTHS),
    weekdays: valuesOf(weekday, WEEKDAYS),
  }
  return { next: (afterMs, timeZone = 'UTC') => nextMatch(sets, afterMs, timeZone) }
}

interface Values {
  readonly has: ReadonlySet<number>
  /** Whether the field leaves the choice to the other day field. */
  readonly isStar: boolean
}
function valuesOf(text: string, bounds: Bounds): Values {
  const ranges = text
    .split(',')
    .filter(Boolean)
    .map(part => rangeOf(part, bounds))
  return { has: new Set(ranges.flatMap(({ values }) => values)), isStar: ranges.some(({ isStar }) => isStar) }
}
function rangeOf(text: string, { minimum, maximum, names = [] }: Bounds): { values: number[]; isStar: boolean } {
  const [range = '', stepText, ...moreSteps] = text.split('/')
  const [low = '', high, ...moreHyphens] = range.split('-')
  const isStar = low === '*' || low === '?'
  const numberOf = (word: string) => (names.includes(word.toLowerCase()) && word ? names.indexOf(word.toLowerCase()) : wholeNumber(word))
  if (!isStar && moreHyphens.length) throw new CronError(`too many hyphens: ${text}`)
  const start = isStar ? minimum : numberOf(low)
  let end = isStar ? maximum : high === undefined ? start : numberOf(high)
  if (moreSteps.length) throw new CronError(`too many slashes: ${text}`)
  const step = stepText === undefined ? 1 : wholeNumber(stepText)
  if (stepText !== undefined && high === undefined) end = maximum
  if (start < minimum) throw new CronError(`beginning of range (${start}) below minimum (${minimum}): ${text}`)
  if (end > maximum) throw new CronError(`end of range (${end}) above maximum (${maximum}): ${text}`)
  if (start > end) throw new CronError(`beginning of range (${start}) beyond end of range (${end}): ${text}`)
  if (step === 0) throw new CronError(`step of range should be a positive number: ${text}`)
  const values = []
  for (let value = start; value <= end; value += step) values.push(value)
  return { values, isStar: isStar && step === 1 }
}
function wholeNumber(text: string): number {
  if (!/^[+-]?\d+$/.test(text))
    throw new CronError(`failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`)
  const value = Number(text)
  if (value < 0) throw new CronError(`negative number (${value}) not allowed: ${text}`)
  return value
}

type Sets = Readonly<Record<'minutes' | 'hours' | 'days' | 'months' | 'weekdays', Values>>
/** Steps through real time, so that a local time that does not exist is skipped and one that comes twice is due twice. */
function nextMatch(sets: Sets, afterMs: number, timeZone: string): number | undefined {
  const end = afterMs + SEARCH_MAX_MS
  let at = afterMs - mod(afterMs, MINUTE_MS) + MINUTE_MS
  while (at <= end) {
    const { month, day, weekday, hour, minute } = localTime(at, timeZone)
    if (!sets.months.has.has(month) || !isDay(sets, day, weekday)) at = nextMidnight(at, { hour, minute, timeZone })
    else if (!sets.hours.has.has(hour)) at += (60 - minute) * MINUTE_MS
    else if (!sets.minutes.has.has(minute)) at += MINUTE_MS
    else return at
  }
  return undefined
}
const mod = (value: number, by: number) => ((value % by) + by) % by
/** When both day fields say something, either will do. */
function isDay({ days, weekdays }: Sets, day: number, weekday: number): boolean {
  const [onDay, onWeekday] = [days.has.has(day), weekdays.has.has(weekday)]
  return days.isStar || weekdays.isStar ? onDay && onWeekday : onDay || onWeekday
}
function nextMidnight(at: number, { hour, minute, timeZone }: { hour: number; minute: number; timeZone: string }): number {
  const guess = at + (DAY_MINUTES - hour * 60 - minute) * MINUTE_MS
  const landed = localTime(guess, timeZone)
  // The clocks changed in between: an hour early, or past midnight.
  if (landed.hour >= 12) return guess + (DAY_MINUTES - landed.hour * 60 - landed.minute) * MINUTE_MS
  const early = guess - (landed.hour * 60 + landed.minute) * MINUTE_MS
  return landed.hour + landed.minute > 0 && localTime(early, timeZone).day === landed.day ? early : guess
}

interface LocalTime {
  readonly month: number
  readonly day: number
  readonly weekday: number
  readonly hour: number
  readonly minute: number
}
const formats = new Map<string, Intl.DateTimeFormat>()
function localTime(at: number, timeZone: string): LocalTime {
  if (timeZone === 'UTC') return asLocal(new Date(at))
  let format = formats.get(timeZone)
  if (!format) {
    const numeric = 'numeric' as const
    format = new Intl.DateTimeFormat('en', {
      timeZone,
      hourCycle: 'h23',
      year: numeric,
      month: numeric,
      day: numeric,
      hour: numeric,
      minute: numeric,
    })
    formats.set(timeZone, format)
  }
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
  return asLocal(new Date(Date.UTC(parts.year as number, (parts.month as number) - 1, parts.day, parts.hour, parts.minute)))
}
const asLocal = (date: Date): LocalTime => ({
  month: date.getUTCMonth() + 1,
  day: date.getUTCDate(),
  weekday: date.getUTCDay(),
  hour: date.getUTCHours(),
  minute: date.getUTCMinutes(),
})
