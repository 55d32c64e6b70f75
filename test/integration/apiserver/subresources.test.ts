/** Subresources of the real kinds: binding, eviction, resize, ephemeral containers, finalize, approval. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LocalRequest } from '#apiserver/in-process.ts'
import { catalogue } from '#kinds/catalogue.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { type Server, startServer } from './fixture.ts'

const PODS = '/api/v1/namespaces/default/pods'
const BUDGETS = '/apis/policy/v1/namespaces/default/poddisruptionbudgets'
// `any`: tests look into objects of all kinds
type Any = any
const call = async ({ local }: Server, method: LocalRequest['method'], path: string, more: Partial<LocalRequest> = {}): Promise<Any> =>
  (await local.send({ method, path, ...more })).body
const merge = (server: Server, path: string, body: object) =>
  call(server, 'PATCH', path, { contentType: 'application/merge-patch+json', body })
const refusedWith = (code: number, message: RegExp) => (error: unknown) => {
  assert(isRefusal(error), String(error))
  assert.equal(error.code, code, error.message)
  assert.match(error.message, message)
  return true
}
const container = { name: 'main', image: 'x', resources: { requests: { cpu: '100m' } } }
async function started(): Promise<Server> {
  const server = await startServer({ catalogue })
  await call(server, 'POST', '/api/v1/namespaces', { body: { metadata: { name: 'default' } } })
  await call(server, 'POST', PODS, { body: { metadata: { name: 'p', labels: { app: 'web' } }, spec: { containers: [container] } } })
  return server
}
const bind = (server: Server, more: object = {}, path = `${PODS}/p/binding`) =>
  call(server, 'POST', path, {
    body: {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { name: 'p', annotations: { a: 'b' } },
      target: { kind: 'Node', name: 'n1' },
      ...more,
    },
  })
const evict = (server: Server, more: object = {}) =>
  call(server, 'POST', `${PODS}/p/eviction`, { body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'p' }, ...more } })
const run = (server: Server) =>
  merge(server, `${PODS}/p/status`, { status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } })

test('a binding gives the pod its node, once', async () => {
  await using server = await started()
  assert.equal((await bind(server)).status, 'Success')
  const pod = await call(server, 'GET', `${PODS}/p`)
  assert.deepEqual([pod.spec.nodeName, pod.metadata.annotations, pod.metadata.generation], ['n1', { a: 'b' }, 1])
  const scheduled = pod.status.conditions.find(({ type }: Any) => type === 'PodScheduled')
  // Of which generation, the node says when it has seen the pod.
  assert.deepEqual(scheduled, { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: '2030-01-01T00:00:00Z' })
  await assert.rejects(
    bind(server),
    refusedWith(409, /^Operation cannot be fulfilled on pods\/binding "p": pod p is already assigned to node "n1"$/),
  )
})
test('a binding must be meant for this pod', async () => {
  await using server = await started()
  await assert.rejects(bind(server, { metadata: { name: 'q' } }), refusedWith(400, /^name in URL does not match name in Binding object$/))
  await assert.rejects(bind(server, { metadata: { name: 'p', uid: 'x' } }), refusedWith(409, /Precondition failed: UID in precondition: x/))
  await assert.rejects(bind(server, { target: { kind: 'Pod', name: 'n' } }), refusedWith(422, /target.kind: Unsupported value/))
  assert.equal((await bind(server, {}, '/api/v1/namespaces/default/bindings')).status, 'Success')
})

test('a pod without a budget is evicted', async () => {
  await using server = await started()
  await bind(server)
  await run(server)
  assert.equal((await evict(server)).status, 'Success')
  const pod = await call(server, 'GET', `${PODS}/p`)
  assert.equal(pod.metadata.deletionGracePeriodSeconds, 30)
  assert.equal(pod.status.conditions.find(({ type }: Any) => type === 'DisruptionTarget').reason, 'EvictionByEvictionAPI')
})
async function budgeted(server: Server, status: object): Promise<void> {
  await run(server)
  await call(server, 'POST', BUDGETS, {
    body: { metadata: { name: 'b' }, spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } } } },
  })
  await merge(server, `${BUDGETS}/b/status`, {
    status: { observedGeneration: 1, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1, ...status },
  })
}
test('a budget that is used up refuses, and says why', async () => {
  await using server = await started()
  await budgeted(server, { disruptionsAllowed: 0 })
  await assert.rejects(evict(server), error => {
    assert(isRefusal(error, 'TooManyRequests'))
    assert.equal(error.message, "Cannot evict pod as it would violate the pod's disruption budget.")
    assert.deepEqual(error.status.details?.causes, [
      { reason: 'DisruptionBudget', message: 'The disruption budget b needs 1 healthy pods and has 1 currently' },
    ])
    return true
  })
})
test('a budget counts what it granted, but not a dry run', async () => {
  await using server = await started()
  await budgeted(server, { disruptionsAllowed: 1 })
  await evict(server, { deleteOptions: { dryRun: ['All'] } })
  assert.equal((await call(server, 'GET', `${BUDGETS}/b`)).status.disruptionsAllowed, 1)
  await evict(server)
  const { status } = await call(server, 'GET', `${BUDGETS}/b`)
  assert.deepEqual([status.disruptionsAllowed, status.disruptedPods], [0, { p: '2030-01-01T00:00:00Z' }])
  await assert.rejects(call(server, 'GET', `${PODS}/p`), refusedWith(404, /not found/))
})
test('a budget that is not computed yet asks to wait; a pod that has not begun does not count', async () => {
  await using server = await started()
  await budgeted(server, { disruptionsAllowed: 1, observedGeneration: 0 })
  await assert.rejects(evict(server), error => isRefusal(error, 'TooManyRequests') && error.status.details?.retryAfterSeconds === 10)
  await merge(server, `${PODS}/p/status`, { status: { phase: 'Pending' } })
  assert.equal((await evict(server)).status, 'Success')
})

test('a resize changes resources and nothing else', async () => {
  await using server = await started()
  const body = {
    metadata: { labels: { x: 'y' } },
    spec: { containers: [{ ...container, image: 'other', resources: { requests: { cpu: '200m' } } }] },
  }
  const pod = await merge(server, `${PODS}/p/resize`, body)
  assert.deepEqual([pod.spec.containers[0].resources.requests.cpu, pod.spec.containers[0].image, pod.metadata.generation], ['200m', 'x', 2])
})
test('ephemeral containers are added through their subresource only', async () => {
  await using server = await started()
  const body = {
    spec: { ephemeralContainers: [{ name: 'debug', image: 'y', terminationMessagePolicy: 'File', imagePullPolicy: 'Always' }] },
  }
  const pod = await merge(server, `${PODS}/p/ephemeralcontainers`, body)
  assert.deepEqual(
    pod.spec.ephemeralContainers.map(({ name }: Any) => name),
    ['debug'],
  )
})

test('a namespace waits for its finalizers, and goes with the last of them', async () => {
  await using server = await started()
  const dying = await call(server, 'DELETE', '/api/v1/namespaces/default')
  assert.deepEqual([dying.status.phase, dying.spec.finalizers], ['Terminating', ['kubernetes']])
  assert.equal((await call(server, 'DELETE', '/api/v1/namespaces/default')).metadata.resourceVersion, dying.metadata.resourceVersion)
  await call(server, 'PUT', '/api/v1/namespaces/default/finalize', { body: { ...dying, spec: {} } })
  await assert.rejects(call(server, 'GET', '/api/v1/namespaces/default'), refusedWith(404, /not found/))
})
