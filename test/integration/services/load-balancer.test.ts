/** Load balancers and the ranges of nodes, through the whole pipeline. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deciding } from '#client/deciding.ts'
import { nodeIpamController } from '#controllers/node-ipam/controller.ts'
import { serviceLoadBalancerController } from '#controllers/service-load-balancer/controller.ts'
import { Event } from '#kinds/core/event.ts'
import { Node } from '#kinds/core/node.ts'
import { Service } from '#kinds/core/service.ts'
import { startWorld, type World } from './fixture.ts'

const ref = (name: string) => ({ namespace: 'default', name })
const makeNode = ({ client }: World, name: string, address: string) =>
  client.create(Node, { metadata: { name }, status: { addresses: [{ type: 'InternalIP', address }] } } as unknown as Partial<Node>)
const makeBalancer = ({ client }: World, name: string) =>
  client.create(Service, { metadata: ref(name), spec: { type: 'LoadBalancer', ports: [{ port: 80 }] } } as unknown as Partial<Service>)
const addresses = async ({ client }: World, name: string) =>
  ((await client.get(Service, ref(name))).status.loadBalancer.ingress ?? []).map(({ ip }) => ip)
const balanced = (world: World, name: string) => world.until(async () => (await addresses(world, name)).length)
const told = (world: World, name: string, reason: string) =>
  world.until(async () => {
    const { items } = await world.client.list(Event, { namespace: 'default' })
    return items.find(({ involvedObject, reason: found }) => involvedObject.name === name && found === reason)
  })

test('a load balancer gets the nodes’ addresses; another one on the same port waits until it goes', async () => {
  await using world = await startWorld({ runners: [deciding(serviceLoadBalancerController)] })
  await makeBalancer(world, 'first')
  await told(world, 'first', 'UnAvailableLoadBalancer')
  await makeNode(world, 'n1', '192.0.2.1')
  await balanced(world, 'first')
  assert.deepEqual(await addresses(world, 'first'), ['192.0.2.1'])
  await told(world, 'first', 'EnsuredLoadBalancer')
  await makeBalancer(world, 'second')
  const { message } = await told(world, 'second', 'SyncLoadBalancerFailed')
  assert.match(
    message ?? '',
    /port 80\/TCP of the nodes is taken by load balancer "default\/first"; give this service another port, or delete that one$/,
  )
  await world.client.delete(Service, ref('first'))
  await told(world, 'first', 'DeletedLoadBalancer')
  await balanced(world, 'second')
  await world.client.patch(Service, ref('second'), 'merge', { spec: { type: 'NodePort' } })
  await world.until(async () => !(await addresses(world, 'second')).length)
  await world.until(async () => !(await world.client.get(Service, ref('second'))).metadata.finalizers?.length)
})

test('each node gets a range of its own, and says when there is none', async () => {
  await using world = await startWorld({ runners: [deciding(nodeIpamController(['10.42.0.0/23']))] })
  const rangeOf = async (name: string) => (await world.client.get(Node, { name })).spec.podCIDR
  for (const name of ['n1', 'n2', 'n3']) await makeNode(world, name, '192.0.2.1')
  const [first, second] = [await world.until(() => rangeOf('n1')), await world.until(() => rangeOf('n2'))]
  assert.deepEqual([first, second].sort(), ['10.42.0.0/24', '10.42.1.0/24'])
  assert.equal((await told(world, 'n3', 'CIDRNotAvailable')).message, 'Node n3 status is now: CIDRNotAvailable')
  await world.client.delete(Node, { name: 'n1' })
  assert.equal(await world.until(() => rangeOf('n3')), first)
})
