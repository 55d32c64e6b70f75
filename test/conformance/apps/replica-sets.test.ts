/** Replica sets and replication controllers on real containers: they keep as many pods as they are told to. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ReplicaSet } from '#kinds/apps/replica-set.ts'
import type { AnyKind } from '#kinds/catalogue.ts'
import { Pod } from '#kinds/core/pod.ts'
import { ReplicationController } from '#kinds/core/replication-controller.ts'
import { ResourceQuota } from '#kinds/core/resource-quota.ts'
import { useNodeStage } from '../support/node-stage.ts'
import { container, controllerOf, labelled, readyPods, template } from '../support/running-pods.ts'
import type { Any } from '../support/resource.ts'
import { runScale } from '../support/scale.ts'
import { settled, settledOne } from '../support/settled.ts'
import { runStatus } from '../support/status.ts'

const stage = useNodeStage()

async function ground(kind: AnyKind, base: string) {
  const namespace = await stage.namespace(base)
  return { namespace, sets: stage.resource(kind, namespace), pods: stage.resource(Pod, namespace) }
}
/** A set of either kind, which has its name as label `name` of its pods. */
const setOf = (kind: AnyKind, name: string, replicas: number, one: object = {}) => ({
  metadata: { name, labels: { name } },
  spec: {
    replicas,
    selector: kind === ReplicaSet ? { matchLabels: { name } } : { name },
    template: template({ name }, {}, one),
  },
})
const owned = (set: Any) => (pod: Any) => {
  const { kind, name, uid } = controllerOf(pod) ?? {}
  assert.deepEqual({ kind, name, uid }, { kind: set.kind, name: set.metadata.name, uid: set.metadata.uid })
}
const counts = (set: Any, replicas: number) =>
  assert.deepEqual([set.status.replicas, set.status.readyReplicas], [replicas, replicas], JSON.stringify(set.status))

/** A pod without an owner that the selector selects becomes the set's own. */
async function adopt(kind: AnyKind, name: string) {
  const { sets, pods } = await ground(kind, 'adoption')
  await pods.create({ metadata: { name: 'orphan', labels: { name } }, spec: { containers: [container()] } })
  await readyPods(pods, labelled({ name }), 1)
  const set = await sets.create(setOf(kind, name, 1))
  await settledOne(pods, 'orphan', owned(set))
  assert.equal((await pods.list()).items.length, 1)
  return { set, sets, pods }
}
/** A pod that the selector no longer selects has no owner any more, and another one takes its place. */
async function release(kind: AnyKind, name: string) {
  const { sets, pods } = await ground(kind, 'release')
  const set = await sets.create(setOf(kind, name, 1))
  const [pod] = await readyPods(pods, labelled({ name }), 1)
  await pods.patch(pod.metadata.name, { metadata: { labels: { name: 'not-matching-name' } } }, { type: 'strategic' })
  await settledOne(pods, pod.metadata.name, one => assert.equal(controllerOf(one), undefined))
  const [other] = await readyPods(pods, labelled({ name }), 1)
  owned(set)(other)
}
/** Each replica serves its own name, and answers when it is asked through the API server. */
async function serve(kind: AnyKind, name: string) {
  const { namespace, sets, pods } = await ground(kind, 'basic-image')
  const command = ['sh', '-c', "mkdir /www; hostname >/www/index.html; trap 'exit 0' TERM; httpd -f -p 9376 -h /www & wait"]
  const ports = [{ containerPort: 9376 }]
  const readinessProbe = { httpGet: { path: '/', port: 9376 }, periodSeconds: 1 }
  await sets.create(setOf(kind, name, 2, { command, ports, readinessProbe }))
  for (const { metadata } of await readyPods(pods, labelled({ name }), 2)) {
    const told = await stage.cluster.ok(['get', '--raw', `/api/v1/namespaces/${namespace}/pods/${metadata.name}/proxy/`])
    assert.equal(told.trim(), metadata.name)
  }
}

