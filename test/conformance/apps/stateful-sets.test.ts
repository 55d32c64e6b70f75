/** Stateful sets on real containers: pods that come, change and go in order, each with its name for good. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { StatefulSet } from '#kinds/apps/stateful-set.ts'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { useNodeStage } from '../support/node-stage.ts'
import { container, isEnding, isReady, labelled, readyPods, template } from '../support/running-pods.ts'
import type { Any, Resource } from '../support/resource.ts'
import { runScale } from '../support/scale.ts'
import { settled, settledOne } from '../support/settled.ts'
import { runStatus } from '../support/status.ts'
import type { Watching } from '../support/watching.ts'

const stage = useNodeStage()
const [LABELS, OLD, NEW] = [{ foo: 'bar', baz: 'blah' }, 'busybox', 'busybox:1.28']
const ALL = labelled(LABELS)
const REVISION = 'controller-revision-hash'

/** Serves a page as long as it is there, and is ready as long as it serves it. */
const WEB = {
  command: ['sh', '-c', "mkdir /www; echo >/www/index.html; trap 'exit 0' TERM; httpd -f -p 80 -h /www & wait"],
  readinessProbe: { httpGet: { path: '/index.html', port: 80 }, periodSeconds: 1, successThreshold: 1, failureThreshold: 1 },
}
const statefulSet = (name: string, replicas: number, spec: object = {}) => ({
  metadata: { name, labels: LABELS },
  spec: { replicas, serviceName: 'test', selector: { matchLabels: LABELS }, template: template(LABELS, {}, WEB), ...spec },
})

class Ground {
  readonly sets: Resource
  readonly pods: Resource
  readonly namespace: string
  constructor(namespace: string) {
    this.namespace = namespace
    this.sets = stage.resource(StatefulSet, namespace)
    this.pods = stage.resource(Pod, namespace)
  }
  async #move(pod: string, from: string, to: string): Promise<void> {
    await stage.cluster.ok(['exec', '-n', this.namespace, pod, '--', 'mv', from, to])
  }
  /** Takes the page away from pods, and waits until they are not ready. */
  async breakProbe(...names: readonly string[]): Promise<void> {
    for (const name of names) await this.#move(name, '/www/index.html', '/tmp/')
    for (const name of names) await settledOne(this.pods, name, pod => assert(!isReady(pod)))
  }
  async restoreProbe(...names: readonly string[]): Promise<void> {
    for (const name of names) await this.#move(name, '/tmp/index.html', '/www/')
  }
  /** All pods, by ordinal, ready. */
  async ready(count: number): Promise<readonly Any[]> {
    const pods = await readyPods(this.pods, ALL, count)
    return [...pods].sort((a, b) => a.metadata.name.localeCompare(b.metadata.name))
  }
  /** The set, once the controller has acted on its newest specification. */
  observed(name: string): Promise<Any> {
    return settledOne(this.sets, name, set => {
      assert.equal(set.status.observedGeneration, set.metadata.generation)
      return set
    })
  }
  async resized(name: string, replicas: number): Promise<void> {
    await this.sets.change(name, draft => (draft.spec.replicas = replicas))
    await this.observed(name)
  }
  reads(name: string, readyReplicas: number): Promise<void> {
    return settledOne(this.sets, name, ({ status }) => assert.equal(status.readyReplicas ?? 0, readyReplicas))
  }
  /** Waits until each pod has its image and revision, by ordinal. */
  async have(wanted: readonly (readonly [image: string, revision: string])[]): Promise<void> {
    await settled(this.pods, ALL, items => {
      const pods = [...items].sort((a, b) => a.metadata.name.localeCompare(b.metadata.name))
      assert.deepEqual(
        pods.map(({ metadata, spec }) => [spec.containers[0].image, metadata.labels[REVISION]]),
        wanted,
      )
      for (const pod of pods) assert(isReady(pod) && !isEnding(pod))
    })
  }
}
const ground = async (base: string) => new Ground(await stage.namespace(base))

/** The names in the order in which they came or went. */
async function order(watching: Watching, type: 'ADDED' | 'DELETED', count: number): Promise<readonly string[]> {
  const names: string[] = []
  while (names.length < count) names.push((await watching.until(event => event.type === type)).object.metadata.name)
  return names
}
const THREE = ['ss-0', 'ss-1', 'ss-2'] as const

