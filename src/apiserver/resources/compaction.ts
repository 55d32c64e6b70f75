/** Forgets old revisions, so that the store does not grow without end. */
import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import type { Store } from '#store/store.ts'

/** How long history is kept at least, so that watchers and chunked lists can go on after a pause: upstream's compaction interval. */
const KEPT_MS = 300_000

/** Every five minutes what is older than five minutes goes. Dispose to end it. */
export function startCompaction(store: Store, clock: Clock, log: Log): Disposable {
  let seen = store.revision
  let timer: Disposable
  const next = () => {
    const revision = seen
    seen = store.revision
    timer = clock.after(KEPT_MS, next)
    if (revision <= store.compacted) return
    // A compaction that fails is tried again the next time, with more to forget.
    store.compact(revision).catch(error => log.error({ error, revision }, 'compaction failed'))
  }
  timer = clock.after(KEPT_MS, next)
  return { [Symbol.dispose]: () => timer[Symbol.dispose]() }
}
