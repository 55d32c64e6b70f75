/** Simulated nodes with the API server in one process, in virtual time. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { InProcess } from '#apiserver/in-process.ts'
import { Pipeline } from '#apiserver/pipeline.ts'
import { VirtualClock } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import { createClient } from '#client/requests.ts'
import type { Client } from '#client/transport.ts'
import { catalogue } from '#kinds/catalogue.ts'
import { Lease } from '#kinds/coordination/lease.ts'
import { Namespace } from '#kinds/core/namespace.ts'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { type SimulatedNodes, startSimulatedNodes } from '#kubelet/simulated/nodes.ts'
import { openMemory } from '#store/engines/memory/engine.ts'

const clock = new VirtualClock()
let client: Client
let nodes: SimulatedNodes
let pipeline: Pipeline
before(async () => {
  const store = await openMemory({ clock })
  const allow = { decision: 'allow' as const, reason: '' }
  const user = { name: 'test', uid: '', groups: ['system:masters'], extra: {} }
  const authorizer = { authorize: async () => allow, rules: async () => ({ resource: [], nonResource: [], incomplete: false }) }
  const log = { ...silentLog, warn: (fields: object, message: string) => console.error(message, fields) }
  pipeline = new Pipeline({ store, catalogue, clock, log, gates: () => ({ authenticate: async () => user, authorizer }), admission: [] })
  client = createClient(new InProcess(pipeline, { user, agent: 'test' }))
  for (const name of ['default', 'kube-node-lease']) await client.create(Namespace, { metadata: { name } })
  nodes = await startSimulatedNodes({ client, clock, log, count: 3, version: 'v1.36.0' })
})
after(async () => {
  await nodes[Symbol.asyncDispose]()
  await pipeline[Symbol.asyncDispose]()
})
/** Lets everything happen that is due within so many seconds. */
async function run(seconds: number): Promise<void> {
  const end = clock.now() + seconds * 1000
  for (;;) {
    for (let turn = 0; turn < 50; turn++) await new Promise(resolve => setImmediate(resolve))
    const next = clock.next
    if (next === undefined || next > end) break
    clock.advance(next)
  }
  clock.advance(end)
}
const get = (name: string) => client.get(Pod, { namespace: 'default', name })
const create = (name: string, spec: object, metadata: object = {}) =>
  client.create(Pod, {
    metadata: { name, namespace: 'default', ...metadata },
    spec: { containers: [{ name: 'c', image: 'i' }], ...spec },
  } as unknown as Partial<Pod>)

test('nodes are there, Ready, and give signs of life', async () => {
  const { items } = await client.list(Node)
  assert.deepEqual(
    items.map(({ metadata, status }) => [metadata.name, status.conditions?.find(({ type }) => type === 'Ready')?.status]),
    ['simulated-1', 'simulated-2', 'simulated-3'].map(name => [name, 'True']),
  )
  const lease = () => client.get(Lease, { namespace: 'kube-node-lease', name: 'simulated-2' })
  const before = (await lease()).spec?.renewTime
  await run(11)
  assert.notEqual((await lease()).spec?.renewTime, before)
})
test('a pod runs only when it has a node, and goes when it is deleted', async () => {
  await create('web', { nodeName: 'simulated-1' })
  await create('waits', {})
  await create('elsewhere', { nodeName: 'other' })
  await run(2)
  assert.deepEqual(await Promise.all(['web', 'waits', 'elsewhere'].map(async name => (await get(name)).status.phase)), [
    'Running',
    'Pending',
    'Pending',
  ])
  assert.match((await get('web')).status.podIP ?? '', /^10\.20\d\./)
  await client.delete(Pod, { namespace: 'default', name: 'web' })
  await run(2)
  await assert.rejects(get('web'), /not found/)
})
test('a pod that is never restarted succeeds', async () => {
  await create('job', { nodeName: 'simulated-2', restartPolicy: 'Never' })
  await run(5)
  assert.equal((await get('job')).status.phase, 'Succeeded')
})
