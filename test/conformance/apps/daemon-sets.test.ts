/** Daemon sets on two real nodes: a pod on each node that should have one, and how a new template comes to all of them. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ControllerRevision } from '#kinds/apps/controller-revision.ts'
import { DaemonSet } from '#kinds/apps/daemon-set.ts'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { useNodeStage } from '../support/node-stage.ts'
import { isEnding, isReady, labelled, MISSING, template } from '../support/running-pods.ts'
import type { Any, Resource } from '../support/resource.ts'
import { settled, settledOne } from '../support/settled.ts'
import { runStatus } from '../support/status.ts'

const stage = useNodeStage(['busybox'], { nodes: 2 })

const [NAME, OTHER] = ['daemon-set', 'busybox:1.28']
const LABELS = { 'daemonset-name': NAME }
const ALL = labelled(LABELS)
const HASH = 'controller-revision-hash'

class Ground {
  readonly sets: Resource
  readonly pods: Resource
  readonly revisions: Resource
  constructor(namespace: string) {
    this.sets = stage.resource(DaemonSet, namespace)
    this.pods = stage.resource(Pod, namespace)
    this.revisions = stage.resource(ControllerRevision, namespace)
  }
  create(spec: object = {}, labels: object = {}): Promise<Any> {
    const body = { selector: { matchLabels: LABELS }, template: template(LABELS, spec) }
    return this.sets.create({ metadata: { name: NAME, labels: { ...LABELS, ...labels } }, spec: body })
  }
  /** Waits until each of these nodes has one pod, ready and of this image, and the set says so; gives the pods. */
  async runsOn(nodes: readonly string[], image = 'busybox'): Promise<readonly Any[]> {
    const pods = await settled(this.pods, ALL, items => {
      assert.deepEqual(new Set(items.map(({ spec }) => spec.nodeName)), new Set(nodes))
      assert.equal(items.length, nodes.length)
      for (const pod of items) {
        assert.equal(pod.spec.containers[0].image, image)
        assert(isReady(pod) && !isEnding(pod) && pod.status.phase === 'Running', JSON.stringify(pod.status))
      }
      return items
    })
    await settledOne(this.sets, NAME, ({ metadata, status }) =>
      assert.deepEqual(
        [status.observedGeneration, status.desiredNumberScheduled, status.currentNumberScheduled, status.numberReady],
        [metadata.generation, nodes.length, nodes.length, nodes.length],
      ),
    )
    return pods
  }
  setImage(image: object): Promise<Any> {
    const containers = [{ name: 'c', imagePullPolicy: 'IfNotPresent', ...image }]
    return this.sets.patch(NAME, { spec: { template: { spec: { containers } } } }, { type: 'strategic' })
  }
  /** The revisions by number. */
  async history(count: number): Promise<readonly Any[]> {
    const found = await settled(this.revisions, ALL, items => {
      assert.equal(items.length, count)
      return items
    })
    return found.toSorted((a, b) => a.revision - b.revision)
  }
}
const ground = async (base: string) => new Ground(await stage.namespace(base))
const nodes = async (): Promise<readonly string[]> => (await stage.resource(Node).list()).items.map(({ metadata }: Any) => metadata.name)
const hashOf = ({ metadata }: Any): string => metadata.labels[HASH]

