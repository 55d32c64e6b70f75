/** Two clusters side by side on one machine, both with traffic at the same time: neither hinders the other, not even when it goes. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { run } from '#base/processes.ts'
import { ConfigMap } from '#kinds/core/config-map.ts'
import { Event } from '#kinds/core/event.ts'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { isReady } from '#kinds/core/pod/facts.ts'
import { PUBLISHED_PORTS } from '#kinds/core/service/published.ts'
import { Service } from '#kinds/core/service.ts'
import { NetworkPolicy } from '#kinds/networking/network-policy.ts'
import { nftTable, nftTableOf } from '#kubelet/machine/names.ts'
import { eventually } from '#test/conformance/support/eventually.ts'
import { ask, askInVain, client, dialWords, HTTP_PORT, server } from '#test/support/agnhost.ts'
import { question, readReply } from '#test/support/dns/packets.ts'
import { askUdp } from '#test/support/dns/sockets.ts'
import { type NodeCluster, startNodeCluster } from '#test/support/node-cluster.ts'
import { makeOutside, type Outside } from '#test/support/outside.ts'
import { lastingPort } from '#test/support/ports.ts'

const NAMESPACE = 'shop'
const PATIENCE = { timeoutMs: 60_000 }

interface Side {
  readonly name: 'one' | 'two'
  readonly cluster: NodeCluster
  readonly address: string
}
let one: Side
let two: Side
let outside: Outside
let isTwoGone = false
before(async () => {
  outside = await makeOutside()
  ;[one, two] = await Promise.all([side('one'), side('two')])
})
after(async () => {
  await outside[Symbol.asyncDispose]()
  await one.cluster[Symbol.asyncDispose]()
  if (!isTwoGone) await two.cluster[Symbol.asyncDispose]()
})

/** A cluster with a service of the same name in each, whose pod tells which one it is. */
async function side(name: Side['name']): Promise<Side> {
  const cluster = await startNodeCluster(['agnhost'])
  await cluster.namespace(NAMESPACE)
  for (const pod of [server({ name, labels: { app: 'web' } }), client('asker')])
    await cluster.client.create(Pod, { ...pod, metadata: { ...pod.metadata, namespace: NAMESPACE } })
  const { spec } = await serve(cluster, 'web')
  for (const pod of [name, 'asker']) await cluster.until(NAMESPACE, pod, each => each && isReady(each))
  return { name, cluster, address: spec.clusterIP ?? '' }
}
const serve = ({ client }: NodeCluster, name: string, more: object = {}) =>
  client.create(Service, {
    metadata: { name, namespace: NAMESPACE },
    spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: HTTP_PORT }], ...more },
  } as unknown as Partial<Service>)
const asker = { namespace: NAMESPACE, pod: 'asker' }
const both = <T>(work: (side: Side) => Promise<T>): Promise<readonly T[]> => Promise.all([one, two].map(work))
const answers = (side: Side, to: string, tries = 1) => ask(side.cluster, asker, { to, tries })
const nodeAddress = async ({ cluster }: Side) =>
  (await cluster.client.list(Node)).items[0]?.status.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? ''
const rules = async ({ cluster: { folder } }: Side) =>
  (
    await Promise.all(
      [nftTable(folder.name), nftTableOf(folder.name, 'services')].map(table => run(['nft', '-s', 'list', 'table', 'ip', table])),
    )
  ).join('\n')

test('services, under their addresses and their names, lead to the pods of their own cluster', async () => {
  await both(async side => eventually(async () => assert.deepEqual(await answers(side, `${side.address}:80`), [side.name]), PATIENCE))
  const asked = await both(side => answers(side, `${side.address}:80`, 200))
  assert.deepEqual(
    asked.map(all => [...new Set(all)]),
    [['one'], ['two']],
  )
  const named = await both(side => answers(side, `web.${NAMESPACE}:80`, 20))
  assert.deepEqual(
    named.map(all => [...new Set(all)]),
    [['one'], ['two']],
  )
  // From the machine, whichever of both is asked.
  for (const { cluster, address } of [one, two]) {
    const { spec } = await cluster.client.get(Service, { namespace: 'kube-system', name: 'kube-dns' })
    const reply = readReply(await askUdp(53, question(`web.${NAMESPACE}.svc.cluster.local`, 'A'), { address: spec.clusterIP ?? '' }))
    assert.deepEqual(
      reply.answers.map(answer => answer.split(' ').at(-1)),
      [address],
    )
  }
})

