/** Two sets of controllers in processes of their own, against one API server: one works at a time, and the other one takes over. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { eventually } from '#test/conformance/support/eventually.ts'
import { type Reply, servingCluster } from '#test/support/serving.ts'

const PROGRAM = new URL('../../support/manager-process.ts', import.meta.url).pathname
const LEASE = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kube-controller-manager'
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments'
const deployment = (name: string) => ({
  metadata: { name },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
  },
})

test('of two sets of controllers one leads; when it ends or dies, the other one goes on', { timeout: 120_000 }, async () => {
  // The server's own controllers are out of the way: it runs one that has nothing to do.
  using cluster = await servingCluster({ controllers: 'ttl-controller' })
  const serving = await cluster.start()
  using connection = serving.connect()
  using processes = new DisposableStack()
  const managers = new Map<string, { readonly child: ChildProcess; said: string }>()
  const start = (identity: string) => {
    const child = spawn(process.execPath, [PROGRAM, serving.server, cluster.folder.pki, identity], { stdio: ['ignore', 'pipe', 'inherit'] })
    processes.defer(() => child.kill('SIGKILL'))
    const manager = { child, said: '' }
    child.stdout.on('data', piece => (manager.said += String(piece)))
    managers.set(identity, manager)
  }
  const leader = async () => (await connection.ask('GET', LEASE)).body.spec?.holderIdentity as string
  const ledBy = (identity: string) => eventually(async () => assert.equal(await leader(), identity), { timeoutMs: 40_000 })
  const works = async (name: string) => {
    assert.equal((await connection.ask('POST', DEPLOYMENTS, deployment(name))).code, 201)
    await eventually(async () => {
      const pods: Reply = await connection.ask('GET', `/api/v1/namespaces/default/pods?labelSelector=app=${name}`)
      assert.equal(pods.body.items.length, 3)
    })
  }
  const end = async (identity: string, signal: NodeJS.Signals) => {
    const { child } = managers.get(identity) as { child: ChildProcess }
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }
  const saidBy = (identity: string) => managers.get(identity)?.said

  start('a')
  await ledBy('a')
  start('b')
  await works('first')
  assert.deepEqual([saidBy('a'), saidBy('b')], ['leads\n', ''])

  await end('a', 'SIGTERM')
  await ledBy('b')
  await works('second')
  assert.deepEqual([saidBy('a'), saidBy('b')], ['leads\nfollows\n', 'leads\n'])

  start('c')
  await end('b', 'SIGKILL')
  await ledBy('c')
  await works('third')
  const { leaseTransitions } = (await connection.ask('GET', LEASE)).body.spec
  assert.equal(leaseTransitions, 2)
})
