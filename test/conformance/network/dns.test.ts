/** Names as pods find them, asked by real programs in real containers. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Pod } from '#kinds/core/pod.ts'
import { Service } from '#kinds/core/service.ts'
import { type NodeCluster, startNodeCluster } from '#test/support/node-cluster.ts'
import { eventually } from '../support/eventually.ts'

let cluster: NodeCluster
before(async () => {
  cluster = await startNodeCluster(['dnsutils'])
})
after(() => cluster?.[Symbol.asyncDispose]())

const IMAGE = 'registry.k8s.io/e2e-test-images/jessie-dnsutils:1.7'
const PATIENCE = { timeoutMs: 60_000 }

interface Querier {
  readonly namespace: string
  readonly pod: Pod
  /** What a shell script in the pod writes; throws when it fails. */
  readonly run: (script: string) => Promise<string>
}
/** A pod that asks, in a namespace of its own. */
async function startQuerier(base: string, { labels = {}, ...spec }: Readonly<Record<string, unknown>> = {}): Promise<Querier> {
  const namespace = await cluster.namespace(base)
  const manifest = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'querier', namespace, labels },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'querier', image: IMAGE, imagePullPolicy: 'IfNotPresent', command: ['sleep', '3600'] }],
      ...spec,
    },
  }
  await cluster.ok(['apply', '-f', '-'], { input: JSON.stringify(manifest) })
  const pod = await cluster.until(namespace, 'querier', pod =>
    pod?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
  )
  return { namespace, pod: pod as Pod, run: script => cluster.ok(['exec', '-n', namespace, 'querier', '--', 'sh', '-c', script]) }
}
const HOST = { hostname: 'dns-querier-1', subdomain: 'dns-test-service' }
const lines = (text: string) => text.trim().split('\n').sort()
const srv = (port: number, target: string) => new RegExp(`^\\d+ \\d+ ${port} ${target.replaceAll('.', '\\.')}\\.$`, 'm')

/** Asks over UDP and over TCP, through the search list, until both tell the same as expected. */
async function resolves({ run }: Querier, name: string, type: string, expected: string | RegExp): Promise<void> {
  for (const transport of ['+notcp', '+tcp'])
    await eventually(async () => {
      const found = (await run(`dig ${transport} +short +search ${name} ${type}`)).trim()
      if (typeof expected === 'string') assert.equal(found, expected, `${transport} ${name} ${type}`)
      else assert.match(found, expected, `${transport} ${name} ${type}`)
    }, PATIENCE)
}
const service = (namespace: string, name: string, spec: object): Promise<Service> =>
  cluster.client.create(Service, { metadata: { name, namespace }, spec } as unknown as Partial<Service>)
const HTTP = [{ port: 80, name: 'http', protocol: 'TCP' }]

/** A headless service and one with an address, both for the querier. */
async function withServices(base: string) {
  const selector = { 'dns-test': 'true' }
  const querier = await startQuerier(base, { labels: selector, ...HOST })
  const headless = await service(querier.namespace, 'dns-test-service', { clusterIP: 'None', selector, ports: HTTP })
  const regular = await service(querier.namespace, 'test-service-2', { selector, ports: HTTP })
  const names = {
    headless: `${headless.metadata.name}.${querier.namespace}.svc`,
    regular: `${regular.metadata.name}.${querier.namespace}.svc`,
  }
  return { querier, names, podIP: querier.pod.status?.podIP ?? '', clusterIP: regular.spec.clusterIP ?? '' }
}
/** A headless service and the pod that it is the domain of. */
async function withSubdomain(base: string) {
  const labels = { 'dns-test-hostname-attribute': 'true' }
  const querier = await startQuerier(base, { labels, hostname: 'dns-querier-2', subdomain: 'dns-test-service-2' })
  await service(querier.namespace, 'dns-test-service-2', { clusterIP: 'None', selector: labels, ports: HTTP })
  const domain = `dns-test-service-2.${querier.namespace}.svc.cluster.local`
  return { querier, domain, fullName: `dns-querier-2.${domain}`, podIP: querier.pod.status?.podIP ?? '' }
}

