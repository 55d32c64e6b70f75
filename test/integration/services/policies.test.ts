/** NetworkPolicies as they become entries of a node's table, while policies, pods and namespaces change. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '#base/clock.ts'
import { Namespace } from '#kinds/core/namespace.ts'
import { Pod } from '#kinds/core/pod.ts'
import { NetworkPolicy } from '#kinds/networking/network-policy.ts'
import type { Entries } from '#proxy/entries.ts'
import { IPV4 } from '#proxy/family.ts'
import { Policies } from '#proxy/policy/policies.ts'
import { startWorld, type World } from './fixture.ts'

const ref = (name: string) => ({ namespace: 'default', name })
async function makePod({ client }: World, name: string, { ip, labels = {} }: { ip: string; labels?: object }): Promise<void> {
  const spec = { nodeName: 'n1', containers: [{ name: 'main', image: 'web' }] }
  await client.create(Pod, { metadata: { ...ref(name), labels }, spec } as unknown as Partial<Pod>)
  await client.patch(Pod, ref(name), 'merge', { status: { podIP: ip, podIPs: [{ ip }] } }, { subresource: 'status' })
}

test('policies of a node follow policies, labels and addresses, and leave nothing', async () => {
  await using world = await startWorld()
  const { client, until } = world
  const all = new Map<string, Entries>()
  await using policies: Policies = new Policies({
    client,
    clock: systemClock,
    nodeName: 'n1',
    families: [IPV4],
    standIns: [{ namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' }, addresses: ['10.96.0.10'], ports: [] }],
    failed: error => assert.fail(String(error)),
    changed: () => policies.look(),
    put: (owner, entries) => void all.set(owner, entries),
  })
  await policies.ready
  /** Keys of elements of all sets or maps whose name begins so. */
  const elements = (place: string) =>
    [...all.values()]
      .flatMap(entries => [...entries.keys()])
      .filter(id => id.startsWith(`ip ${place}`))
      .map(id => id.split(' ').slice(2).join(' '))
      .sort()
  const becomes = (place: string, keys: readonly string[]) => until(async () => elements(place).join() === keys.join())

  await makePod(world, 'web', { ip: '10.42.0.1', labels: { app: 'web' } })
  await makePod(world, 'friend', { ip: '10.42.0.2', labels: { role: 'friend' } })
  const selector = (labels: object) => ({ matchLabels: labels })
  const peers = [
    { podSelector: selector({ role: 'friend' }) },
    { namespaceSelector: selector({ team: 'a' }), podSelector: selector({ 'k8s-app': 'kube-dns' }) },
  ]
  await client.create(NetworkPolicy, {
    metadata: ref('p'),
    spec: { podSelector: selector({ app: 'web' }), ingress: [{ from: peers }] },
  } as unknown as Partial<NetworkPolicy>)
  await becomes('ingress', ['10.42.0.1'])
  await becomes('peers-', ['10.42.0.2'])
  assert.deepEqual(elements('egress'), [])

  await client.patch(Pod, ref('friend'), 'merge', { metadata: { labels: { role: null } } })
  await becomes('peers-', [])
  await client.create(Namespace, { metadata: { name: 'kube-system' } })
  await client.patch(Namespace, { name: 'kube-system' }, 'merge', { metadata: { labels: { team: 'a' } } })
  await becomes('peers-', ['10.96.0.10'])
  await client.patch(Pod, ref('web'), 'merge', { status: { phase: 'Succeeded' } }, { subresource: 'status' })
  await becomes('ingress', [])
  await makePod(world, 'next', { ip: '10.42.0.1', labels: { app: 'web' } })
  await becomes('ingress', ['10.42.0.1'])
  await client.delete(NetworkPolicy, ref('p'))
  await until(async () => [...all.values()].every(entries => entries.size === 0))
})
