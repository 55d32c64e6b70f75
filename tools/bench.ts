/** `./knarr bench [name…] [--bundle FILE]`: measures what SPECIFICATION.md promises and prints figure, goal, and ratio to the yardstick of the same run. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { removeClusters } from '../test/bench/cluster.ts'
import { dns } from '../test/bench/dns.ts'
import { type Bench, HEADS, row } from '../test/bench/figures.ts'
import { http } from '../test/bench/http.ts'
import { idle } from '../test/bench/idle.ts'
import { node } from '../test/bench/node.ts'
import { podStart } from '../test/bench/pod-start.ts'
import { proxy } from '../test/bench/proxy.ts'
import { scale } from '../test/bench/scale.ts'
import { start } from '../test/bench/start.ts'
import { watch } from '../test/bench/watch.ts'

/** A program of its own that prints its figures itself: it measures the sources, not the bundle. */
const store: Bench = {
  about: 'the store alone: durable writes, ranges, watchers, beside append and flush on the same disk',
  run: async () => {
    const { status } = spawnSync(process.execPath, [new URL('../test/bench/store.ts', import.meta.url).pathname], { stdio: 'inherit' })
    if (status !== 0) throw new Error(`measure store: exit code ${status}`)
    return []
  },
}
const BENCHES: Readonly<Record<string, Bench>> = { start, idle, 'pod-start': podStart, node, http, watch, dns, scale, store, proxy }

const { values, positionals: asked } = parseArgs({
  allowPositionals: true,
  options: { bundle: { type: 'string', default: new URL('../dist/knarr.js', import.meta.url).pathname } },
})
const unknown = asked.find(name => !(name in BENCHES))
if (unknown !== undefined) {
  console.error(`knarr bench: no bench "${unknown}"; there are: ${Object.keys(BENCHES).join(', ')}`)
  process.exit(2)
}

const load = () =>
  loadavg()
    .map(one => one.toFixed(2))
    .join(' ')
console.log(`${availableParallelism()} × ${cpus()[0]?.model ?? 'processor'}, Node.js ${process.version}, ${kernel()}`)
for (const event of ['SIGINT', 'SIGTERM', 'uncaughtException', 'unhandledRejection'])
  process.once(event, reason => {
    console.error('knarr bench: ended early:', reason)
    void removeClusters().finally(() => process.exit(1))
  })
let hasFailed = false
for (const [name, bench] of Object.entries(BENCHES)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  console.log(`\n${name}: ${bench.about} (load ${load()})`)
  try {
    const figures = await bench.run(resolve(values.bundle))
    if (figures.length > 0) print([HEADS, ...figures.map(row)])
    for (const { what, note } of figures) if (note) console.log(`  ${what}: ${note}`)
    console.log(`  load afterwards ${load()}`)
  } catch (error) {
    hasFailed = true
    console.error(`${name} failed:`, error)
  }
}
process.exit(hasFailed ? 1 : 0)

function print(rows: readonly (readonly string[])[]): void {
  const widths = HEADS.map((_, column) => Math.max(...rows.map(cells => cells[column]?.length ?? 0)))
  for (const cells of rows)
    console.log(
      `  ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] as number) : cell.padStart(widths[i] as number))).join('  ')}`.trimEnd(),
    )
}
function kernel(): string {
  return `Linux ${readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim()}`
}
