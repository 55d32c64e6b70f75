/** Watch: every change of the selected objects, from a revision on. Source: API concepts, "Efficient detection of changes"; KEP-956, KEP-3157. */
import type { Clock } from '#base/clock.ts'
import { Refusal } from '#kinds/meta/refusal.ts'
import type { Call } from '../call.ts'
import { MadeItem } from '../resources/item.ts'
import type { WatchResult } from '../result.ts'
import { Feed } from './feed.ts'
import { type ReadOptions, readOptions } from './list-options.ts'
import { type Selection, selectionOf } from './selection.ts'
import { Sight } from './sight.ts'

/** A watch that asks for no end gets one, between half an hour and an hour away, so that clients spread over servers: upstream's minRequestTimeout. */
const TIMEOUT_MIN_MS = 1_800_000
/** How often a watcher hears how far it has come, though nothing that it selects has changed: upstream's bookmark frequency. */
const BOOKMARK_MS = 60_000

/** Resolves when the watch is in place. A revision that is too old becomes an ERROR event, as upstream tells it. */
export async function watch(call: Call): Promise<WatchResult> {
  const { resource, serving, incoming, target } = call
  const { clock, random } = serving
  const options = readOptions(call)
  const selection = selectionOf(call)
  const sight = new Sight(resource, resource.collection.key(target.namespace), selection)
  const ends = new DisposableStack()
  const feed = new Feed(() => ends.dispose())
  try {
    await fill(feed, { call, options, selection, sight, ends })
  } catch (error) {
    ends.dispose()
    if (!(error instanceof Refusal) || error.code !== 410) throw error
    feed.push({ type: 'ERROR', item: new MadeItem('', 0, error.status as never) })
    feed.end()
    return { form: 'watch', resource, events: feed }
  }
  const bookmark = () => feed.push(sight.bookmark(resource.collection.cache.revision))
  const timeoutMs = options.timeoutSeconds ? options.timeoutSeconds * 1_000 : TIMEOUT_MIN_MS + random.integer(TIMEOUT_MIN_MS)
  const finish = () => {
    if (options.allowsBookmarks) bookmark()
    feed.end()
  }
  if (!feed.isOver) {
    ends.use(clock.after(timeoutMs, finish))
    if (options.allowsBookmarks) ends.use(every(clock, BOOKMARK_MS, bookmark))
    const abort = () => feed.cut()
    incoming.signal.addEventListener('abort', abort)
    ends.defer(() => incoming.signal.removeEventListener('abort', abort))
    if (incoming.signal.aborted) feed.cut()
  }
  return { form: 'watch', resource, events: feed }
}

interface Filling {
  readonly call: Call
  readonly options: ReadOptions
  readonly selection: Selection
  readonly sight: Sight
  readonly ends: DisposableStack
}
/** Queues what the watcher is to hear first, and lets it follow from there. Throws Expired. */
async function fill(feed: Feed, { call, options, selection, sight, ends }: Filling): Promise<void> {
  const { resource, target } = call
  const { cache } = resource.collection
  const { revision, sendInitialEvents, allowsBookmarks } = options
  if (sendInitialEvents && revision) await cache.reached(revision)
  else await (revision === 0 ? cache.start() : cache.fresh())
  let from = revision || cache.revision
  // With no revision, or 0, the present state is told as if it had just come.
  if (sendInitialEvents ?? !revision) {
    from = cache.revision
    for (const stored of cache.range(resource.collection.key(target.namespace))) {
      const item = resource.show(stored)
      if (selection.matches(item)) feed.push({ type: 'ADDED', item })
    }
    if (sendInitialEvents && allowsBookmarks) feed.push(sight.bookmark(from, { isEndOfInitialEvents: true }))
  }
  const following = await cache.follow(from, {
    changed: change => {
      const event = sight.eventOf(change)
      if (event) feed.push(event)
    },
    ended: () => feed.end(),
  })
  ends.use(following)
  feed.bound()
}

/** Calls back again and again until it is disposed. */
function every(clock: Clock, ms: number, callback: () => void): Disposable {
  let timer: Disposable
  const next = () => {
    callback()
    timer = clock.after(ms, next)
  }
  timer = clock.after(ms, next)
  return { [Symbol.dispose]: () => timer[Symbol.dispose]() }
}
