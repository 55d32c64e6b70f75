/** A real server that the scheduler asks: it rules nodes out, compares them, binds; and what happens when it fails. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { Binding } from '#kinds/core/binding.ts'
import { condition } from '#kinds/core/pod/facts.ts'
import { Pod } from '#kinds/core/pod.ts'
import { startTestCluster, type TestCluster } from '#test/support/cluster.ts'
import { once, readyNamespace, refusalOf } from './fixture.ts'

const NODES = ['simulated-1', 'simulated-2', 'simulated-3']
const TIMEOUT = { timeout: 120_000 }
/** What the extender does, by the label `wish` of the pod it is asked about. */
const answers: Readonly<Record<string, (verb: string) => object | undefined>> = {
  last: verb => (verb === 'filter' ? { NodeNames: NODES } : [{ Host: 'simulated-3', Score: 10 }]),
  second: verb =>
    verb === 'filter' ? { NodeNames: ['simulated-2'], FailedNodes: { 'simulated-1': 'no fan', 'simulated-3': 'no fan' } } : [],
  nowhere: () => ({ NodeNames: [], FailedAndUnresolvableNodes: Object.fromEntries(NODES.map(name => [name, 'no fan'])) }),
  broken: () => undefined,
}
let isMended = false
const bound: string[] = []
let cluster: TestCluster
const server = createServer((request, response) => {
  void (async () => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = JSON.parse(Buffer.concat(chunks).toString()) as {
      readonly Pod?: Pod
      readonly PodName: string
      readonly PodNamespace: string
      readonly PodUID: string
      readonly Node: string
    }
    const verb = request.url?.split('/').at(-1) ?? ''
    if (verb === 'bind') {
      const { PodName: name, PodNamespace: namespace, PodUID: uid, Node: node } = body
      await cluster.client.create(
        Binding,
        { metadata: { namespace, name, uid }, target: { apiVersion: 'v1', kind: 'Node', name: node } },
        { of: { kind: Pod, namespace, name }, subresource: 'binding' },
      )
      bound.push(name)
      return response.end('{"Error":""}')
    }
    const wish = body.Pod?.metadata.labels?.['wish'] ?? ''
    const answer = isMended && wish === 'broken' ? answers['last']?.(verb) : answers[wish]?.(verb)
    if (!answer) response.statusCode = 500
    return response.end(JSON.stringify(answer ?? {}))
  })()
})
before(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const schedulerConfiguration = `
apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
extenders:
- urlPrefix: http://127.0.0.1:${(server.address() as AddressInfo).port}/scheduler/
  filterVerb: filter
  prioritizeVerb: prioritize
  bindVerb: bind
  weight: 5
  nodeCacheCapable: true
  httpTimeout: 5s
  managedResources: [{name: example.com/fan, ignoredByScheduler: true}]
`
  cluster = await startTestCluster({ simulatedNodes: 3, schedulerConfiguration })
})
after(async () => {
  await cluster[Symbol.asyncDispose]()
  server.closeAllConnections()
  server.close()
})

const create = (namespace: string, wish: string, fans = '1') => {
  const amounts = { 'example.com/fan': fans }
  const resources = fans === '0' ? {} : { resources: { requests: amounts, limits: amounts } }
  return cluster.client.create(Pod, {
    metadata: { name: wish, namespace, labels: { wish } },
    spec: { containers: [{ name: 'c', image: 'i', ...resources }] },
  } as unknown as Partial<Pod>)
}
const shown = (namespace: string, until: (pod: Pod) => boolean) => once(cluster, Pod, { namespace, until: pods => pods.some(until) })

test('an extender rules nodes out, compares what is left, and binds', TIMEOUT, async () => {
  const namespace = await readyNamespace(cluster, 'asked')
  for (const [wish, node] of [
    ['second', 'simulated-2'],
    ['last', 'simulated-3'],
  ] as const) {
    await create(namespace, wish)
    const pods = await shown(namespace, ({ metadata, spec }) => metadata.name === wish && Boolean(spec.nodeName))
    assert.equal(pods.find(({ metadata }) => metadata.name === wish)?.spec.nodeName, node)
  }
  assert.deepEqual(bound, ['second', 'last'])
})
test('what it says of each node is told', TIMEOUT, async () => {
  const namespace = await readyNamespace(cluster, 'nowhere')
  await create(namespace, 'nowhere')
  const pods = await shown(namespace, pod => refusalOf([pod], 'nowhere') !== undefined)
  assert.equal(
    refusalOf(pods, 'nowhere'),
    '0/3 nodes are available: 3 no fan. no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
  )
})
test('while it fails there is no decision; pods that are none of its business do not wait', TIMEOUT, async () => {
  const namespace = await readyNamespace(cluster, 'broken')
  await create(namespace, 'broken')
  const [pod] = await shown(namespace, each => condition(each, 'PodScheduled')?.status === 'False')
  assert.equal(condition(pod as Pod, 'PodScheduled')?.reason, 'SchedulerError')
  assert.equal(condition(pod as Pod, 'PodScheduled')?.observedGeneration, 1)
  assert.match(
    condition(pod as Pod, 'PodScheduled')?.message ?? '',
    /^failed filter with extender at URL http:.*\/scheduler\/filter, code 500$/,
  )
  await create(namespace, 'plain', '0')
  await shown(namespace, ({ metadata, spec }) => metadata.name === 'plain' && Boolean(spec.nodeName))
  isMended = true
  await shown(namespace, ({ metadata, spec }) => metadata.name === 'broken' && spec.nodeName === 'simulated-3')
})