describe('names', { concurrency: 3 }, () => {
  test('[sig-network] DNS should provide DNS for the cluster [Conformance]', async () => {
    const querier = await startQuerier('dns-cluster')
    const { spec } = await cluster.client.get(Service, { namespace: 'default', name: 'kubernetes' })
    const address = spec.clusterIP ?? ''
    for (const name of ['kubernetes.default.svc.cluster.local', 'kubernetes.default']) await resolves(querier, name, 'A', address)
    assert.match(await querier.run('getent ahostsv4 kubernetes.default'), new RegExp(`^${address} `), 'by the C library as well')
    assert.match(await querier.run('RES_OPTIONS=use-vc getent ahostsv4 kubernetes.default'), new RegExp(`^${address} `), 'over TCP, too')
  })
  test('[sig-network] DNS should provide /etc/hosts entries for the cluster [Conformance]', async () => {
    const { run, namespace, pod } = await startQuerier('dns-hosts', HOST)
    for (const name of [`dns-querier-1.dns-test-service.${namespace}.svc.cluster.local`, 'dns-querier-1'])
      assert.match(await run(`getent hosts ${name}`), new RegExp(`^${pod.status?.podIP} `))
  })
  test('[sig-network] DNS should provide DNS for services [Conformance]', async () => {
    const { querier, names, podIP, clusterIP } = await withServices('dns-services')
    await resolves(querier, `${names.headless}.cluster.local`, 'A', podIP)
    await resolves(querier, `${names.regular}.cluster.local`, 'A', clusterIP)
    await resolves(querier, `_http._tcp.${names.headless}.cluster.local`, 'SRV', srv(80, `dns-querier-1.${names.headless}.cluster.local`))
    await resolves(querier, `_http._tcp.${names.regular}.cluster.local`, 'SRV', srv(80, `${names.regular}.cluster.local`))
    const reversed = clusterIP.split('.').toReversed().join('.')
    await resolves(querier, `${reversed}.in-addr.arpa.`, 'PTR', `${names.regular}.cluster.local.`)
  })
  test('[sig-network] DNS should resolve DNS of partial qualified names for services [LinuxOnly] [Conformance]', async () => {
    const { querier, names, podIP } = await withServices('dns-partial')
    for (const name of ['dns-test-service', `dns-test-service.${querier.namespace}`, names.headless])
      await resolves(querier, name, 'A', podIP)
    await resolves(querier, `_http._tcp.${names.headless}`, 'SRV', srv(80, `dns-querier-1.${names.headless}.cluster.local`))
    await resolves(querier, `_http._tcp.${names.regular}`, 'SRV', srv(80, `${names.regular}.cluster.local`))
  })
  test('[sig-network] DNS should provide DNS for pods for Hostname [Conformance]', async () => {
    const { querier, fullName, podIP } = await withSubdomain('dns-hostname')
    for (const name of [fullName, 'dns-querier-2']) assert.match(await querier.run(`getent hosts ${name}`), new RegExp(`^${podIP} `))
    await resolves(querier, fullName, 'A', podIP)
  })
  test('[sig-network] DNS should provide DNS for pods for Subdomain [Conformance]', async () => {
    const { querier, domain, fullName, podIP } = await withSubdomain('dns-subdomain')
    for (const name of [fullName, domain]) await resolves(querier, name, 'A', podIP)
  })
  test('[sig-network] DNS should provide DNS for ExternalName services [Conformance]', async () => {
    const querier = await startQuerier('dns-external')
    const { namespace } = querier
    const name = 'dns-test-service-3'
    const fullName = `${name}.${namespace}.svc.cluster.local`
    await service(namespace, name, { type: 'ExternalName', externalName: 'foo.example.com' })
    await resolves(querier, fullName, 'CNAME', 'foo.example.com.')
    await cluster.client.patch(Service, { namespace, name }, 'merge', { spec: { externalName: 'bar.example.com' } })
    await resolves(querier, fullName, 'CNAME', 'bar.example.com.')
    const { spec } = await cluster.client.patch(Service, { namespace, name }, 'merge', {
      spec: { type: 'ClusterIP', externalName: null, ports: HTTP },
    })
    await resolves(querier, fullName, 'A', spec.clusterIP ?? '')
  })
  test('[sig-network] DNS should support configurable pod DNS nameservers [Conformance]', async () => {
    const { run } = await startQuerier('dns-config', {
      dnsPolicy: 'None',
      dnsConfig: { nameservers: ['1.1.1.1'], searches: ['resolv.conf.local'] },
    })
    assert.deepEqual(lines(await run('cat /etc/resolv.conf')), ['nameserver 1.1.1.1', 'search resolv.conf.local'])
  })
})
