/** NetworkPolicies on real containers: who gets through to whom. Which rules let what through is a table beside the code. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { isReady } from '#kinds/core/pod/facts.ts'
import { Service } from '#kinds/core/service.ts'
import { NetworkPolicy } from '#kinds/networking/network-policy.ts'
import { type AgnhostPod, ask, askInVain, HTTP_PORT, type Question, server, UDP_PORT } from '#test/support/agnhost.ts'
import { type NodeCluster, startNodeCluster } from '#test/support/node-cluster.ts'
import { eventually } from '../conformance/support/eventually.ts'

const [HERE, THERE] = ['policies', 'policies-elsewhere']
let cluster: NodeCluster
/** Of the server `web` and of the service in front of it. */
let web: { readonly pod: string; readonly service: string }
let node: string

const start = (namespace: string, pod: Partial<Pod>) => cluster.client.create(Pod, { ...pod, metadata: { ...pod.metadata, namespace } })
const ready = async (namespace: string, name: string): Promise<string> =>
  (await cluster.until(namespace, name, pod => pod && isReady(pod)))?.status.podIP ?? ''
/** A server, all of whose ports have names. */
const named = (pod: AgnhostPod): Partial<Pod> => {
  const ports = [
    { name: 'http', containerPort: HTTP_PORT },
    { name: 'udp', containerPort: UDP_PORT, protocol: 'UDP' },
  ]
  return server({ ...pod, container: { ports } })
}
/** Asks; gives up soon, since most of the time here passes while nobody answers. */
const asker = (name: string, labels: Record<string, string> = {}, spec: object = {}): Partial<Pod> =>
  server({ name, labels, spec, args: ['pause'], container: { readinessProbe: undefined, env: IMPATIENCE } })
const IMPATIENCE = [
  { name: 'DIAL_TIMEOUT_S', value: '2' },
  { name: 'RES_OPTIONS', value: 'timeout:1 attempts:1' },
]

before(async () => {
  cluster = await startNodeCluster(['agnhost'])
  for (const namespace of [HERE, THERE]) await cluster.namespace(namespace)
  await start(HERE, named({ name: 'web', labels: { app: 'web' } }))
  await start(HERE, asker('friend', { role: 'friend' }))
  await start(HERE, asker('stranger', { role: 'stranger' }))
  await start(HERE, asker('host', {}, { hostNetwork: true }))
  await start(THERE, asker('guest'))
  const { spec } = await cluster.client.create(Service, {
    metadata: { namespace: HERE, name: 'web' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: HTTP_PORT }] },
  } as unknown as Partial<Service>)
  const names = ['friend', 'stranger', 'host'] as const
  await Promise.all([...names.map(name => ready(HERE, name)), ready(THERE, 'guest')])
  web = { pod: await ready(HERE, 'web'), service: `${spec.clusterIP}:80` }
  node = (await cluster.client.list(Node)).items[0]?.status.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? ''
})
after(() => cluster?.[Symbol.asyncDispose]())

/** Puts these policies in place of all that there are. */
async function policies(...specs: readonly object[]): Promise<void> {
  const { items } = await cluster.client.list(NetworkPolicy, { namespace: HERE })
  for (const { metadata } of items) await cluster.client.delete(NetworkPolicy, { namespace: HERE, name: metadata.name ?? '' })
  for (const [i, spec] of specs.entries())
    await cluster.client.create(NetworkPolicy, {
      metadata: { namespace: HERE, name: `policy-${i}` },
      spec,
    } as unknown as Partial<NetworkPolicy>)
}
type Asker = 'friend' | 'stranger' | 'host' | 'guest'
const from = (pod: Asker) => ({ namespace: pod === 'guest' ? THERE : HERE, pod })
const http = (): Question => ({ to: `${web.pod}:${HTTP_PORT}` })
const udp = (): Question => ({ protocol: 'udp', to: `${web.pod}:${UDP_PORT}` })
const service = (): Question => ({ to: web.service })
const open = (pod: Asker, question: Question) =>
  eventually(async () => assert.deepEqual(await ask(cluster, from(pod), question), ['web']), { timeoutMs: 30_000 })
/** Packets are dropped, so that nobody answers, not even to refuse. */
const closed = (pod: Asker, question: Question) =>
  eventually(async () => assert.match(await askInVain(cluster, from(pod), question), /timed out/), { timeoutMs: 60_000 })

const ALL = { podSelector: {} }
const WEB = { podSelector: { matchLabels: { app: 'web' } } }
const FRIEND = { podSelector: { matchLabels: { role: 'friend' } } }

test('without a policy everybody gets through', async () => {
  await Promise.all((['friend', 'stranger', 'host', 'guest'] as const).map(pod => open(pod, http())))
})