describe('daemon sets', { concurrency: 4 }, () => {
  test('[sig-apps] Daemon set should run and stop simple daemon [Conformance] [Serial]', async () => {
    const here = await ground('simple')
    await here.create()
    const [pod] = await here.runsOn(await nodes())
    await here.pods.delete(pod.metadata.name)
    const revived = await here.runsOn(await nodes())
    assert(!revived.some(({ metadata }) => metadata.uid === pod.metadata.uid))
    await here.sets.delete(NAME)
    await settled(here.pods, ALL, items => assert.equal(items.length, 0))
  })

  test('[sig-apps] Daemon set should run and stop complex daemon [Conformance] [Serial]', async () => {
    const here = await ground('complex')
    const [, second = ''] = await nodes()
    const paint = (color: string | null) =>
      stage.resource(Node).patch(second, { metadata: { labels: { 'daemonset-color': color } } }, { type: 'strategic' })
    await here.create({ nodeSelector: { 'daemonset-color': 'blue' } })
    await here.runsOn([])
    await paint('blue')
    await here.runsOn([second])
    await paint('green')
    await here.runsOn([])
    const template = { spec: { nodeSelector: { 'daemonset-color': 'green' } } }
    await here.sets.patch(NAME, { spec: { template, updateStrategy: { type: 'RollingUpdate' } } }, { type: 'strategic' })
    await here.runsOn([second])
    await paint(null)
    await here.runsOn([])
  })

  test('[sig-apps] Daemon set should retry creating failed daemon pods [Conformance] [Serial]', async () => {
    const here = await ground('failed')
    await here.create()
    const [pod] = await here.runsOn(await nodes())
    await here.pods.change(pod.metadata.name, draft => (draft.status.phase = 'Failed'), 'status')
    await settled(here.pods, ALL, items => assert(!items.some(({ metadata }) => metadata.uid === pod.metadata.uid)))
    await here.runsOn(await nodes())
  })

  test('[sig-apps] Daemon set should update pod when spec was updated and update strategy is RollingUpdate [Conformance] [Serial]', async () => {
    const here = await ground('rolling')
    await here.create()
    const before = await here.runsOn(await nodes())
    const [first] = await here.history(1)
    assert.equal(first.revision, 1)
    assert.deepEqual(
      before.map(hashOf),
      before.map(() => hashOf(first)),
    )
    await here.setImage({ image: OTHER })
    const renewed = await here.runsOn(await nodes(), OTHER)
    const [, latest] = await here.history(2)
    assert.equal(latest.revision, 2)
    assert.deepEqual(
      renewed.map(hashOf),
      renewed.map(() => hashOf(latest)),
    )
  })

  test('[sig-apps] Daemon set should rollback without unnecessary restarts [Conformance] [Serial]', async () => {
    const here = await ground('rollback')
    await here.create()
    const before = await here.runsOn(await nodes())
    const uids = (pods: readonly Any[]) => pods.map(({ metadata }) => metadata.uid)
    await here.setImage(MISSING)
    // One at a time: the first that cannot run holds up the rest.
    const untouched = await settled(here.pods, ALL, items => {
      const isNew = (pod: Any) => pod.spec.containers[0].image === MISSING.image
      assert.deepEqual([items.length, items.filter(isNew).length], [2, 1])
      return items.filter(pod => !isNew(pod))
    })
    await here.setImage({ image: 'busybox' })
    const after = await here.runsOn(await nodes())
    assert.deepEqual(
      uids(after).filter(uid => uids(before).includes(uid)),
      uids(untouched),
    )
    assert.deepEqual(
      after.map(({ status }) => status.containerStatuses[0].restartCount),
      [0, 0],
    )
  })

  test('[sig-apps] Daemon set should list and delete a collection of DaemonSets [Conformance] [Serial]', async () => {
    const here = await ground('collection')
    await here.create({}, { 'daemonset-name': NAME, listed: 'yes' })
    await here.runsOn(await nodes())
    assert.equal((await here.sets.everywhere.list({ labelSelector: 'listed=yes' })).items.length, 1)
    await here.sets.deleteCollection({ labelSelector: 'listed=yes' })
    await here.sets.counted(0, {})
  })

  test('[sig-apps] Daemon set should verify changes to a daemon set status [Conformance] [Serial]', async () => {
    const here = await ground('status')
    await here.create()
    await here.runsOn(await nodes())
    await runStatus(here.sets, NAME, ALL)
  })

  test('[sig-apps] ControllerRevision should manage the lifecycle of a ControllerRevision [Conformance] [Serial]', async () => {
    const here = await ground('revisions')
    await here.create()
    await here.runsOn(await nodes())
    const [first] = await here.history(1)
    const { name } = first.metadata
    const patched = await here.revisions.patch(name, { metadata: { labels: { [name]: 'patched' } } }, { type: 'strategic' })
    assert.equal(patched.metadata.labels[name], 'patched')
    assert.equal((await here.revisions.get(name)).metadata.uid, first.metadata.uid)

    const { labels, ownerReferences } = first.metadata
    const metadata = { name: `${NAME}-copy`, labels: { ...labels, [HASH]: 'copy' }, ownerReferences }
    await here.revisions.create({ metadata, data: first.data, revision: first.revision + 1 })
    await here.history(2)
    await here.revisions.delete(name)
    const [copy] = await here.history(1)
    assert.equal(copy.metadata.name, metadata.name)
    const updated = await here.revisions.change(metadata.name, draft => (draft.metadata.labels[metadata.name] = 'updated'))
    assert.equal(updated.metadata.labels[metadata.name], 'updated')

    await here.sets.patch(NAME, { spec: { template: { spec: { terminationGracePeriodSeconds: 1 } } } }, { type: 'strategic' })
    await here.history(2)
    await here.revisions.deleteCollection({ labelSelector: `${metadata.name}=updated` })
    const [last] = await here.history(1)
    assert.equal(last.revision, 3)
  })
})
