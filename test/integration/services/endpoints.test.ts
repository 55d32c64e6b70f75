/** Tests of Endpoints and EndpointSlices as controllers keep them, through the whole pipeline. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deciding } from '#client/deciding.ts'
import { endpointSliceController } from '#controllers/endpoint-slice/controller.ts'
import { endpointSliceMirroringController } from '#controllers/endpoint-slice-mirroring/controller.ts'
import { endpointsController } from '#controllers/endpoints/controller.ts'
import { serviceCidrController } from '#controllers/service-cidr/controller.ts'
import { Endpoints } from '#kinds/core/endpoints.ts'
import { Pod } from '#kinds/core/pod.ts'
import { Service } from '#kinds/core/service.ts'
import { EndpointSlice } from '#kinds/discovery/endpoint-slice.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { ServiceCIDR } from '#kinds/networking/service-cidr.ts'
import { startWorld, type World } from './fixture.ts'

const RUNNERS = [deciding(endpointsController), deciding(endpointSliceController)]
const MIRRORING = [...RUNNERS, deciding(endpointSliceMirroringController)]
const ref = (name: string) => ({ namespace: 'default', name })
const LABELS = { app: 'web' }
const PORTS = [
  { name: 'http', port: 80, targetPort: 'web' },
  { name: 'admin', port: 8080, targetPort: 9090 },
]
const makeService = ({ client }: World, name: string, spec: object) =>
  client.create(Service, { metadata: { ...ref(name), labels: { team: 'a' } }, spec } as unknown as Partial<Service>)

async function makePod({ client }: World, name: string, { ip = '10.0.0.1', isReady = true } = {}): Promise<void> {
  const containers = [{ name: 'main', image: 'web', ports: [{ name: 'web', containerPort: 3000 }] }]
  await client.create(Pod, {
    metadata: { ...ref(name), labels: LABELS },
    spec: { nodeName: 'node-1', containers },
  } as unknown as Partial<Pod>)
  await setState({ client }, name, { ip, isReady })
}
const setState = ({ client }: Pick<World, 'client'>, name: string, { ip, isReady }: { ip: string; isReady: boolean }) =>
  client.patch(
    Pod,
    ref(name),
    'merge',
    {
      status: {
        phase: 'Running',
        podIP: ip,
        podIPs: [{ ip }],
        conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }],
      },
    },
    { subresource: 'status' },
  )
const slicesOf = async ({ client }: World, name: string) =>
  (await client.list(EndpointSlice, { namespace: 'default', labelSelector: `kubernetes.io/service-name=${name}` })).items
const isGone = async (look: Promise<unknown>) => {
  try {
    await look
    return false
  } catch (error) {
    return isRefusal(error, 'NotFound')
  }
}

test('a service that selects pods has Endpoints and a slice with its ports, and both go with it', async () => {
  await using world = await startWorld({ runners: RUNNERS })
  const { client, until } = world
  await makePod(world, 'web-0')
  const service = await makeService(world, 'web', { selector: LABELS, ports: PORTS })
  const endpoints = await until(async () =>
    (await client.list(Endpoints, { namespace: 'default' })).items.find(({ subsets }) => subsets?.length),
  )
  const uid = (await client.get(Pod, ref('web-0'))).metadata.uid
  const targetRef = { kind: 'Pod', namespace: 'default', name: 'web-0', uid }
  assert.deepEqual(endpoints.subsets, [
    {
      addresses: [{ ip: '10.0.0.1', nodeName: 'node-1', targetRef }],
      ports: [
        { name: 'admin', port: 9090, protocol: 'TCP' },
        { name: 'http', port: 3000, protocol: 'TCP' },
      ],
    },
  ])
  const slice = await until(async () => (await slicesOf(world, 'web')).find(one => one.endpoints?.length))
  assert.deepEqual(slice.endpoints, [
    { addresses: ['10.0.0.1'], conditions: { ready: true, serving: true, terminating: false }, nodeName: 'node-1', targetRef },
  ])
  assert.deepEqual(slice.ports, [
    { name: 'http', protocol: 'TCP', port: 3000 },
    { name: 'admin', protocol: 'TCP', port: 9090 },
  ])
  assert.deepEqual(slice.metadata.labels, {
    team: 'a',
    'kubernetes.io/service-name': 'web',
    'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
  })
  assert.match(slice.metadata.name ?? '', /^web-[a-z0-9]{5}$/)
  assert.equal(slice.metadata.ownerReferences?.[0]?.uid, service.metadata.uid)
  await client.delete(Service, ref('web'))
  await until(() => isGone(client.get(Endpoints, ref('web'))))
  await until(async () => (await slicesOf(world, 'web')).length === 0)
})
test('pods come, become ready, fail, and go', async () => {
  await using world = await startWorld({ runners: RUNNERS })
  const { client, until } = world
  await makeService(world, 'web', { selector: LABELS, ports: [{ port: 80 }] })
  await until(async () => (await slicesOf(world, 'web')).length === 1)
  await makePod(world, 'web-0', { isReady: false })
  await until(async () => (await client.get(Endpoints, ref('web'))).subsets?.[0]?.notReadyAddresses?.length === 1)
  await setState(world, 'web-0', { ip: '10.0.0.1', isReady: true })
  await until(async () => (await client.get(Endpoints, ref('web'))).subsets?.[0]?.addresses?.length === 1)
  await until(async () => (await slicesOf(world, 'web'))[0]?.endpoints?.[0]?.conditions.ready === true)
  await client.delete(Pod, ref('web-0'), { gracePeriodSeconds: 30 })
  await until(async () => (await client.get(Endpoints, ref('web'))).subsets === undefined)
  const [slice] = await slicesOf(world, 'web')
  assert.deepEqual(slice?.endpoints?.[0]?.conditions, { ready: false, serving: true, terminating: true })
  await client.delete(Pod, ref('web-0'), { gracePeriodSeconds: 0 })
  await until(async () => (await slicesOf(world, 'web'))[0]?.endpoints === null)
})
test('a service whose selector matches nothing has empty Endpoints and one empty slice', async () => {
  await using world = await startWorld({ runners: RUNNERS })
  const { client, until } = world
  await makeService(world, 'web', { selector: { none: 'such' }, ports: [{ port: 80 }] })
  const slices = await until(async () => {
    const found = await slicesOf(world, 'web')
    return found.length && found
  })
  assert.deepEqual([slices.length, slices[0]?.endpoints, slices[0]?.ports, slices[0]?.addressType], [1, null, null, 'IPv4'])
  await until(async () => (await client.list(Endpoints, { namespace: 'default' })).items.length === 1)
})
test('many pods are spread over slices of a hundred', async () => {
  await using world = await startWorld({ runners: RUNNERS })
  const { until } = world
  await makeService(world, 'web', { selector: LABELS, ports: [{ port: 80 }] })
  await Promise.all(Array.from({ length: 130 }, (_, i) => makePod(world, `web-${i}`, { ip: `10.0.1.${i + 1}` })))
  const slices = await until(async () => {
    const found = await slicesOf(world, 'web')
    return found.reduce((sum, { endpoints }) => sum + (endpoints ?? []).length, 0) === 130 && found
  })
  assert(slices.every(({ endpoints }) => (endpoints ?? []).length <= 100))
  assert.equal(new Set(slices.flatMap(({ endpoints }) => (endpoints ?? []).flatMap(({ addresses }) => addresses))).size, 130)
})
test('a slice that somebody deletes comes back', async () => {
  await using world = await startWorld({ runners: RUNNERS })
  const { client, until } = world
  await makeService(world, 'web', { selector: LABELS, ports: [{ port: 80 }] })
  const [slice] = await until(async () => {
    const found = await slicesOf(world, 'web')
    return found.length === 1 && found
  })
  await client.delete(EndpointSlice, ref(slice?.metadata.name ?? ''))
  await until(async () => (await slicesOf(world, 'web')).some(({ metadata }) => metadata.uid !== slice?.metadata.uid))
})
test('Endpoints that somebody wrote without a service are left alone', async () => {
  await using world = await startWorld({ runners: MIRRORING })
  const { client, until } = world
  await client.create(Endpoints, {
    metadata: ref('own'),
    subsets: [{ addresses: [{ ip: '10.1.2.3' }], ports: [{ port: 80, protocol: 'TCP' }] }],
  })
  await makeService(world, 'web', { selector: LABELS, ports: [{ port: 80 }] })
  await until(async () => (await slicesOf(world, 'web')).length === 1)
  assert((await client.get(Endpoints, ref('own'))).subsets?.length)
  assert.equal((await slicesOf(world, 'own')).length, 0)
})
test('hand-written Endpoints of a service are mirrored through create, update and delete', async () => {
  await using world = await startWorld({ runners: MIRRORING })
  const { client, until } = world
  await makeService(world, 'custom', { ports: [{ name: 'example', port: 80, protocol: 'TCP' }] })
  await client.create(Endpoints, {
    metadata: ref('custom'),
    subsets: [{ addresses: [{ ip: '10.1.2.3' }], ports: [{ name: 'example', port: 80, protocol: 'TCP' }] }],
  })
  const slice = await until(async () => (await slicesOf(world, 'custom'))[0])
  assert.equal(slice.metadata.labels?.['endpointslice.kubernetes.io/managed-by'], 'endpointslicemirroring-controller.k8s.io')
  assert.deepEqual(slice.endpoints, [{ addresses: ['10.1.2.3'], conditions: { ready: true } }])
  assert.deepEqual(slice.ports, [{ name: 'example', protocol: 'TCP', port: 80 }])
  await client.patch(Endpoints, ref('custom'), 'merge', {
    subsets: [{ addresses: [{ ip: '10.2.3.4' }], ports: [{ name: 'example', port: 81, protocol: 'TCP' }] }],
  })
  await until(async () => {
    const found = await slicesOf(world, 'custom')
    return found.length === 1 && found[0]?.endpoints?.[0]?.addresses?.[0] === '10.2.3.4' && found[0]?.ports?.[0]?.port === 81
  })
  await client.delete(Endpoints, ref('custom'))
  await until(async () => (await slicesOf(world, 'custom')).length === 0)
})
test('a range of addresses is protected while addresses of it are in use', async () => {
  await using world = await startWorld({ runners: [deciding(serviceCidrController)] })
  const { client, until } = world
  await client.create(ServiceCIDR, { metadata: { name: 'more' }, spec: { cidrs: ['10.97.0.0/24'] } })
  const made = await until(async () => {
    const found = await client.get(ServiceCIDR, { name: 'more' })
    return found.status.conditions?.length && found.metadata.finalizers?.length && found
  })
  assert.deepEqual(made.metadata.finalizers, ['networking.k8s.io/service-cidr-finalizer'])
  assert.deepEqual([made.status.conditions?.[0]?.type, made.status.conditions?.[0]?.status], ['Ready', 'True'])
  await makeService(world, 'web', { clusterIP: '10.97.0.9', ports: [{ port: 80 }] })
  await client.delete(ServiceCIDR, { name: 'more' })
  await until(async () => (await client.get(ServiceCIDR, { name: 'more' })).status.conditions?.[0]?.reason === 'Terminating')
  await client.delete(Service, ref('web'))
  await until(() => isGone(client.get(ServiceCIDR, { name: 'more' })))
})

test('a slice keeps what others note on it, tells when its endpoints changed, and counts its changes, those of labels too', async () => {
  await using world = await startWorld({ runners: RUNNERS })
  const { client, until } = world
  await makePod(world, 'web-0')
  const { metadata } = await makeService(world, 'web', { selector: LABELS, ports: PORTS })
  const find = (is: (slice: EndpointSlice) => boolean) => until(async () => (await slicesOf(world, 'web')).find(is))
  const first = await find(() => true)
  const time = 'endpoints.kubernetes.io/last-change-trigger-time'
  assert.deepEqual([first.metadata.generation, first.metadata.annotations], [1, { [time]: metadata.creationTimestamp }])
  await client.patch(EndpointSlice, ref(first.metadata.name as string), 'merge', { metadata: { annotations: { note: 'mine' } } })
  await client.patch(Service, ref('web'), 'merge', { metadata: { labels: { team: 'b' } } })
  const labelled = await find(slice => slice.metadata.labels?.['team'] === 'b')
  // Whoever labels a service changes no endpoint.
  assert.deepEqual([labelled.metadata.generation, labelled.metadata.annotations], [2, { note: 'mine' }])
  const since = '2030-01-01T00:00:00Z'
  const conditions = [{ type: 'Ready', status: 'False', lastTransitionTime: since }]
  await client.patch(Pod, ref('web-0'), 'merge', { status: { conditions } }, { subresource: 'status' })
  const served = await find(({ endpoints }) => endpoints?.[0]?.conditions?.ready === false)
  assert.deepEqual([served.metadata.generation, served.metadata.annotations], [3, { note: 'mine', [time]: since }])
})