test('a policy of one closes its pods, and nobody else’s', async () => {
  const policy = { metadata: { name: 'closed', namespace: NAMESPACE }, spec: { podSelector: { matchLabels: { app: 'web' } } } }
  await one.cluster.client.create(NetworkPolicy, policy)
  await eventually(async () => assert.match(await askInVain(one.cluster, asker, { to: `${one.address}:80` }), /time/i), PATIENCE)
  assert.deepEqual([...new Set(await answers(two, `${two.address}:80`, 50))], ['two'])
  await one.cluster.client.delete(NetworkPolicy, { namespace: NAMESPACE, name: 'closed' })
  await eventually(async () => assert.deepEqual(await answers(one, `${one.address}:80`), ['one']), PATIENCE)
})

test('ports of the machine that are published lead to the cluster that published them', async () => {
  const ports = await both(async ({ cluster }) => {
    const port = await lastingPort()
    await cluster.client.create(ConfigMap, { metadata: { ...PUBLISHED_PORTS }, data: { [port]: `service/${NAMESPACE}/web:80` } })
    return port
  })
  for (const [i, { name }] of [one, two].entries())
    await eventually(async () => {
      const answer = await fetch(`http://127.0.0.1:${ports[i]}/hostname`)
      assert.equal(await answer.text(), name)
    }, PATIENCE)
})

test('a node port that both have is told by an event, with its cure; then each has its own', async () => {
  const port = 30_000 + 86 + Math.floor(Math.random() * 2_000)
  const open = (nodePort: number) => ({ type: 'NodePort', ports: [{ port: 80, targetPort: HTTP_PORT, nodePort }] })
  await serve(one.cluster, 'open', open(port))
  const reaches = (nodePort: number) => outside.dial(...dialWords({ to: `${outside.here}:${nodePort}` }))
  await eventually(async () => assert.equal(await reaches(port), 'one'), PATIENCE)
  await serve(two.cluster, 'open', open(port))
  const event = await eventually(async () => {
    const { items } = await two.cluster.client.list(Event, { namespace: NAMESPACE })
    return items.find(({ reason }) => reason === 'PortConflict') ?? assert.fail('no event')
  }, PATIENCE)
  assert.deepEqual([event.involvedObject.kind, event.involvedObject.name, event.type], ['Service', 'open', 'Warning'])
  assert.equal(
    event.message,
    `Port ${port}/TCP of this node is one of cluster "${one.cluster.folder.name}" as well, on the same machine: only one of both gets what comes there; give one of them another port`,
  )
  await two.cluster.client.patch(Service, { namespace: NAMESPACE, name: 'open' }, 'merge', { spec: open(port + 1) })
  await eventually(async () => assert.deepEqual(await Promise.all([port, port + 1].map(reaches)), ['one', 'two']), PATIENCE)
  // From pods of the other cluster, too: to them it is a port of the machine.
  assert.deepEqual(await answers(one, `${await nodeAddress(two)}:${port + 1}`), ['two'])
})

test('one goes with all that it has, and the other loses no rule, no route and no request', async () => {
  const before = { rules: await rules(one), routes: await routesOf(one) }
  assert(before.routes.length >= 2, 'a route to each of its pods')
  const over = new AbortController()
  const asking = (async () => {
    const all: string[] = []
    while (!over.signal.aborted) all.push(...(await answers(one, `${one.address}:80`, 20)))
    return all
  })()
  isTwoGone = true
  await two.cluster[Symbol.asyncDispose]()
  over.abort()
  const all = await asking
  assert(all.length >= 20 && all.every(answer => answer === 'one'), 'each request is answered')
  assert.deepEqual({ rules: await rules(one), routes: await routesOf(one) }, before)
  assert.deepEqual(await answers(one, `web.${NAMESPACE}:80`), ['one'])
})

/** To its pods. */
async function routesOf({ address }: Side): Promise<readonly string[]> {
  const [a, b = ''] = address.split('.')
  const pods = `${a}.${Number(b) - 1}.`
  return (await run(['ip', '-4', 'route', 'show'])).split('\n').filter(line => line.startsWith(pods))
}
