/** Requests over TLS from 50 connections: reading a pod, listing 1,000, creating them durably; beside Node's own server that answers the same bytes. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readFileSync } from 'node:fs'
import { Pod } from '#kinds/core/pod.ts'
import { type Access, BenchCluster } from './cluster.ts'
import type { Bench, Figure } from './figures.ts'
import { outcome, start } from './load/children.ts'
import type { FloorJob } from './load/floor.ts'
import type { RequestsJob, RequestsReport } from './load/requests.ts'
import type { Protocol } from './load/requester.ts'
import { pausePod } from './pods.ts'
import { cpuSeconds } from './process.ts'

const CONNECTIONS = 50
const LISTED = 1_000
const ROUNDS = 3
const WARM_MS = 1_000
const MEASURE_MS = 2_000
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

let round = 0
async function measure(cluster: BenchCluster, { what, goal, ...ask }: Case, protocol: Protocol): Promise<Figure> {
  const answer = ask.method === 'GET' ? await bytesOf(cluster.access, ask.path) : Buffer.alloc(0)
  const folder = mkdtempSync(join(tmpdir(), 'knarr-floor-'))
  try {
    const tls = { ca: cluster.access.ca, key: read(cluster, 'apiserver.key'), cert: read(cluster, 'apiserver.crt') }
    using floor = await start<FloorJob, number>('floor.ts', { tls, answer: answer.toString('base64'), folder })
    const knarr = { access: cluster.access, pid: cluster.pid, rates: [] as number[], costs: [] as number[] }
    const bare = {
      access: { ...cluster.access, port: floor.first },
      pid: floor.child.pid ?? 0,
      rates: [] as number[],
      costs: [] as number[],
    }
    const load = ({ access }: { access: Access }, forMs: number) =>
      outcome<RequestsJob, RequestsReport>('requests.ts', {
        ...ask,
        access,
        protocol,
        connections: CONNECTIONS,
        forMs,
        prefix: `r${round++}-`,
      })
    for (const side of [knarr, bare]) await load(side, WARM_MS)
    let latency = { median: 0, p99: 0 }
    for (let i = 0; i < ROUNDS; i++)
      for (const side of [knarr, bare]) {
        const before = cpuSeconds(side.pid)
        const report = await load(side, MEASURE_MS)
        side.rates.push(report.perSecond)
        side.costs.push(((cpuSeconds(side.pid) - before) / report.count) * 1e6)
        if (side === knarr) latency = report
      }
    const microseconds = (costs: readonly number[]) => `${Math.min(...costs).toFixed(0)} µs`
    return {
      what: `${what}, ${protocol}`,
      values: knarr.rates,
      unit: '/s',
      goal: { atLeast: goal },
      yardstick: { what: 'bare server', values: bare.rates },
      note: `processor time per request ${microseconds(knarr.costs)}, bare ${microseconds(bare.costs)}; latency ${latency.median.toFixed(1)} ms, p99 ${latency.p99.toFixed(1)} ms`,
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
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
