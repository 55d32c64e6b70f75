/** Tests of addresses and node ports of services, through the whole pipeline. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Service } from '#kinds/core/service.ts'
import { isRefusal, type Refusal } from '#kinds/meta/refusal.ts'
import { IPAddress } from '#kinds/networking/ip-address.ts'
import { ServiceCIDR } from '#kinds/networking/service-cidr.ts'
import { startWorld, type World } from './fixture.ts'

const PORTS = [{ port: 80 }]
const service = (name: string, spec: object = {}) =>
  ({ metadata: { name, namespace: 'default' }, spec: { ports: PORTS, ...spec } }) as unknown as Partial<Service>
const create = ({ client }: World, name: string, spec: object = {}) => client.create(Service, service(name, spec))
const refusal = async (work: Promise<unknown>): Promise<Refusal> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  assert(isRefusal(error), String(error))
  return error
}
const addresses = async ({ client }: World) =>
  (await client.list(IPAddress)).items.map(({ metadata }) => metadata.name as string).toSorted()

test('the range of the cluster is an object that is ready', async () => {
  await using world = await startWorld()
  const range = await world.client.get(ServiceCIDR, { name: 'kubernetes' })
  assert.deepEqual(range.spec.cidrs, ['10.96.0.0/16'])
  assert.equal(range.status.conditions?.[0]?.status, 'True')
})
test('a service gets an address of the dynamic part, as an object that names it', async () => {
  await using world = await startWorld()
  const { spec } = await create(world, 'web')
  assert.match(spec.clusterIP ?? '', /^10\.96\.(?!0\.)\d+\.\d+$/)
  assert.deepEqual([spec.clusterIPs, spec.ipFamilies, spec.ipFamilyPolicy], [[spec.clusterIP], ['IPv4'], 'SingleStack'])
  const { metadata, spec: held } = await world.client.get(IPAddress, { name: spec.clusterIP as string })
  assert.deepEqual(held.parentRef, { resource: 'services', namespace: 'default', name: 'web' })
  assert.deepEqual(metadata.labels, {
    'ipaddress.kubernetes.io/ip-family': 'IPv4',
    'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io',
  })
})
test('an address is given to one service only', async () => {
  await using world = await startWorld()
  await create(world, 'one', { clusterIP: '10.96.0.10' })
  const { message } = await refusal(create(world, 'two', { clusterIP: '10.96.0.10' }))
  assert.equal(
    message,
    'Service "two" is invalid: spec.clusterIPs: Invalid value: ["10.96.0.10"]: failed to allocate IP 10.96.0.10: provided IP is already allocated',
  )
})
for (const { rule, spec, message } of [
  {
    rule: 'addresses of other networks are refused',
    spec: { clusterIP: '10.0.0.1' },
    message:
      'spec.clusterIPs: Invalid value: ["10.0.0.1"]: failed to allocate IP 10.0.0.1: the provided network does not match the current range',
  },
  {
    rule: "the network's own address is refused",
    spec: { clusterIP: '10.96.0.0' },
    message:
      'spec.clusterIPs: Invalid value: ["10.96.0.0"]: failed to allocate IP 10.96.0.0: the provided IP (10.96.0.0) is not in the valid range. The range of valid IPs is 10.96.0.0/16',
  },
  {
    rule: 'a family that the cluster has not is refused',
    spec: { ipFamilies: ['IPv6'] },
    message: 'spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster',
  },
  {
    rule: 'two stacks where the cluster has one are refused',
    spec: { ipFamilyPolicy: 'RequireDualStack' },
    message: 'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
  },
  {
    rule: 'node ports outside the range are refused',
    spec: { type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] },
    message: 'spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767',
  },
])
  test(rule, async () => {
    await using world = await startWorld()
    const error = await refusal(create(world, 'web', spec))
    assert.equal(error.message, `Service "web" is invalid: ${message}`)
    assert.deepEqual(await addresses(world), [])
  })
test('what a refused service had taken is given back', async () => {
  await using world = await startWorld()
  await refusal(
    create(world, 'web', {
      clusterIP: '10.96.0.9',
      type: 'NodePort',
      ports: [
        { port: 80, nodePort: 30_001 },
        { port: 0, name: 'b' },
      ],
    }),
  )
  assert.deepEqual(await addresses(world), [])
  await create(world, 'other', { clusterIP: '10.96.0.9', type: 'NodePort', ports: [{ port: 80, nodePort: 30_001 }] })
})
test('a dry run takes nothing', async () => {
  await using world = await startWorld()
  const made = await world.client.create(Service, service('web', { type: 'NodePort' }), { dryRun: true })
  assert(made.spec.clusterIP && made.spec.ports?.[0]?.nodePort)
  assert.deepEqual(await addresses(world), [])
})
test('deletion gives address and node port back: one by one, as a collection, and with the last finalizer', async () => {
  await using world = await startWorld()
  const { client } = world
  const given = { type: 'NodePort', clusterIP: '10.96.0.7', ports: [{ port: 80, nodePort: 30_007 }] }
  await create(world, 'web', given)
  await client.delete(Service, { namespace: 'default', name: 'web' })
  assert.deepEqual(await addresses(world), [])
  await create(world, 'web', given)
  await client.deleteCollection(Service, { namespace: 'default' })
  assert.deepEqual(await addresses(world), [])
  const held = await client.create(Service, {
    ...service('web', given),
    metadata: { name: 'web', namespace: 'default', finalizers: ['example.com/hold'] },
  })
  await client.delete(Service, { namespace: 'default', name: 'web' })
  assert.deepEqual(await addresses(world), ['10.96.0.7'])
  await client.patch(Service, { namespace: 'default', name: 'web' }, 'merge', { metadata: { finalizers: null, uid: held.metadata.uid } })
  assert.deepEqual(await addresses(world), [])
  await create(world, 'again', given)
})
test('headless services and external names have no address', async () => {
  await using world = await startWorld()
  const headless = await create(world, 'headless', { clusterIP: 'None', selector: { app: 'web' } })
  assert.deepEqual([headless.spec.clusterIPs, headless.spec.ipFamilies, headless.spec.ipFamilyPolicy], [['None'], ['IPv4'], 'SingleStack'])
  const bare = await create(world, 'bare', { clusterIP: 'None' })
  assert.deepEqual([bare.spec.ipFamilies, bare.spec.ipFamilyPolicy], [['IPv4', 'IPv6'], 'RequireDualStack'])
  const external = await create(world, 'external', { type: 'ExternalName', externalName: 'example.com' })
  assert.deepEqual([external.spec.clusterIP, external.spec.ipFamilies], [undefined, undefined])
  assert.deepEqual(await addresses(world), [])
})
test('a change of type takes and gives back what the type needs', async () => {
  await using world = await startWorld()
  const { client } = world
  const ref = { namespace: 'default', name: 'web' }
  const external = await create(world, 'web', { type: 'ExternalName', externalName: 'example.com' })
  const inside = await client.update(Service, { ...external, spec: { type: 'NodePort', ports: PORTS } } as unknown as Service)
  assert.deepEqual(await addresses(world), [inside.spec.clusterIP])
  const port = inside.spec.ports?.[0]?.nodePort as number
  assert(port >= 30_086 && port <= 32_767)
  const plain = await client.patch(Service, ref, 'merge', { spec: { type: 'ClusterIP' } })
  assert.deepEqual([plain.spec.clusterIP, plain.spec.ports?.[0]?.nodePort], [inside.spec.clusterIP, undefined])
  await create(world, 'other', { type: 'NodePort', ports: [{ port: 80, nodePort: port }] })
  const name = { type: 'ExternalName', externalName: 'example.com', clusterIP: null, clusterIPs: null, ports: null }
  const again = await client.patch(Service, ref, 'merge', { spec: name })
  assert.equal(again.spec.clusterIP, undefined)
  assert.equal((await addresses(world)).length, 1)
})
test('an update that leaves allocated values out keeps them', async () => {
  await using world = await startWorld()
  const made = await create(world, 'web', { type: 'NodePort' })
  const kept = await world.client.update(Service, {
    ...made,
    spec: { type: 'NodePort', ports: PORTS, selector: { a: 'b' } },
  } as unknown as Service)
  assert.deepEqual(
    [kept.spec.clusterIP, kept.spec.ports?.[0]?.nodePort, kept.spec.ipFamilies],
    [made.spec.clusterIP, made.spec.ports?.[0]?.nodePort, ['IPv4']],
  )
})
test('node ports: one number for TCP and UDP, taken once, and free for load balancers that want none', async () => {
  await using world = await startWorld()
  const both = await create(world, 'dns', {
    type: 'NodePort',
    ports: [
      { name: 'udp', port: 53, protocol: 'UDP' },
      { name: 'tcp', port: 53, protocol: 'TCP' },
    ],
  })
  const [udp, tcp] = both.spec.ports ?? []
  assert.equal(udp?.nodePort, tcp?.nodePort)
  const taken = await refusal(create(world, 'web', { type: 'NodePort', ports: [{ port: 80, nodePort: udp?.nodePort }] }))
  assert.equal(
    taken.message,
    `Service "web" is invalid: spec.ports[0].nodePort: Invalid value: ${udp?.nodePort}: provided port is already allocated`,
  )
  const balanced = await create(world, 'balanced', {
    type: 'LoadBalancer',
    allocateLoadBalancerNodePorts: false,
    externalTrafficPolicy: 'Local',
  })
  assert.equal(balanced.spec.ports?.[0]?.nodePort, undefined)
  assert(balanced.spec.healthCheckNodePort)
})
test('two stacks: both addresses at once, one added later, one given up', async () => {
  await using world = await startWorld({ serviceRanges: ['10.96.0.0/16', 'fd00::/112'] })
  const ref = { namespace: 'default', name: 'web' }
  const single = await create(world, 'web')
  assert.equal(single.spec.clusterIPs?.length, 1)
  const dual = await world.client.patch(Service, ref, 'merge', { spec: { ipFamilyPolicy: 'PreferDualStack' } })
  assert.deepEqual([dual.spec.clusterIPs?.length, dual.spec.ipFamilies], [2, ['IPv4', 'IPv6']])
  assert.equal((await addresses(world)).length, 2)
  const less = await world.client.patch(Service, ref, 'merge', { spec: { ipFamilyPolicy: 'SingleStack' } })
  assert.deepEqual([less.spec.clusterIPs, less.spec.ipFamilies], [[single.spec.clusterIP], ['IPv4']])
  assert.deepEqual(await addresses(world), [single.spec.clusterIP])
})
test('many at once get different addresses, until the range is full', async () => {
  await using world = await startWorld({ serviceRanges: ['10.96.0.0/28'] })
  const made = await Promise.all(Array.from({ length: 14 }, (_, i) => create(world, `web-${i}`)))
  assert.equal(new Set(made.map(({ spec }) => spec.clusterIP)).size, 14)
  const { message } = await refusal(create(world, 'more'))
  assert.equal(message, 'Internal error occurred: failed to allocate a serviceIP: range is full')
})
test('node ports: when all are taken a service gets none, and nothing of it stays; one that is given back serves anew', async () => {
  await using world = await startWorld({ nodePorts: { first: 30_000, last: 30_003 } })
  const open = (name: string, spec: object = {}) => create(world, name, { type: 'NodePort', ...spec })
  const two = [
    { name: 'a', port: 80 },
    { name: 'b', port: 81 },
  ]
  await open('one')
  await open('two', { ports: two })
  const held = await addresses(world)
  const { message } = await refusal(open('three', { ports: two }))
  assert.equal(message, 'Internal error occurred: failed to allocate a nodePort: range is full')
  assert.deepEqual(await addresses(world), held)
  const local = await refusal(create(world, 'balanced', { type: 'LoadBalancer', externalTrafficPolicy: 'Local' }))
  assert.equal(local.message, 'Internal error occurred: failed to allocate a HealthCheck NodePort 0: range is full')
  await world.client.delete(Service, { namespace: 'default', name: 'two' })
  const { spec } = await open('three', { ports: two })
  assert.equal(new Set(spec.ports?.map(({ nodePort }) => nodePort)).size, 2)
})
test('an address that is given back is given anew, in a range that was full', async () => {
  await using world = await startWorld({ serviceRanges: ['10.96.0.0/29'] })
  const made = await Promise.all(Array.from({ length: 6 }, (_, i) => create(world, `web-${i}`)))
  await refusal(create(world, 'more'))
  await world.client.delete(Service, { namespace: 'default', name: 'web-3' })
  assert.equal((await create(world, 'more')).spec.clusterIP, made[3]?.spec.clusterIP)
})
test('a further ServiceCIDR serves when the first is full, and not while it is being deleted', async () => {
  await using world = await startWorld({ serviceRanges: ['10.96.0.0/30'] })
  const { client } = world
  await Promise.all([create(world, 'one'), create(world, 'two')])
  await client.create(ServiceCIDR, {
    metadata: { name: 'more', finalizers: ['networking.k8s.io/service-cidr-finalizer'] },
    spec: { cidrs: ['10.97.0.0/24'] },
  })
  assert.match((await create(world, 'three')).spec.clusterIP ?? '', /^10\.97\./)
  await client.delete(ServiceCIDR, { name: 'more' })
  assert.match((await refusal(create(world, 'four'))).message, /range is full/)
})
test('an address that is deleted while its service has it comes back, and one that is not goes', async () => {
  await using world = await startWorld()
  const { client } = world
  const { spec } = await create(world, 'web')
  const stray = { spec: { parentRef: { group: '', resource: 'services', namespace: 'default', name: 'none' } } }
  await client.create(IPAddress, { metadata: { name: '10.96.9.8' }, ...stray })
  await client.deleteCollection(IPAddress, {})
  assert.deepEqual(await addresses(world), [spec.clusterIP])
  await client.delete(Service, { namespace: 'default', name: 'web' })
  assert.deepEqual(await addresses(world), [])
})
test('a start repairs what a crash has left behind', async () => {
  await using world = await startWorld()
  const { client } = world
  const { spec } = await create(world, 'web', { type: 'NodePort' })
  await world.store.delete(`/registry/networking.k8s.io/ipaddresses/${spec.clusterIP}`)
  await client.create(IPAddress, {
    metadata: { name: '10.96.9.9' },
    spec: { parentRef: { group: 'example.com', resource: 'foos', name: 'foo' } },
  })
  await world.prepare()
  assert.deepEqual(await addresses(world), ['10.96.9.9', spec.clusterIP as string].toSorted())
})
