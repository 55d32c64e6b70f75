/** From the command `up` to an API that answers and a node that is Ready, in a new data folder and in one that was used before. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { request } from 'node:https'
import { Node } from '#kinds/core/node.ts'
import { type Access, BenchCluster } from './cluster.ts'
import type { Bench, Figure } from './figures.ts'

const ROUNDS = 5
const POLL_MS = 5

export const start: Bench = {
  about: 'time from `up` to the first answer of the API and to a Ready node',
  run: async bundle => {
    const fresh = emptyTimes()
    const again = emptyTimes()
    const bare: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      bare.push(bareNode())
      await using cluster = await BenchCluster.prepare(bundle)
      await measure(cluster, fresh)
      await cluster.down()
      await measure(cluster, again)
    }
    // Two processes of Node start one after the other: the command, and the serving process.
    const yardstick = { what: 'an empty script, twice', values: bare.map(seconds => 2 * seconds) }
    const figures = (name: string, times: Times): readonly Figure[] => [
      { what: `${name}: /readyz answers`, values: times.api, unit: 's', goal: { atMost: 0.5 }, yardstick },
      { what: `${name}: node is Ready`, values: times.node, unit: 's', goal: { atMost: 1.5 }, yardstick },
      { what: `${name}: "up" returns`, values: times.up, unit: 's' },
    ]
    return [...figures('new folder', fresh), ...figures('used folder', again)]
  },
}

interface Times {
  readonly api: number[]
  readonly node: number[]
  readonly up: number[]
}
const emptyTimes = (): Times => ({ api: [], node: [], up: [] })
const pause = () => new Promise(resolve => setTimeout(resolve, POLL_MS))
const since = (begun: number) => (performance.now() - begun) / 1_000

async function measure(cluster: BenchCluster, times: Times): Promise<void> {
  const begun = performance.now()
  const up = cluster.up().then(() => since(begun))
  await Promise.race([apiAnswers(cluster), up.then(() => apiAnswers(cluster))])
  times.api.push(since(begun))
  await nodeIsReady(cluster)
  times.node.push(since(begun))
  times.up.push(await up)
}

async function apiAnswers(cluster: BenchCluster): Promise<void> {
  // The keys are there before the server listens.
  while (!existsSync(join(cluster.folder.pki, 'admin.crt'))) await pause()
  while (!(await isReady(cluster.access))) await pause()
}
const isReady = ({ port, ca, cert, key }: Access): Promise<boolean> =>
  new Promise(resolve => {
    const asked = request({ host: '127.0.0.1', port, path: '/readyz', ca, cert, key, agent: false }, answer => {
      answer.resume()
      answer.on('end', () => resolve(answer.statusCode === 200))
    })
    asked.on('error', () => resolve(false)).end()
  })

async function nodeIsReady({ client }: BenchCluster): Promise<void> {
  for (;;) {
    const { items } = await client.list(Node)
    if (items.some(({ status }) => status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'))) return
    await pause()
  }
}

function bareNode(): number {
  const begun = performance.now()
  spawnSync(process.execPath, ['-e', '0'])
  return since(begun)
}
