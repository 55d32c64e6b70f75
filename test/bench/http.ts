/** Requests over TLS from 50 connections: reading a pod, listing 1,000, creating them durably; beside Node's own server that answers the same bytes. */
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Pod } from '#kinds/core/pod.ts'
import { type Access, BenchCluster } from './cluster.ts'
import { type Bench, type Figure, median } from './figures.ts'
import { answerTo, start } from './load/children.ts'
import type { FloorJob } from './load/floor.ts'
import type { Protocol } from './load/requester.ts'
import type { RequestsJob, RequestsReport, RequestsRound } from './load/requests.ts'
import { pausePod } from './pods.ts'
import { cpuSeconds } from './process.ts'

const CONNECTIONS = 50
const LISTED = 1_000
const WARM_MS = 2_000
/** Server and yardstick take turns in short slices, so that what else the machine does meanwhile meets both alike. */
const SLICES = 16
const SLICE_MS = 500
/** Of the processor time per request in all slices: the least is chance, and the middle is what the machine's other work adds. */
const COST_PART = 0.1
/** Nobody schedules these pods, so that the API server is measured and no containers. */
const UNSCHEDULED = { schedulerName: 'nobody' }

interface Case {
  readonly what: string
  readonly goal: number
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: string
}

export const http: Bench = {
  about: `requests per second over TLS, ${CONNECTIONS} connections: get, list of ${LISTED}, durable create`,
  run: async bundle => {
    await using cluster = await BenchCluster.start(bundle)
    await fill(cluster)
    const body = JSON.stringify({ apiVersion: 'v1', kind: 'Pod', ...pausePod('%NAME%', 'made', UNSCHEDULED) })
    const cases: readonly Case[] = [
      { what: 'GET a pod', goal: 15_000, method: 'GET', path: '/api/v1/namespaces/listed/pods/pod-0000' },
      { what: `LIST ${LISTED} pods`, goal: 100, method: 'GET', path: '/api/v1/namespaces/listed/pods' },
      { what: 'create a pod, durably', goal: 2_000, method: 'POST', path: '/api/v1/namespaces/made/pods', body },
    ]
    const figures: Figure[] = []
    for (const one of cases) for (const protocol of ['h1', 'h2'] as const) figures.push(await measure(cluster, one, protocol))
    return figures
  },
}

async function fill(cluster: BenchCluster): Promise<void> {
  for (const name of ['listed', 'made']) await cluster.makeNamespace(name)
  const names = Array.from({ length: LISTED }, (_, i) => `pod-${String(i).padStart(4, '0')}`)
  for (let i = 0; i < names.length; i += 100)
    await Promise.all(names.slice(i, i + 100).map(name => cluster.client.create(Pod, pausePod(name, 'listed', UNSCHEDULED))))
}

/** One of the two that take turns. */
interface Side {
  readonly pid: number
  readonly rates: number[]
  /** Seconds of processor time per request. */
  readonly costs: number[]
  readonly latencies: RequestsReport[]
  readonly round: (forMs: number) => Promise<RequestsReport>
}
let sides = 0
async function measure(cluster: BenchCluster, { what, goal, ...ask }: Case, protocol: Protocol): Promise<Figure> {
  const answer = ask.method === 'GET' ? await bytesOf(cluster.access, ask.path) : Buffer.alloc(0)
  const folder = mkdtempSync(join(tmpdir(), 'knarr-floor-'))
  try {
    const tls = { ca: cluster.access.ca, key: read(cluster, 'apiserver.key'), cert: read(cluster, 'apiserver.crt') }
    using floor = await start<FloorJob, number>('floor.ts', { tls, answer: answer.toString('base64'), folder })
    const job = { ...ask, protocol, connections: CONNECTIONS }
    using toKnarr = await start<RequestsJob, string>('requests.ts', { ...job, access: cluster.access, prefix: `r${sides++}-` })
    using toBare = await start<RequestsJob, string>('requests.ts', {
      ...job,
      access: { ...cluster.access, port: floor.first },
      prefix: `r${sides++}-`,
    })
    const knarr = sideOf(cluster.pid, toKnarr.child)
    const bare = sideOf(floor.child.pid ?? 0, toBare.child)
    for (const side of [knarr, bare]) await side.round(WARM_MS)
    for (let i = 0; i < SLICES; i++) for (const side of [knarr, bare]) await slice(side)
    const microseconds = (costs: readonly number[]) => `${(lowOf(costs) * 1e6).toFixed(0)} µs`
    const latency = (of: 'median' | 'p99') => `${median(knarr.latencies.map(report => report[of])).toFixed(1)} ms`
    return {
      what: `${what}, ${protocol}`,
      values: knarr.rates,
      unit: '/s',
      goal: { atLeast: goal },
      yardstick: { what: 'bare server', values: bare.rates },
      note: `processor time per request ${microseconds(knarr.costs)}, bare ${microseconds(bare.costs)}; latency ${latency('median')}, p99 ${latency('p99')}`,
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
const sideOf = (pid: number, child: ChildProcess): Side => ({
  pid,
  rates: [],
  costs: [],
  latencies: [],
  round: forMs => answerTo<RequestsRound, RequestsReport>(child, { forMs }),
})
async function slice({ pid, rates, costs, latencies, round }: Side): Promise<void> {
  const before = cpuSeconds(pid)
  const report = await round(SLICE_MS)
  rates.push(report.perSecond)
  costs.push((cpuSeconds(pid) - before) / report.count)
  latencies.push(report)
}
const lowOf = (costs: readonly number[]): number => costs.toSorted((a, b) => a - b)[Math.floor(costs.length * COST_PART)] as number
const read = ({ folder }: BenchCluster, file: string) => readFileSync(join(folder.pki, file), 'utf8')

async function bytesOf({ port, ca, cert, key }: Access, path: string): Promise<Buffer> {
  const { get } = await import('node:https')
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, ca, cert, key, agent: false }, answer => {
      const pieces: Buffer[] = []
      answer.on('data', (piece: Buffer) => pieces.push(piece))
      answer.on('end', () => resolve(Buffer.concat(pieces)))
    }).on('error', reject)
  })
}