describe('replica sets and replication controllers', { concurrency: 6 }, () => {
  test('[sig-apps] ReplicaSet should serve a basic image on each replica with a public image [Conformance]', () =>
    serve(ReplicaSet, 'my-hostname-basic'))
  test('[sig-apps] ReplicationController should serve a basic image on each replica with a public image [Conformance]', () =>
    serve(ReplicationController, 'my-hostname-basic'))
  test('[sig-apps] ReplicationController should adopt matching pods on creation [Conformance]', async () => {
    await adopt(ReplicationController, 'pod-adoption')
  })
  test('[sig-apps] ReplicationController should release no longer matching pods [Conformance]', () =>
    release(ReplicationController, 'pod-release'))
  test('[sig-apps] ReplicaSet should adopt matching pods on creation and release no longer matching pods [Conformance]', async () => {
    await adopt(ReplicaSet, 'pod-adoption-release')
    await release(ReplicaSet, 'pod-adoption-release')
  })

  test('[sig-apps] ReplicaSet Replicaset should have a working scale subresource [Conformance]', async () => {
    const { sets, pods } = await ground(ReplicaSet, 'scale')
    await sets.create(setOf(ReplicaSet, 'test-rs', 1))
    await readyPods(pods, labelled({ name: 'test-rs' }), 1)
    await runScale(sets, 'test-rs')
    await readyPods(pods, labelled({ name: 'test-rs' }), 4)
  })

  test('[sig-apps] ReplicationController should get and update a ReplicationController scale [Conformance]', async () => {
    const { sets } = await ground(ReplicationController, 'scale')
    await sets.create(setOf(ReplicationController, 'e2e-rc', 1))
    await settledOne(sets, 'e2e-rc', set => counts(set, 1))
    assert.equal((await sets.get('e2e-rc', 'scale')).spec.replicas, 1)
    await sets.changeScale('e2e-rc', 2)
    await settledOne(sets, 'e2e-rc', set => counts(set, 2))
  })

  test('[sig-apps] ReplicaSet Replace and Patch tests [Conformance]', async () => {
    const { sets, pods } = await ground(ReplicaSet, 'replace')
    await sets.create(setOf(ReplicaSet, 'test-rs', 1))
    await readyPods(pods, labelled({ name: 'test-rs' }), 1)
    await sets.change('test-rs', draft => (draft.spec.replicas = 2))
    await settledOne(sets, 'test-rs', set => counts(set, 2))
    const spec = { containers: [{ name: 'c', image: 'busybox' }], terminationGracePeriodSeconds: 1 }
    const body = { metadata: { labels: { 'test-rs': 'patched' } }, spec: { replicas: 3, template: { spec } } }
    await using watching = await sets.watch({ labelSelector: 'test-rs=patched' })
    await sets.patch('test-rs', body, { type: 'strategic' })
    const { object } = await watching.next()
    assert.deepEqual([object.metadata.labels['test-rs'], object.spec.replicas], ['patched', 3])
    assert.equal(object.spec.template.spec.terminationGracePeriodSeconds, 1)
    await settledOne(sets, 'test-rs', set => counts(set, 3))
  })

  test('[sig-apps] ReplicaSet should list and delete a collection of ReplicaSets [Conformance]', async () => {
    const { sets, pods } = await ground(ReplicaSet, 'collection')
    await sets.create(setOf(ReplicaSet, 'test-rs', 3))
    await settledOne(sets, 'test-rs', set => counts(set, 3))
    const select = labelled({ name: 'test-rs' })
    assert.equal((await sets.everywhere.list(select)).items.filter((one: Any) => one.metadata.namespace === sets.namespace).length, 1)
    await sets.deleteCollection(select)
    await sets.counted(0, select)
    await settled(pods, select, items => assert.equal(items.length, 0))
  })

  test('[sig-apps] ReplicaSet should validate Replicaset Status endpoints [Conformance]', async () => {
    const { sets } = await ground(ReplicaSet, 'status')
    await sets.create(setOf(ReplicaSet, 'test-rs', 1))
    await settledOne(sets, 'test-rs', set => counts(set, 1))
    await runStatus(sets, 'test-rs', labelled({ name: 'test-rs' }))
  })

  test('[sig-apps] ReplicationController should surface a failure condition on a common issue like exceeded quota [Conformance]', async () => {
    const { namespace, sets } = await ground(ReplicationController, 'quota')
    const quotas = stage.resource(ResourceQuota, namespace)
    await quotas.create({ metadata: { name: 'condition-test' }, spec: { hard: { pods: '2' } } })
    await settledOne(quotas, 'condition-test', ({ status }) => assert.equal(status.hard?.pods, '2'))
    await sets.create(setOf(ReplicationController, 'condition-test', 3))
    const failure = ({ metadata, status }: Any) => {
      assert((status.observedGeneration ?? 0) >= metadata.generation)
      return status.conditions?.find((one: Any) => one.type === 'ReplicaFailure')
    }
    const { status, reason, message } = await settledOne(sets, 'condition-test', set => failure(set) ?? assert.fail('no failure yet'))
    assert.deepEqual([status, reason], ['True', 'FailedCreate'])
    assert.match(message, /exceeded quota: condition-test/)
    await sets.change('condition-test', draft => (draft.spec.replicas = 2))
    await settledOne(sets, 'condition-test', set => assert.equal(failure(set), undefined))
  })

  test('[sig-apps] ReplicationController should test the lifecycle of a ReplicationController [Conformance]', async () => {
    const { sets } = await ground(ReplicationController, 'lifecycle')
    const select = labelled({ name: 'rc-test' })
    await using watching = await sets.watch(select)
    await sets.create(setOf(ReplicationController, 'rc-test', 1))
    await watching.expect('ADDED')
    await settledOne(sets, 'rc-test', set => counts(set, 1))

    const patched = await sets.patch('rc-test', { metadata: { labels: { 'test-rc': 'patched' } } }, { type: 'strategic' })
    assert.equal(patched.metadata.labels['test-rc'], 'patched')
    await watching.until(({ object }) => object.metadata.labels['test-rc'] === 'patched')
    const told = { status: { readyReplicas: 0, availableReplicas: 0 } }
    const status = await sets.patch('rc-test', told, { type: 'strategic', subresource: 'status' })
    assert.equal(status.status.readyReplicas ?? 0, 0)
    assert.equal((await sets.get('rc-test', 'status')).metadata.uid, patched.metadata.uid)
    // The controller sees what is so.
    await settledOne(sets, 'rc-test', set => counts(set, 1))

    await sets.patch('rc-test', { spec: { replicas: 2 } }, { type: 'strategic', subresource: 'scale' })
    await settledOne(sets, 'rc-test', set => counts(set, 2))
    await sets.change('rc-test', draft => (draft.metadata.labels['test-rc'] = 'updated'))
    const { items } = await sets.everywhere.list({ labelSelector: 'test-rc=updated' })
    assert.deepEqual(
      items.map(({ metadata }: Any) => metadata.uid),
      [patched.metadata.uid],
    )
    await sets.deleteCollection(select)
    await watching.until(({ type }) => type === 'DELETED')
  })
})
