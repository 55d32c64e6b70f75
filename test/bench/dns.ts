/** Cluster DNS: answers per second for services, how long they take, and what a flood of random names costs in memory. */
import { ConfigMap } from '#kinds/core/config-map.ts'
import { Service } from '#kinds/core/service.ts'
import { BenchCluster } from './cluster.ts'
import type { Bench } from './figures.ts'
import { outcome, start } from './load/children.ts'
import type { QuestionsJob, QuestionsReport } from './load/questions.ts'
import { anonymousMegabytes, cpuSeconds } from './process.ts'

const SERVICES = 1_000
const UNDER_WAY = 32
const ROUNDS = 3
const WARM_MS = 1_000
const MEASURE_MS = 2_000
const FLOOD = 200_000
/**
 * The first floods fill what is kept of others' answers, at most 8 MB, and the room for young objects, 34 MB, up to where V8 thinks it time to
 * collect. One more must find room in that.
 */
const FLOOD_MAX_MB = 8

export const dns: Bench = {
  about: `cluster DNS: answers for ${SERVICES} services, ${UNDER_WAY} questions at a time, and a flood of random names`,
  run: async bundle => {
    await using cluster = await BenchCluster.start(bundle)
    const { client, pid } = cluster
    await cluster.makeNamespace('named')
    for (let i = 0; i < SERVICES; i++)
      await client.create(Service, { metadata: { name: `s-${i}`, namespace: 'named' }, spec: { ports: [{ port: 80 }] } } as never)
    const { spec } = await client.get(Service, { namespace: 'kube-system', name: 'kube-dns' })
    using resolver = await start<object, number>('resolver.ts', {})
    await client.create(ConfigMap, {
      metadata: { name: 'knarr-dns', namespace: 'kube-system' },
      data: { upstreams: `127.0.0.1:${resolver.first}` },
    })
    const server = { address: spec.clusterIP ?? '', port: 53 }
    const bare = { address: '127.0.0.1', port: resolver.first }
    const ask = (whom: typeof server, name: string, names: number, until: QuestionsJob['until']) =>
      outcome<QuestionsJob, QuestionsReport>('questions.ts', { ...whom, name, names, underWay: UNDER_WAY, until })
    const services = (whom: typeof server, ms: number) => ask(whom, 's-%.named.svc.cluster.local', SERVICES, { ms })

    await services(server, WARM_MS)
    await services(bare, WARM_MS)
    const reports: { own: QuestionsReport; bare: QuestionsReport; cost: number }[] = []
    for (let i = 0; i < ROUNDS; i++) {
      const before = cpuSeconds(pid)
      const own = await services(server, MEASURE_MS)
      const cost = ((cpuSeconds(pid) - before) / own.count) * 1e6
      if (own.full !== own.count) throw new Error(`ask for services: ${own.count - own.full} of ${own.count} answers have no record`)
      reports.push({ own, cost, bare: await services(bare, MEASURE_MS) })
    }
    const flood = async (name: string) => {
      const before = anonymousMegabytes(pid)
      const { perSecond, lost } = await ask(server, name, Number.MAX_SAFE_INTEGER, { count: FLOOD })
      return { grown: anonymousMegabytes(pid) - before, note: `${perSecond.toFixed(0)}/s, ${lost} lost` }
    }
    // The first ones fill what may be filled; the last one shows what goes on growing.
    const fillings = [await flood('a%.named.svc.cluster.local'), await flood('a%.example.test'), await flood('c%.example.test')]
    const inside = await flood('b%.named.svc.cluster.local')
    const outside = await flood('b%.example.test')
    return [
      {
        what: 'answers for services',
        values: reports.map(({ own }) => own.perSecond),
        unit: '/s',
        goal: { atLeast: 20_000 },
        yardstick: { what: 'bare sockets', values: reports.map(({ bare }) => bare.perSecond) },
        note: `processor time per answer ${Math.min(...reports.map(({ cost }) => cost)).toFixed(0)} µs; ${reports.reduce((sum, { own }) => sum + own.lost, 0)} lost`,
      },
      {
        what: 'their 99th percentile',
        values: reports.map(({ own }) => own.p99),
        unit: 'ms',
        goal: { atMost: 2 },
        yardstick: { what: 'bare sockets', values: reports.map(({ bare }) => bare.p99) },
      },
      {
        what: `memory grown by ${FLOOD} random names inside, then twice outside`,
        values: fillings.map(({ grown }) => grown),
        unit: 'MB',
        note: fillings.map(({ note }) => note).join('; '),
      },
      {
        what: 'memory grown by as many again',
        values: [inside.grown, outside.grown],
        unit: 'MB',
        goal: { atMost: FLOOD_MAX_MB },
        note: `${inside.note}; ${outside.note}`,
      },
    ]
  },
}
