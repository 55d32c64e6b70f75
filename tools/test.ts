/** `./knarr test [suite…]`: runs the checks and tests, shows what fails, and ends with one line of totals. */
import { spawn } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { run } from 'node:test'
import { inspect } from 'node:util'

const root = new URL('..', import.meta.url).pathname
process.chdir(root)

interface Suite {
  readonly about: string
  readonly files: readonly string[]
  /** So many files at a time; default: as many as there are cores. */
  readonly atOnce?: number
  /** Files that run by themselves, after the others: they use up, measure or compare the whole machine. */
  readonly alone?: readonly string[]
}
/** Each file on real containers has a cluster of its own, which waits more than it works. */
const CLUSTERS_AT_ONCE = 2
/** Disks, memory, processes and huge pages of the machine; its settings for IPv6; what was on it before and is after. */
const WHOLE_MACHINE = [
  'dual-stack',
  'eviction',
  'full-disk',
  'huge-pages',
  'pressure',
  'random-pods',
  'reservations',
  'runtime-faults',
  'usage',
  'wild-containers',
].map(name => `test/node/${name}.test.ts`)
const SUITES: Readonly<Record<string, Suite>> = {
  tidy: { about: 'the code itself', files: ['tools/*.test.ts'] },
  unit: { about: 'tables beside the code, contracts', files: ['src/**/*.test.ts'] },
  wire: { about: 'golden bytes, parity with the published facts', files: ['test/wire/**/*.test.ts'] },
  laws: { about: 'properties', files: ['test/laws/**/*.test.ts'] },
  scenarios: { about: 'a control plane on a virtual clock', files: ['test/scenarios/**/*.test.ts'] },
  integration: { about: 'real HTTP, real kubectl', files: ['test/integration/**/*.test.ts'] },
  node: { about: 'real containers; needs root', files: ['test/node/**/*.test.ts'], atOnce: CLUSTERS_AT_ONCE, alone: WHOLE_MACHINE },
  conformance: { about: 'the official behaviours', files: ['test/conformance/**/*.test.ts'], atOnce: CLUSTERS_AT_ONCE },
}
const CHECKS: Readonly<Record<string, readonly string[]>> = {
  types: ['node_modules/.bin/tsc', '-p', '.'],
  'browser types': ['node_modules/.bin/tsc', '-p', 'tsconfig.browser.json'],
  lint: ['node_modules/.bin/oxlint', '--type-aware', '--quiet'],
  format: ['node_modules/.bin/biome', 'format'],
}
/** One file may take so long, with all its tests: on a busy machine real containers and 100,000 requests take minutes. */
const TEST_TIMEOUT_MS = 600_000

const totals = { passed: 0, failed: 0, skipped: 0 }
const failures: string[] = []
/** Outcome of each conformance behaviour, by its official name. */
const behaviours = new Map<string, boolean>()

async function check(name: string, command: readonly string[]): Promise<void> {
  const begun = performance.now()
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', data => (output += String(data)))
  const code = await new Promise<number | null>(resolve => child.on('close', resolve))
  record(code === 0, `check: ${name}`, output)
  report(name, code === 0 ? 'ok' : 'FAILED', begun)
}

async function suite(name: string, { files, atOnce = availableParallelism(), alone = [] }: Suite): Promise<void> {
  const found = files
    .flatMap(pattern => globSync(pattern))
    .filter(path => existsSync(path))
    .sort()
  if (found.length === 0) return
  const begun = performance.now()
  const before = { ...totals }
  await runFiles(
    name,
    found.filter(path => !alone.includes(path)),
    atOnce,
  )
  await runFiles(
    name,
    found.filter(path => alone.includes(path)),
    1,
  )
  const counts = `${totals.passed - before.passed} passed, ${totals.failed - before.failed} failed`
  report(name, counts, begun)
}

async function runFiles(name: string, files: readonly string[], atOnce: number): Promise<void> {
  if (files.length === 0) return
  const stream = run({ files: [...files], concurrency: atOnce, timeout: TEST_TIMEOUT_MS, isolation: 'process' })
  stream.on('test:pass', event => {
    if (event.details.type === 'suite') return
    if (event.skip || event.todo) return void totals.skipped++
    totals.passed++
    if (name === 'conformance') behaviours.set(event.name, behaviours.get(event.name) ?? true)
  })
  stream.on('test:fail', event => {
    if (event.details.type === 'suite') return
    if (name === 'conformance') behaviours.set(event.name, false)
    const { cause, message } = event.details.error as Error
    record(
      false,
      `${event.file ?? ''}: ${event.name}`,
      cause instanceof Error ? (cause.stack ?? cause.message) : cause === undefined ? message : inspect(cause),
    )
  })
  stream.on('test:diagnostic', event => {
    if (event.level !== 'info' || /left out/.test(event.message)) console.log(`  ${event.message}`)
  })
  stream.on('test:stderr', event => process.stderr.write(event.message))
  for await (const _ of stream) void _
}

function record(passed: boolean, name: string, output: string): void {
  if (passed) return void totals.passed++
  totals.failed++
  failures.push(`✖ ${name}\n${output.trim().replace(/^/gm, '    ')}`)
  console.log(failures.at(-1))
}
function report(name: string, outcome: string, begun: number): void {
  console.log(`${name.padEnd(16)} ${outcome.padEnd(28)} ${((performance.now() - begun) / 1000).toFixed(1)} s`)
}

/** How many behaviours the official list of 1.36 has for each SIG. */
const OFFICIAL: Readonly<Record<string, number>> = {
  'sig-api-machinery': 99,
  'sig-apps': 60,
  'sig-architecture': 1,
  'sig-auth': 10,
  'sig-cli': 17,
  'sig-instrumentation': 4,
  'sig-network': 47,
  'sig-node': 106,
  'sig-scheduling': 11,
  'sig-storage': 91,
}

function reportBehaviours(): void {
  console.log(`\n${'conformance'.padEnd(20)} behaviours  tests  passing`)
  const row = (name: string, official: number, outcomes: readonly boolean[]) =>
    console.log(
      `${name.padEnd(20)} ${String(official).padStart(10)} ${String(outcomes.length).padStart(6)} ${String(outcomes.filter(Boolean).length).padStart(8)}`,
    )
  const all = [...behaviours].filter(([name]) => name.startsWith('[sig-'))
  for (const [sig, official] of Object.entries(OFFICIAL))
    row(
      sig,
      official,
      all.filter(([name]) => name.startsWith(`[${sig}]`)).map(([, passed]) => passed),
    )
  row(
    'all',
    Object.values(OFFICIAL).reduce((sum, official) => sum + official, 0),
    all.map(([, passed]) => passed),
  )
  console.log('')
}

const asked = process.argv.slice(2)
const unknown = asked.filter(name => !(name in SUITES) && name !== 'checks')
if (unknown.length > 0) {
  console.error(`knarr test: no suite "${unknown[0]}"; there are: checks, ${Object.keys(SUITES).join(', ')}`)
  process.exit(2)
}
const isAsked = (name: string) => asked.length === 0 || asked.includes(name)
if (isAsked('checks')) for (const [name, command] of Object.entries(CHECKS)) await check(name, command)
for (const [name, each] of Object.entries(SUITES)) if (isAsked(name)) await suite(name, each)
if (behaviours.size > 0) reportBehaviours()
if (failures.length > 0) console.log(`\nWhat failed:\n${failures.join('\n')}`)
console.log(`${totals.passed} passed, ${totals.failed} failed${totals.skipped ? `, ${totals.skipped} skipped` : ''}`)
process.exit(totals.failed === 0 && totals.passed > 0 ? 0 : 1)
