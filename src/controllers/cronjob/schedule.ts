/** Which run of a schedule is due, and when the next one is. Upstream: pkg/controller/cronjob/utils.go. */
import { parseCron } from '#base/cron.ts'

/** Of missed runs, above which people are told: one that is this far behind is seldom so on purpose. */
const MISSED_MAX = 100
/** So that the clock has surely passed the moment when we look again (upstream: nextScheduleDelta). */
const AFTER_MS = 100

export interface Timetable {
  /** Five fields of cron. */
  readonly schedule: string
  /** Absent: UTC. */
  readonly timeZone?: string | undefined
  /** Milliseconds since the epoch: the last run that was started, or when the schedule began. */
  readonly since: number
  /** How late a run may start, in milliseconds; absent: any time. */
  readonly patienceMs?: number | undefined
}
export interface Due {
  /** The latest run that should have started; undefined when none should. */
  readonly at: number | undefined
  readonly hasMissedMany: boolean
  /** Milliseconds until the next one; undefined when there is none within years. */
  readonly nextMs: number | undefined
}

/** Throws CronError. Of several missed runs only the latest is due. */
export function dueOf({ schedule, timeZone, since, patienceMs }: Timetable, now: number): Due {
  const cron = parseCron(schedule)
  const next = (after: number) => cron.next(after, timeZone)
  const latest = (from: number) => {
    const first = next(from)
    if (first === undefined || first > now) return { missed: 0, at: undefined }
    const second = next(first)
    if (second === undefined || second > now) return { missed: 1, at: first }
    const period = Math.max(1_000, second - first)
    const missed = Math.floor((now - first) / period) + 1
    // Two regular periods before now are far enough back, unless the runs are irregular: then further.
    for (let back = 2; ; back *= 4) {
      const start = Math.max(first, now - back * period)
      const runs = runsIn(next, start === first ? first - 1 : start, now)
      if (runs !== undefined) return { missed, at: runs }
      if (start === first) return { missed, at: first }
    }
  }
  const due = latest(patienceMs === undefined ? since : Math.max(since, now - patienceMs))
  const following = next(latest(since).at ?? since)
  return {
    at: due.at,
    hasMissedMany: due.missed > MISSED_MAX,
    nextMs: following === undefined ? undefined : Math.max(1, following + AFTER_MS - now),
  }
}
/** The last run after `from` and not after `to`. */
function runsIn(next: (after: number) => number | undefined, from: number, to: number): number | undefined {
  let last: number | undefined
  for (let at = next(from); at !== undefined && at <= to; at = next(at)) last = at
  return last
}
