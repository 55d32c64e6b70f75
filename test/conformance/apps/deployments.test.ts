/** Deployments on real containers: each change of the template brings new pods as the strategy says. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Deployment } from '#kinds/apps/deployment.ts'
import { ReplicaSet } from '#kinds/apps/replica-set.ts'
import { Pod } from '#kinds/core/pod.ts'
import { useNodeStage } from '../support/node-stage.ts'
import { controllerOf, isEnding, isReady, labelled, MISSING, readyPods, template } from '../support/running-pods.ts'
import type { Any, Resource } from '../support/resource.ts'
import { runScale } from '../support/scale.ts'
import { settled, settledGone, settledOne } from '../support/settled.ts'
import { runStatus } from '../support/status.ts'

const stage = useNodeStage()
const REVISION = 'deployment.kubernetes.io/revision'
/** Another image of the same programs. */
const OTHER = { image: 'busybox:1.28' }

async function ground(base: string) {
  const namespace = await stage.namespace(base)
  const of = (kind: typeof Deployment | typeof ReplicaSet | typeof Pod) => stage.resource(kind, namespace)
  return { namespace, deployments: of(Deployment), sets: of(ReplicaSet), pods: of(Pod) }
}
interface DeploymentTraits {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly replicas?: number
  readonly spec?: object
  readonly one?: object
}
const deployment = ({ name, labels, replicas = 1, spec, one }: DeploymentTraits) => ({
  metadata: { name, labels },
  spec: { replicas, selector: { matchLabels: labels }, template: template(labels, {}, one), ...spec },
})
/** All replicas are of the newest template and available, and the controller has seen the newest specification. */
const isComplete = ({ metadata, spec, status }: Any) => {
  const { observedGeneration, replicas, updatedReplicas, availableReplicas } = status
  assert.deepEqual(
    { observedGeneration, replicas, updatedReplicas, availableReplicas },
    { observedGeneration: metadata.generation, replicas: spec.replicas, updatedReplicas: spec.replicas, availableReplicas: spec.replicas },
  )
}
const completed = (deployments: Resource, name: string) => settledOne(deployments, name, isComplete)
const observed = (deployments: Resource, name: string) =>
  settledOne(deployments, name, ({ metadata, status }) => assert.equal(status.observedGeneration, metadata.generation))

/** A replica set that stood there first, with one pod that is ready; the labels of its pods will be a deployment's. */
async function standing({ sets, pods }: { sets: Resource; pods: Resource }, name: string, labels: Readonly<Record<string, string>>) {
  const annotations = { [REVISION]: '3546343826724305832' }
  const set = await sets.create({
    metadata: { name, labels, annotations },
    spec: { replicas: 1, selector: { matchLabels: labels }, template: template({ ...labels, controller: name }) },
  })
  await readyPods(pods, labelled(labels), 1)
  return set
}
const setsOf = async (sets: Resource, deployment: Any) =>
  (await sets.list()).items.filter((one: Any) => controllerOf(one)?.uid === deployment.metadata.uid)
const images = ({ spec }: Any): readonly string[] => spec.template.spec.containers.map((one: Any) => one.image)