describe('stateful sets', { concurrency: 4 }, () => {
  test('[sig-apps] StatefulSet Basic StatefulSet functionality [StatefulSetBasic] Scaling should happen in predictable order and halt if any stateful pod is unhealthy [Conformance] [Slow]', async () => {
    const here = await ground('ordered')
    await using watching = await here.pods.watch(ALL)
    await here.sets.create(statefulSet('ss', 1))
    await here.ready(1)
    await here.breakProbe('ss-0')
    await here.reads('ss', 0)
    await here.resized('ss', 3)
    assert.equal((await here.pods.list(ALL)).items.length, 1)
    await here.restoreProbe('ss-0')
    await here.ready(3)
    assert.deepEqual(await order(watching, 'ADDED', 3), THREE)

    await here.breakProbe(...THREE)
    await here.reads('ss', 0)
    await here.resized('ss', 0)
    const { items } = await here.pods.list(ALL)
    assert.deepEqual([items.length, items.some(isEnding)], [3, false])
    // Each goes when it is well again: the last one first.
    await here.restoreProbe('ss-2', 'ss-1', 'ss-0')
    assert.deepEqual(await order(watching, 'DELETED', 3), THREE.toReversed())
  })

  test('[sig-apps] StatefulSet Basic StatefulSet functionality [StatefulSetBasic] Burst scaling should run to completion even with unhealthy pods [Conformance] [Slow]', async () => {
    const here = await ground('burst')
    await here.sets.create(statefulSet('ss', 1, { podManagementPolicy: 'Parallel' }))
    await here.ready(1)
    await here.breakProbe('ss-0')
    await here.reads('ss', 0)
    await here.resized('ss', 3)
    await settled(here.pods, ALL, items => assert.equal(items.length, 3))
    await here.restoreProbe('ss-0')
    await here.ready(3)
    await here.breakProbe(...THREE)
    await here.reads('ss', 0)
    await here.resized('ss', 0)
    await settled(here.pods, ALL, items => assert.equal(items.length, 0))
    await settledOne(here.sets, 'ss', ({ status }) => assert.equal(status.replicas, 0))
  })

  test('[sig-apps] StatefulSet Basic StatefulSet functionality [StatefulSetBasic] should perform rolling updates and roll backs of template modifications [Conformance]', async () => {
    const here = await ground('rolling')
    await here.sets.create(statefulSet('ss2', 3))
    await here.ready(3)
    const { status } = await here.observed('ss2')
    const first = status.currentRevision
    assert.equal(status.updateRevision, first)
    const three = (image: string, revision: string) => [0, 1, 2].map(() => [image, revision] as const)
    await here.have(three(OLD, first))

    /** Another image, while a pod is unwell: nothing is replaced until it is well, then all are, the last one first. */
    const roll = async (image: string, from: string): Promise<string> => {
      await here.breakProbe('ss2-1')
      await using watching = await here.pods.watch(ALL)
      await here.sets.change('ss2', draft => (draft.spec.template.spec.containers[0].image = image))
      const { status } = await here.observed('ss2')
      assert.deepEqual([status.currentRevision, status.updateRevision === from], [from, false])
      assert(!(await here.pods.list(ALL)).items.some(isEnding))
      await here.restoreProbe('ss2-1')
      assert.deepEqual(await order(watching, 'DELETED', 3), ['ss2-2', 'ss2-1', 'ss2-0'])
      await here.have(three(image, status.updateRevision))
      await settledOne(here.sets, 'ss2', set => assert.equal(set.status.currentRevision, status.updateRevision))
      return status.updateRevision
    }
    const second = await roll(NEW, first)
    assert.equal(await roll(OLD, second), first)
  })

  test('[sig-apps] StatefulSet Basic StatefulSet functionality [StatefulSetBasic] should perform canary updates and phased rolling updates of template modifications [Conformance]', async () => {
    const here = await ground('canary')
    const strategy = (partition: number) => ({ type: 'RollingUpdate', rollingUpdate: { partition } })
    await here.sets.create(statefulSet('ss2', 3, { updateStrategy: strategy(3) }))
    await here.ready(3)
    const before = (await here.observed('ss2')).status
    assert.equal(before.currentRevision, before.updateRevision)
    await here.sets.change('ss2', draft => (draft.spec.template.spec.containers[0].image = NEW))
    const { currentRevision, updateRevision } = (await here.observed('ss2')).status
    assert.notEqual(currentRevision, updateRevision)
    const [old, renewed] = [[OLD, currentRevision] as const, [NEW, updateRevision] as const]
    await here.have([old, old, old])

    await here.sets.change('ss2', draft => (draft.spec.updateStrategy = strategy(2)))
    await here.have([old, old, renewed])
    // Pods that are lost meanwhile come again as they were.
    for (const name of ['ss2-0', 'ss2-2']) await here.pods.delete(name)
    await here.have([old, old, renewed])
    await here.sets.change('ss2', draft => (draft.spec.updateStrategy = strategy(1)))
    await here.have([old, renewed, renewed])
    await here.sets.change('ss2', draft => (draft.spec.updateStrategy = strategy(0)))
    await here.have([renewed, renewed, renewed])
    await settledOne(here.sets, 'ss2', ({ status }) => assert.equal(status.currentRevision, updateRevision))
  })

  test('[sig-apps] StatefulSet Basic StatefulSet functionality [StatefulSetBasic] Should recreate evicted statefulset [Conformance]', async () => {
    const here = await ground('evicted')
    const [node] = (await stage.resource(Node).list()).items
    const nodeName = node.metadata.name
    const ports = [{ hostPort: 21_017, containerPort: 21_017, name: 'conflict' }]
    await here.pods.create({ metadata: { name: 'test-pod' }, spec: { nodeName, containers: [container({ ports })] } })
    await settledOne(here.pods, 'test-pod', ({ status }) => assert.equal(status.phase, 'Running'))
    await using watching = await here.pods.watch({ fieldSelector: 'metadata.name=ss-0' })
    await here.sets.create(statefulSet('ss', 1, { template: template(LABELS, { nodeName }, { ports }) }))
    const { object } = await watching.until(({ type }) => type === 'DELETED')
    assert.deepEqual([object.status.phase, object.status.reason], ['Failed', 'NodePorts'])
    await here.pods.delete('test-pod', { gracePeriodSeconds: 0 })
    const [pod] = await here.ready(1)
    assert.notEqual(pod.metadata.uid, object.metadata.uid)
  })

  test('[sig-apps] StatefulSet Basic StatefulSet functionality [StatefulSetBasic] should have a working scale subresource [Conformance]', async () => {
    const here = await ground('scale')
    await here.sets.create(statefulSet('ss', 1))
    await here.ready(1)
    await runScale(here.sets, 'ss')
    await here.ready(4)
  })

  test('[sig-apps] StatefulSet Basic StatefulSet functionality [StatefulSetBasic] should list, patch and delete a collection of StatefulSets [Conformance]', async () => {
    const here = await ground('collection')
    await here.sets.create(statefulSet('test-ss', 1))
    await here.ready(1)
    const one = { name: 'c', image: NEW }
    const spec = { replicas: 2, template: { metadata: { labels: { 'test-ss': 'patched' } }, spec: { containers: [one] } } }
    await here.sets.patch('test-ss', { metadata: { labels: { 'test-ss': 'patched' } }, spec }, { type: 'strategic' })
    const { items } = await here.sets.everywhere.list({ labelSelector: 'test-ss=patched' })
    assert.deepEqual(
      items.map(({ spec }: Any) => [spec.replicas, spec.template.spec.containers[0].image]),
      [[2, NEW]],
    )
    await settledOne(here.sets, 'test-ss', ({ status }) => assert.deepEqual([status.readyReplicas, status.updatedReplicas], [2, 2]))
    await here.sets.deleteCollection({ labelSelector: 'test-ss=patched' })
    await here.sets.counted(0, { labelSelector: 'test-ss=patched' })
  })

  test('[sig-apps] StatefulSet Basic StatefulSet functionality [StatefulSetBasic] should validate Statefulset Status endpoints [Conformance]', async () => {
    const here = await ground('status')
    await here.sets.create(statefulSet('ss', 1))
    await here.ready(1)
    await runStatus(here.sets, 'ss', ALL)
  })
})
