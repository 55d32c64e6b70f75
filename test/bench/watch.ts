/** One thousand watchers of a hundred changes a second; and one that takes nothing, which must cost no memory. */
import { connect } from 'node:http2'
import { ConfigMap } from '#kinds/core/config-map.ts'
import { BenchCluster } from './cluster.ts'
import type { Bench, Figure } from './figures.ts'
import { answerTo, start } from './load/children.ts'
import type { WatchesJob, WatchesReport } from './load/watches.ts'
import { anonymousMegabytes, cpuSeconds } from './process.ts'

const WATCHERS = 1_000
const PER_CONNECTION = 50
const CHANGES_PER_S = 100
const SECONDS = 10
/** Enough that a server that kept them all for somebody would show it: 64 MB. */
const LARGE_CHANGES = 2_000
const LARGE_BYTES = 32 * 1_024
/** What one watcher may hold: a backlog, and buffers of its connection. */
const STALLED_MAX_MB = 20
const OBJECTS = 10
const PATH = '/api/v1/namespaces/watched/configmaps?watch=true'
const wait = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

export const watch: Bench = {
  about: `${WATCHERS} watchers of ${CHANGES_PER_S} changes a second, and one that takes nothing`,
  run: async bundle => [...(await toldFigures(bundle)), await stalledFigure(bundle)],
}

async function toldFigures(bundle: string): Promise<readonly Figure[]> {
  await using cluster = await BenchCluster.start(bundle)
  const { pid } = cluster
  const change = await makeWatched(cluster)
  using watching = await start<WatchesJob, WatchesReport>('watches.ts', {
    access: cluster.access,
    watchers: WATCHERS,
    perConnection: PER_CONNECTION,
    path: PATH,
  })
  const report = () => answerTo<object, WatchesReport>(watching.child, {})
  await wait(2_000)
  const before = { ...(await report()), cpu: cpuSeconds(pid), memory: anonymousMegabytes(pid) }
  const lag = lags(cluster)
  const begun = performance.now()
  const writes: Promise<unknown>[] = []
  for (let i = 0; i < CHANGES_PER_S * SECONDS; i++) {
    await wait(Math.max(0, begun + (i * 1_000) / CHANGES_PER_S - performance.now()))
    writes.push(change(i, {}))
  }
  await Promise.all(writes)
  let after = await report()
  const deadline = performance.now() + 60_000
  while (after.least - before.least < writes.length && performance.now() < deadline) {
    await wait(50)
    after = await report()
  }
  const tookS = (performance.now() - begun) / 1_000
  const told = after.least - before.least
  const cpu = cpuSeconds(pid) - before.cpu
  const grown = anonymousMegabytes(pid) - before.memory
  watching[Symbol.dispose]()
  const lagging = await lag()
  return [
    {
      what: `changes told to each of ${WATCHERS} watchers`,
      values: [told / tookS],
      unit: '/s',
      goal: { atLeast: CHANGES_PER_S * 0.95 },
      note: `${told} of ${writes.length} to the least informed; processor time per event ${((cpu / (after.total - before.total)) * 1e6).toFixed(1)} µs; ${((after.bytes - before.bytes) / tookS / 1e6).toFixed(0)} MB/s`,
    },
    { what: 'time from change to event', values: lagging, unit: 'ms' },
    { what: 'memory grown meanwhile', values: [grown], unit: 'MB' },
  ]
}

type ChangeOne = (i: number, data: object) => Promise<unknown>
/** Makes the objects that are watched, and gives what changes one of them. */
async function makeWatched(cluster: BenchCluster): Promise<ChangeOne> {
  const { client } = cluster
  await cluster.makeNamespace('watched')
  for (let i = 0; i < OBJECTS; i++) await client.create(ConfigMap, { metadata: { name: `c-${i}`, namespace: 'watched' } })
  return (i, data) =>
    client.patch(ConfigMap, { namespace: 'watched', name: `c-${i % OBJECTS}` }, 'merge', {
      data: { at: String(performance.now()), ...data },
    })
}

/** Watches from this process, and gives how long each change took to arrive. */
function lags({ client }: BenchCluster): () => Promise<readonly number[]> {
  const stop = new AbortController()
  const found: number[] = []
  const done = (async () => {
    for await (const { type, object } of client.watch(ConfigMap, { namespace: 'watched', signal: stop.signal }))
      if (type === 'MODIFIED') found.push(performance.now() - Number(object.data?.['at']))
  })()
  return async () => {
    stop.abort()
    await done
    return found
  }
}

/** Each on a server of its own: what the one pass leaves in memory would else be there for the other, or be used by it. */
async function stalledFigure(bundle: string): Promise<Figure> {
  const alone = await memoryAfterLargeChanges(bundle, false)
  const stalled = await memoryAfterLargeChanges(bundle, true)
  return {
    what: `memory after ${LARGE_CHANGES} large changes, one watcher takes nothing`,
    values: [stalled],
    unit: 'MB',
    goal: { atMost: alone + STALLED_MAX_MB },
    yardstick: { what: 'nobody watches', values: [alone] },
  }
}
async function memoryAfterLargeChanges(bundle: string, hasWatcher: boolean): Promise<number> {
  await using cluster = await BenchCluster.start(bundle)
  const change = await makeWatched(cluster)
  using _watcher = hasWatcher ? await watcherThatTakesNothing(cluster) : undefined
  for (let i = 0; i < LARGE_CHANGES; i++) await change(i, { payload: 'x'.repeat(LARGE_BYTES) })
  return anonymousMegabytes(cluster.pid)
}
async function watcherThatTakesNothing({ access }: BenchCluster): Promise<Disposable> {
  const session = connect(`https://127.0.0.1:${access.port}`, { ca: access.ca, cert: access.cert, key: access.key })
  const stream = session.request({ ':path': PATH })
  stream.on('error', () => undefined)
  // A paused stream opens no window: the server can send no more than the first 64 KiB.
  stream.pause()
  await new Promise(resolve => stream.once('response', resolve))
  return { [Symbol.dispose]: () => session.destroy() }
}