describe('deployments', { concurrency: 4 }, () => {
  test('[sig-apps] Deployment RollingUpdateDeployment should delete old pods and create new ones [Conformance]', async () => {
    const { deployments, sets, pods } = await ground('rolling')
    const labels = { name: 'sample-pod', pod: 'httpd' }
    const old = await standing({ sets, pods }, 'test-rolling-update-controller', labels)
    const name = 'test-rolling-update-deployment'
    const made = await deployments.create(deployment({ name, labels, one: OTHER }))
    await completed(deployments, name)
    // One more than that of the set that it found.
    assert.equal((await deployments.get(name)).metadata.annotations[REVISION], '3546343826724305833')
    const own = await setsOf(sets, made)
    const [adopted, created] = [
      own.find((one: Any) => one.metadata.uid === old.metadata.uid),
      own.find((one: Any) => one.metadata.uid !== old.metadata.uid),
    ]
    assert.deepEqual([adopted.spec.replicas, created.spec.replicas, own.length], [0, 1, 2])
    assert.deepEqual(images(created), [OTHER.image])
    const [pod] = await readyPods(pods, labelled(labels), 1)
    assert.equal(controllerOf(pod).uid, created.metadata.uid)
  })

  test('[sig-apps] Deployment RecreateDeployment should delete old pods and create new ones [Conformance]', async () => {
    const { deployments, pods } = await ground('recreate')
    const labels = { name: 'sample-pod-3' }
    const name = 'test-recreate-deployment'
    await deployments.create(deployment({ name, labels, spec: { strategy: { type: 'Recreate' } } }))
    await completed(deployments, name)
    assert.equal((await deployments.get(name)).metadata.annotations[REVISION], '1')
    await using watching = await pods.watch(labelled(labels))
    const live = new Map<string, Any>((await pods.list(labelled(labels))).items.map((one: Any) => [one.metadata.uid, one]))
    await deployments.change(name, draft => (draft.spec.template.spec.containers[0].image = OTHER.image))
    const isOver = ({ status }: Any) => ['Succeeded', 'Failed'].includes(status.phase)
    const isNew = ({ spec }: Any) => spec.containers[0].image === OTHER.image
    await watching.until(({ type, object }) => {
      if (type === 'DELETED' || isOver(object)) live.delete(object.metadata.uid)
      else live.set(object.metadata.uid, object)
      // Never both: the new ones come when the old ones have ended.
      assert(new Set([...live.values()].map(isNew)).size < 2, 'pods of both templates at the same time')
      return isNew(object) && isReady(object)
    })
    await completed(deployments, name)
  })

  test('[sig-apps] Deployment deployment should delete old replica sets [Conformance]', async () => {
    const { deployments, sets, pods } = await ground('cleanup')
    const labels = { name: 'cleanup-pod' }
    const old = await standing({ sets, pods }, 'test-cleanup-controller', labels)
    const name = 'test-cleanup-deployment'
    await deployments.create(deployment({ name, labels, spec: { revisionHistoryLimit: 0 }, one: OTHER }))
    await completed(deployments, name)
    await settledGone(sets, old.metadata.name)
    const { items } = await sets.list()
    assert.deepEqual(items.map(images), [[OTHER.image]])
  })

  test('[sig-apps] Deployment deployment should support rollover [Conformance]', async () => {
    const { deployments, sets, pods } = await ground('rollover')
    const labels = { name: 'rollover-pod' }
    const old = await standing({ sets, pods }, 'test-rollover-controller', labels)
    const name = 'test-rollover-deployment'
    const strategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } }
    const made = await deployments.create(deployment({ name, labels, spec: { strategy, minReadySeconds: 5 }, one: MISSING }))
    await observed(deployments, name)
    // The pod of the missing image never runs, so that the old one stays.
    const stuck = await settled(sets, {}, items => {
      const set = items.find(one => one.metadata.uid !== old.metadata.uid)
      assert.deepEqual(
        items.map(one => one.status.replicas),
        [1, 1],
      )
      return set
    })
    await deployments.change(name, draft =>
      Object.assign(draft.spec.template.spec.containers[0], { ...OTHER, imagePullPolicy: 'IfNotPresent' }),
    )
    await completed(deployments, name)
    assert.equal((await deployments.get(name)).metadata.annotations[REVISION], '3546343826724305834')
    for (const { metadata } of [old, stuck]) assert.equal((await sets.get(metadata.name)).spec.replicas, 0)
    assert.equal((await setsOf(sets, made)).length, 3)
    await settled(pods, labelled(labels), items =>
      assert.deepEqual(
        items.map(one => one.spec.containers[0].image),
        [OTHER.image],
      ),
    )
  })

  test('[sig-apps] Deployment deployment should support proportional scaling [Conformance]', async () => {
    const { deployments, sets } = await ground('proportional')
    const [name, labels] = ['webserver-deployment', { name: 'httpd' }]
    const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } }
    await deployments.create(deployment({ name, labels, replicas: 10, spec: { strategy } }))
    await completed(deployments, name)
    const [first] = (await sets.list()).items
    await deployments.change(name, draft => Object.assign(draft.spec.template.spec.containers[0], MISSING))
    await observed(deployments, name)
    /** Of the first rollout and of the second: wanted, and available. */
    const sizes = (wanted: readonly (readonly [number, number])[]) =>
      settled(sets, {}, items => {
        const told = [...items].sort(
          (a, b) => Number(b.metadata.uid === first.metadata.uid) - Number(a.metadata.uid === first.metadata.uid),
        )
        assert.deepEqual(
          told.map(({ spec, status }) => [spec.replicas, status.availableReplicas ?? 0]),
          wanted,
        )
      })
    await sizes([
      [8, 8],
      [5, 0],
    ])
    await deployments.change(name, draft => (draft.spec.replicas = 30))
    await sizes([
      [20, 20],
      [13, 0],
    ])
  })

  test('[sig-apps] Deployment should run the lifecycle of a Deployment [Conformance]', async () => {
    const { deployments } = await ground('lifecycle')
    const [name, labels] = ['test-deployment', { 'test-deployment-static': 'true' }]
    await using watching = await deployments.watch(labelled(labels))
    await deployments.create(deployment({ name, labels, replicas: 2 }))
    await watching.expect('ADDED')
    await watching.until(({ object }) => object.status.readyReplicas === 2)

    const change = { replicas: 1, template: { spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'c', ...OTHER }] } } }
    await deployments.patch(name, { metadata: { labels: { 'test-deployment': 'patched' } }, spec: change }, { type: 'strategic' })
    await watching.until(({ object }) => object.metadata.labels['test-deployment'] === 'patched')
    await completed(deployments, name)
    const { items } = await deployments.everywhere.list(labelled(labels))
    assert.deepEqual(images(items[0]), [OTHER.image])
    await deployments.change(name, draft => {
      draft.metadata.labels['test-deployment'] = 'updated'
      draft.spec.template.spec.containers[0].image = 'busybox'
      draft.spec.replicas = 2
    })
    await watching.until(({ object }) => object.metadata.labels['test-deployment'] === 'updated')
    await completed(deployments, name)

    const status = await deployments.get(name, 'status')
    assert.deepEqual(images(status), ['busybox'])
    const told = { metadata: { labels: { 'test-deployment': 'patched-status' } }, status: { readyReplicas: 0, availableReplicas: 0 } }
    await deployments.patch(name, told, { subresource: 'status' })
    await watching.until(({ object }) => (object.status.readyReplicas ?? 0) === 0)
    // The controller puts right what is not so.
    await watching.until(({ object }) => object.status.readyReplicas === 2)
    await deployments.deleteCollection(labelled(labels))
    await watching.until(({ type }) => type === 'DELETED')
  })

  test('[sig-apps] Deployment should validate Deployment Status endpoints [Conformance]', async () => {
    const { deployments } = await ground('status')
    const [name, labels] = ['test-deployment', { e2e: 'testing' }]
    await deployments.create(deployment({ name, labels }))
    await completed(deployments, name)
    await runStatus(deployments, name, labelled(labels))
  })

  test('[sig-apps] Deployment Deployment should have a working scale subresource [Conformance]', async () => {
    const { deployments, pods } = await ground('scale')
    const [name, labels] = ['test-new-deployment', { name: 'httpd' }]
    await deployments.create(deployment({ name, labels }))
    await completed(deployments, name)
    await runScale(deployments, name)
    const ready = await readyPods(pods, labelled(labels), 4)
    assert(!ready.some(isEnding))
  })
})
