/** Cluster DNS as users meet it: stateful sets, policies of pods, names of their own, and the machine itself. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { run } from '#base/processes.ts'
import { Service } from '#kinds/core/service.ts'
import { eventually } from '#test/conformance/support/eventually.ts'
import { question, readReply } from '#test/support/dns/packets.ts'
import { askUdp } from '#test/support/dns/sockets.ts'
import { type NodeCluster, startNodeCluster } from '#test/support/node-cluster.ts'

let cluster: NodeCluster
let address = ''
before(async () => {
  cluster = await startNodeCluster(['busybox'])
  const { spec } = await cluster.client.get(Service, { namespace: 'kube-system', name: 'kube-dns' })
  address = spec.clusterIP ?? ''
})
after(() => cluster?.[Symbol.asyncDispose]())
const PATIENCE = { timeoutMs: 60_000 }
const inPod = (namespace: string, pod: string, script: string) => cluster.ok(['exec', '-n', namespace, pod, '--', 'sh', '-c', script])
const sleeper = (name: string, spec: object = {}) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'c', image: 'busybox', imagePullPolicy: 'IfNotPresent', command: ['sleep', '3600'] }],
      ...spec,
    },
  })
async function start(namespace: string, name: string, spec: object = {}): Promise<void> {
  await cluster.ok(['apply', '-n', namespace, '-f', '-'], { input: sleeper(name, spec) })
  await cluster.ok(['wait', '-n', namespace, '--for=condition=Ready', `pod/${name}`, '--timeout=60s'])
}

describe('cluster DNS', { concurrency: 3 }, () => {
  test('pods of a stateful set find one another by name', async () => {
    const namespace = await cluster.namespace('stateful')
    await cluster.ok(['apply', '-n', namespace, '-f', '-'], { input: STATEFUL })
    await cluster.until(namespace, 'mysql-1', pod => pod?.status?.phase === 'Running')
    for (const name of ['mysql-0.mysql', 'mysql-1.mysql']) {
      const pod = await cluster.until(namespace, name.replace('.mysql', ''), pod => pod?.status?.podIP)
      const line = new RegExp(`^PING ${name.replace('.', '\\.')} \\(${pod?.status?.podIP?.replaceAll('.', '\\.')}\\)`)
      await eventually(async () => assert.match(await inPod(namespace, 'mysql-0', `ping -c 1 -w 1 ${name} | head -1`), line), PATIENCE)
    }
  })
  test('each policy gives its resolver configuration', async () => {
    const namespace = await cluster.namespace('policies')
    const searches = `search ${namespace}.svc.cluster.local svc.cluster.local cluster.local`
    const rows: readonly (readonly [string, object, (text: string) => void])[] = [
      ['cluster-first', {}, text => assert.match(text, new RegExp(`^${searches}.*\\nnameserver ${address}\\noptions ndots:5\\n`))],
      ['default', { dnsPolicy: 'Default' }, text => assert(!text.includes(address) && !text.includes('cluster.local'))],
      ['host', { hostNetwork: true }, text => assert(!text.includes(address))],
      [
        'host-first',
        { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' },
        text => assert.match(text, new RegExp(`nameserver ${address}\\n`)),
      ],
      [
        'added',
        { dnsConfig: { nameservers: ['192.0.2.1'], searches: ['more.test'], options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }] } },
        text =>
          assert.match(
            text,
            new RegExp(`^${searches}.* more\\.test\\nnameserver ${address}\\nnameserver 192\\.0\\.2\\.1\\noptions ndots:2 edns0\\n`),
          ),
      ],
    ]
    for (const [name, spec, check] of rows) {
      await start(namespace, name, spec)
      check(await inPod(namespace, name, 'cat /etc/resolv.conf'))
    }
    assert.match(await inPod(namespace, 'host-first', 'nslookup kubernetes.default.svc.cluster.local'), /Address: 10\./)
  })
  test('the machine itself can ask, and names of the user are answered, in pods too', async () => {
    const namespace = await cluster.namespace('own')
    const hosts = '192.0.2.10 registry.example.test\n'
    const manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'knarr-dns', namespace: 'kube-system' }, data: { hosts } }
    await cluster.ok(['apply', '-f', '-'], { input: JSON.stringify(manifest) })
    const ask = async (name: string) => readReply(await askUdp(53, question(name, 'A'), { address })).answers
    await eventually(async () => assert.deepEqual(await ask('registry.example.test'), ['registry.example.test 5 A 192.0.2.10']))
    assert.equal((await ask('kube-dns.kube-system.svc.cluster.local'))[0]?.split(' ').at(-1), address)
    await start(namespace, 'asking')
    assert.match(await inPod(namespace, 'asking', 'nslookup registry.example.test'), /Address: 192\.0\.2\.10/)
  })
  test('its address is on a link of its own', async () => {
    const links = JSON.parse(await run(['ip', '-json', 'address', 'show', 'to', `${address}/32`])) as readonly { readonly ifname: string }[]
    assert.deepEqual(
      links.map(({ ifname }) => ifname),
      [`kd-${cluster.folder.name}`],
    )
  })
})

const STATEFUL = JSON.stringify({
  apiVersion: 'v1',
  kind: 'List',
  items: [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'mysql' },
      spec: { clusterIP: 'None', selector: { app: 'mysql' }, ports: [{ name: 'mysql', port: 3306 }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'mysql' },
      spec: {
        serviceName: 'mysql',
        replicas: 2,
        selector: { matchLabels: { app: 'mysql' } },
        template: {
          metadata: { labels: { app: 'mysql' } },
          spec: {
            terminationGracePeriodSeconds: 0,
            containers: [{ name: 'c', image: 'busybox', imagePullPolicy: 'IfNotPresent', command: ['sleep', '3600'] }],
          },
        },
      },
    },
  ],
})
