/** The machine's clock, so many times as fast: what comes every minute is seen within seconds. */
import { type Clock, systemClock } from '#base/clock.ts'

export function hastened(times: number): Clock {
  const start = systemClock.now()
  return {
    now: () => start + (systemClock.now() - start) * times,
    after: (ms, callback) => systemClock.after(ms / times, callback),
  }
}