test('default deny closes pods and the services before them, but not to the node and its probes', async () => {
  await policies(ALL)
  await Promise.all([closed('friend', http()), closed('guest', udp()), closed('stranger', service())])
  await open('host', http())
  await open('host', service())
  const path = `/api/v1/namespaces/${HERE}/pods/web:${HTTP_PORT}/proxy/hostname`
  assert.equal(await cluster.ok(['get', '--raw', path]), 'web')
  await start(HERE, named({ name: 'probed', labels: { app: 'probed' } }))
  await ready(HERE, 'probed')
})

test('pods are let in by their labels and namespaces, to the ports that are named, whichever way they come', async () => {
  await policies(ALL, { ...WEB, ingress: [{ from: [FRIEND], ports: [{ port: 'http' }] }] })
  await Promise.all([open('friend', http()), open('friend', service())])
  await Promise.all([closed('friend', udp()), closed('stranger', http()), closed('stranger', service()), closed('guest', http())])
  const elsewhere = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': THERE } } }
  await policies(ALL, { ...WEB, ingress: [{ from: [elsewhere], ports: [{ protocol: 'UDP', port: UDP_PORT - 1, endPort: UDP_PORT + 1 }] }] })
  await open('guest', udp())
  await Promise.all([closed('guest', http()), closed('friend', udp())])
})

test('labels decide as they are now', async () => {
  await policies({ ...WEB, ingress: [{ from: [FRIEND] }] })
  await closed('stranger', http())
  await cluster.ok(['label', '-n', HERE, 'pod', 'stranger', 'role=friend', '--overwrite'])
  await open('stranger', http())
  await cluster.ok(['label', '-n', HERE, 'pod', 'stranger', 'role=stranger', '--overwrite'])
  await closed('stranger', http())
  await cluster.ok(['label', '-n', HERE, 'pod', 'web', 'app=free', '--overwrite'])
  await open('stranger', http())
  await cluster.ok(['label', '-n', HERE, 'pod', 'web', 'app=web', '--overwrite'])
})

test('what goes out is restricted as well, to pods, to addresses and to the node', async () => {
  const block = (except: readonly string[]) => ({ ipBlock: { cidr: `${web.pod.replace(/\.\d+$/, '')}.0/24`, except } })
  const toApi: Question = { to: `${node}:${new URL(cluster.server).port}` }
  const reaches = (pod: Asker) =>
    eventually(async () => assert.match(await askInVain(cluster, from(pod), toApi), /ended the connection|answered 400/))
  await reaches('friend')
  await policies({ ...FRIEND, policyTypes: ['Egress'], egress: [{ to: [WEB], ports: [{ port: HTTP_PORT }] }] })
  await Promise.all([open('friend', http()), open('friend', service()), open('stranger', udp())])
  await Promise.all([closed('friend', udp()), closed('friend', toApi)])
  await reaches('stranger')
  await policies({ ...FRIEND, policyTypes: ['Egress'], egress: [{ to: [block([])] }] })
  await Promise.all([open('friend', http()), open('friend', udp())])
  await policies({ ...FRIEND, policyTypes: ['Egress'], egress: [{ to: [block([`${web.pod}/32`])] }] })
  await Promise.all([closed('friend', http()), closed('friend', service())])
})

test('cluster DNS is named as the pods that it is elsewhere', async () => {
  const resolve = `use Socket; my $address = gethostbyname('web') or exit 1; print inet_ntoa($address)`
  const resolved = () => cluster.kubectl(['exec', '-n', HERE, 'friend', '--', 'perl', '-e', resolve])
  const dns = { namespaceSelector: {}, podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }
  await policies({ ...FRIEND, policyTypes: ['Egress'], egress: [{ to: [dns], ports: [{ protocol: 'UDP', port: 53 }] }] })
  await closed('friend', http())
  assert.equal((await resolved()).stdout, web.service.replace(/:80$/, ''))
  await policies({ ...FRIEND, policyTypes: ['Egress'] })
  await eventually(async () => assert.notEqual((await resolved()).code, 0), { timeoutMs: 60_000 })
})

test('a connection that stands goes on when a policy closes the way that it came', async () => {
  await policies()
  await open('stranger', http())
  const script = `use IO::Socket::INET; $| = 1;
    my $web = IO::Socket::INET->new(PeerAddr => '${web.pod}:${HTTP_PORT}', Timeout => 20) or die "no connection: $!";
    while (<STDIN>) {
      print $web "GET /hostname HTTP/1.1\\r\\nhost: web\\r\\n\\r\\n";
      sysread $web, my $text, 4096 or die 'the connection ended';
      print 'answer ', ++$n, "\\n";
    }`
  await using standing = cluster.start(['exec', '-i', '-n', HERE, 'stranger', '--', 'perl', '-e', script])
  standing.write('\n')
  await standing.says(/answer 1\n/)
  await policies(ALL)
  await closed('stranger', http())
  standing.write('\n')
  await standing.says(/answer 2\n/)
})

test('with the last policy everything is open again', async () => {
  await policies(ALL)
  await closed('guest', http())
  await policies()
  await Promise.all([open('guest', http()), open('friend', service())])
})
