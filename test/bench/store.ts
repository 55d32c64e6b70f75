/** Measures the default engine: durable writes, ranges, fan-out to watchers, beside a bare append-and-flush loop on the same disk. Run: node test/bench/store.ts [seconds] */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '#base/clock.ts'
import { openLmdb } from '#store/engines/lmdb/engine.ts'
import { prefixEnd } from '#store/store.ts'

const SECONDS = Number(process.argv[2] ?? 2)
const VALUE = Buffer.alloc(2_048, 'x')
const KEYS = 5_000

const folder = mkdtempSync(join(tmpdir(), 'knarr-bench-'))
const store = await openLmdb({ path: join(folder, 'store'), clock: systemClock })
const value = () => Buffer.from(VALUE)
const key = (i: number) => `/registry/pods/default/pod-${String(i % KEYS).padStart(5, '0')}`
const say = (what: string, number: string, more = '') => console.log(`${what.padEnd(44)} ${number.padStart(12)}  ${more}`)
const perSecond = (count: number, since: number) => Math.round((count / (performance.now() - since)) * 1_000)

/** The longest time for which the event loop did nothing else, in milliseconds. */
async function stallDuring(work: () => Promise<void>): Promise<number> {
  let longest = 0
  let last = performance.now()
  let isOver = false
  const tick = () => {
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
    if (!isOver) setImmediate(tick)
  }
  setImmediate(tick)
  await work()
  isOver = true
  return longest
}

const bare = flushes()
say('bare 2 KiB append + fdatasync', `${bare}/s`)

let next = 0
for (const writers of [1, 100]) {
  let rate = 0
  const latencies: number[] = []
  const stall = await stallDuring(async () => {
    const begin = performance.now()
    const first = next
    const until = begin + SECONDS * 1_000
    const write = async () => {
      while (performance.now() < until) {
        const since = performance.now()
        await store.put(key((next++ * 7_919) % KEYS), value)
        latencies.push(performance.now() - since)
      }
    }
    await Promise.all(Array.from({ length: writers }, write))
    rate = perSecond(next - first, begin)
  })
  latencies.sort((a, b) => a - b)
  const at = (part: number) => (latencies[Math.floor(latencies.length * part)] ?? 0).toFixed(2)
  say(
    `durable 2 KiB writes, ${writers} writer${writers > 1 ? 's' : ''}`,
    `${rate}/s`,
    `${(rate / bare).toFixed(2)} × bare; median ${at(0.5)} ms, p99 ${at(0.99)} ms, longest stall ${stall.toFixed(1)} ms`,
  )
}

const range = { start: '/registry/pods/', end: prefixEnd('/registry/pods/') }
let rounds = 0
let since = performance.now()
while (performance.now() < since + (SECONDS * 1_000) / 4) {
  await store.range({ ...range, limit: 1_000 })
  rounds++
}
say('range of 1000', `${((performance.now() - since) / rounds).toFixed(2)} ms`)
const old = store.revision
for (let i = 0; i < 10; i++) await Promise.all(Array.from({ length: 100 }, (_, k) => store.put(key(i * 100 + k), value)))
since = performance.now()
await store.range({ ...range, at: old, limit: 1_000 })
say('range of 1000, 1000 revisions ago', `${(performance.now() - since).toFixed(2)} ms`)

const before = await store.size()
since = performance.now()
const revisions = store.revision - store.compacted
const stall = await stallDuring(() => store.compact(store.revision))
const after = await store.size()
const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MiB`
say(
  'compaction',
  `${perSecond(revisions, since)}/s`,
  `${mebibytes(before.bytesInUse)} → ${mebibytes(after.bytesInUse)} in use, longest stall ${stall.toFixed(1)} ms`,
)

const WATCHERS = 1_000
let told = 0
const watches = await Promise.all(
  Array.from({ length: WATCHERS }, () =>
    store.watch({ ...range, from: store.revision + 1 }, { events: events => void (told += events.length) }),
  ),
)
since = performance.now()
for (let i = 0; i < 20; i++) await Promise.all(Array.from({ length: 100 }, (_, k) => store.put(key(k), value)))
say(`events told to ${WATCHERS} watchers`, `${perSecond(told, since)}/s`)
for (const watch of watches) watch[Symbol.dispose]()

await store[Symbol.asyncDispose]()
rmSync(folder, { recursive: true })

function flushes(): number {
  const file = openSync(join(folder, 'bare'), 'w')
  const begin = performance.now()
  let count = 0
  while (performance.now() < begin + (SECONDS * 1_000) / 2) {
    writeSync(file, VALUE)
    fdatasyncSync(file)
    count++
  }
  closeSync(file)
  return perSecond(count, begin)
}
