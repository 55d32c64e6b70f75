/** Addresses and ports run out, on real containers: what the user is told, and that it goes on by itself when one is free again. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Event } from '#kinds/core/event.ts'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { isReady } from '#kinds/core/pod/facts.ts'
import { Service } from '#kinds/core/service.ts'
import { ServiceCIDR } from '#kinds/networking/service-cidr.ts'
import { eventually } from '#test/conformance/support/eventually.ts'
import { ask, client, HTTP_PORT, server } from '#test/support/agnhost.ts'
import { type NodeCluster, startNodeCluster } from '#test/support/node-cluster.ts'

const NAMESPACE = 'narrow'
/** Of eight addresses the network, the node's end and the broadcast are no pod's; of sixteen two are no service's. */
const [PODS, SERVICES] = [5, 14]
const PATIENCE = { timeoutMs: 60_000 }

let cluster: NodeCluster
/** `10.100`; services have the next number. */
let prefix: readonly [number, number]
before(async () => {
  cluster = await startNodeCluster(['agnhost'], ({ podCidr }) => {
    const [a = 0, b = 0] = podCidr.split('.').map(Number)
    prefix = [a, b]
    return { podCidr: `${a}.${b}.0.0/29`, serviceCidr: `${a}.${b + 1}.0.0/28` }
  })
  await cluster.namespace(NAMESPACE)
})
after(() => cluster?.[Symbol.asyncDispose]())

const start = (pod: Partial<Pod>) => cluster.client.create(Pod, { ...pod, metadata: { ...pod.metadata, namespace: NAMESPACE } })
const ready = (name: string) => cluster.until(NAMESPACE, name, pod => pod && isReady(pod))
const expose = (name: string, more: readonly string[] = []) =>
  ['create', 'service', 'clusterip', name, '--namespace', NAMESPACE, `--tcp=80:${HTTP_PORT}`, ...more] as const
const addressOf = async (name: string) => (await cluster.client.get(Service, { namespace: NAMESPACE, name })).spec.clusterIP ?? ''
const event = (name: string, reason: string) =>
  eventually(async () => {
    const { items } = await cluster.client.list(Event, { namespace: NAMESPACE })
    return items.find(one => one.involvedObject.name === name && one.reason === reason) ?? assert.fail(`no ${reason} of ${name}`)
  }, PATIENCE)

describe('exhaustion', () => {
  test('the addresses of a node’s pods: who gets none says so, and starts when one is free', async () => {
    await start(server({ name: 'web', labels: { app: 'web' } }))
    for (let i = 1; i < PODS; i++) await start(client(`p${i}`))
    await Promise.all(['web', ...Array.from({ length: PODS - 1 }, (_, i) => `p${i + 1}`)].map(ready))
    await start(client('late'))
    const { message = '', type } = await event('late', 'FailedCreatePodSandBox')
    assert.equal(type, 'Warning')
    assert.match(message, /^Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox /)
    assert.match(message, /no IP addresses available in range set: 10\.\d+\.0\.1-10\.\d+\.0\.6/)
    assert.match(message, /; all addresses of this node's range are taken: delete pods, .*--pod-cidr/)
    assert.match(await cluster.ok(['get', 'pods', '--namespace', NAMESPACE, 'late']), /late +0\/1 +ContainerCreating /)
    await cluster.client.delete(Pod, { namespace: NAMESPACE, name: 'p1' })
    const late = await ready('late')
    assert.equal(late?.status.containerStatuses?.[0]?.restartCount, 0)
    // A pod that has ended needs none any more, though it is still there.
    await start(client('later'))
    await event('later', 'FailedCreatePodSandBox')
    await cluster.client.patch(Pod, { namespace: NAMESPACE, name: 'p2' }, 'merge', { spec: { activeDeadlineSeconds: 1 } })
    await cluster.until(NAMESPACE, 'p2', pod => pod?.status.phase === 'Failed')
    await ready('later')
  })

  test('the addresses of services: refused in upstream’s words; one that is given back serves anew; a further range has more', async () => {
    const { items } = await cluster.client.list(Service)
    for (let i = items.length; i < SERVICES; i++) await cluster.ok(expose(`s${i}`))
    assert.equal(
      (await cluster.fails(expose('web'))).trim(),
      'error: failed to create ClusterIP service: Internal error occurred: failed to allocate a serviceIP: range is full',
    )
    const freed = await addressOf('s5')
    await cluster.client.delete(Service, { namespace: NAMESPACE, name: 's5' })
    await cluster.ok(expose('web'))
    assert.equal(await addressOf('web'), freed)
    const answers = async (to: string) =>
      eventually(
        async () => assert.deepEqual(await ask(cluster, { namespace: NAMESPACE, pod: 'late' }, { to: `${to}:80` }), ['web']),
        PATIENCE,
      )
    await answers(freed)
    await cluster.fails(expose('again'))
    const [a, b] = prefix
    await cluster.client.create(ServiceCIDR, { metadata: { name: 'more' }, spec: { cidrs: [`${a}.${b + 1}.1.0/30`] } })
    await cluster.ok(['wait', 'servicecidr/more', '--for=condition=Ready', '--timeout=30s'])
    await cluster.ok(['create', 'service', 'clusterip', 'again', '--namespace', NAMESPACE, `--tcp=80:${HTTP_PORT}`])
    await cluster.client.patch(Service, { namespace: NAMESPACE, name: 'again' }, 'merge', { spec: { selector: { app: 'web' } } })
    const address = await addressOf('again')
    assert(address.startsWith(`${a}.${b + 1}.1.`), address)
    await answers(address)
    // It is in use, and says so; with its last service it goes.
    await cluster.client.delete(ServiceCIDR, { name: 'more' })
    await eventually(async () => {
      const { status } = await cluster.client.get(ServiceCIDR, { name: 'more' })
      assert.deepEqual(
        status.conditions?.map(({ type, status, reason }) => [type, status, reason]),
        [['Ready', 'False', 'Terminating']],
      )
    }, PATIENCE)
    await cluster.client.delete(Service, { namespace: NAMESPACE, name: 'again' })
    await cluster.ok(['wait', 'servicecidr/more', '--for=delete', '--timeout=30s'])
    await answers(freed)
  })

  test('the ranges of nodes: one for whom none is left is told of', async () => {
    await cluster.client.create(Node, { metadata: { name: 'elsewhere' } })
    const event = await eventually(async () => {
      const { items } = await cluster.client.list(Event)
      return items.find(({ involvedObject }) => involvedObject.name === 'elsewhere') ?? assert.fail('no event')
    }, PATIENCE)
    assert.deepEqual([event.reason, event.message], ['CIDRNotAvailable', 'Node elsewhere status is now: CIDRNotAvailable'])
    assert.equal((await cluster.client.get(Node, { name: 'elsewhere' })).spec.podCIDR, undefined)
    await cluster.client.delete(Node, { name: 'elsewhere' })
  })

  test('the ports of load balancers: the second one on a port is pending, and its event says why and what helps', async () => {
    const balance = async (name: string) => {
      await cluster.client.delete(Service, { namespace: NAMESPACE, name })
      await cluster.ok(['create', 'service', 'loadbalancer', name, '--namespace', NAMESPACE, `--tcp=8199:${HTTP_PORT}`])
    }
    const shown = () => cluster.ok(['get', 'services', '--namespace', NAMESPACE, '--no-headers'])
    await balance('s6')
    await eventually(async () => assert.match(await shown(), /^s6 +LoadBalancer +\S+ +\d+\.\d+\.\d+\.\d+ /m), PATIENCE)
    await balance('s7')
    const { message } = await event('s7', 'SyncLoadBalancerFailed')
    assert.equal(
      message,
      `Error syncing load balancer: failed to ensure load balancer: port 8199/TCP of the nodes is taken by load balancer "${NAMESPACE}/s6"; give this service another port, or delete that one`,
    )
    assert.match(await shown(), /^s7 +LoadBalancer +\S+ +<pending> /m)
    await cluster.client.delete(Service, { namespace: NAMESPACE, name: 's6' })
    await eventually(async () => assert.match(await shown(), /^s7 +LoadBalancer +\S+ +\d+\.\d+\.\d+\.\d+ /m), PATIENCE)
  })
})
