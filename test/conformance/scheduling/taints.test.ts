/** Taints that drive pods away, on simulated nodes and a clock on which a minute takes six seconds. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { hastened } from '../support/hastened.ts'
import type { Any, Resource } from '../support/resource.ts'
import { settledOne } from '../support/settled.ts'
import { useStage } from '../support/stage.ts'

const clock = hastened(10)
const stage = useStage({ clock })
const [KEY, OTHER] = ['kubernetes.io/e2e-evict-taint-key', 'kubernetes.io/e2e-other-taint-key']
/** Bears a taint for so long, or for good. */
const bears = (key: string, tolerationSeconds?: number) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds })

async function ground(base: string, at: number) {
  const pods = stage.resource(Pod, await stage.namespace(base))
  const nodes = stage.resource(Node)
  const { name } = (await nodes.list()).items[at].metadata
  const setTaints = (change: (taints: readonly Any[]) => readonly Any[]) =>
    nodes.change(name, draft => (draft.spec.taints = change(draft.spec.taints ?? [])))
  return {
    pods,
    taint: (key = KEY) => setTaints(taints => [...taints, { key, value: 'evictTaintVal', effect: 'NoExecute' }]),
    untaint: (key = KEY) => setTaints(taints => taints.filter(one => one.key !== key)),
    /** Runs a pod on the node. */
    run: async (pod: string, ...tolerations: readonly object[]): Promise<Any> => {
      const containers = [{ name: 'pause', image: 'registry.k8s.io/pause' }]
      await pods.create({ metadata: { name: pod }, spec: { containers, tolerations, nodeSelector: { 'kubernetes.io/hostname': name } } })
      return await settledOne(pods, pod, object => {
        assert.equal(object.status.phase, 'Running')
        return object
      })
    },
  }
}
/** Waits until a pod is told to go, and gives the time that passed since `since`, in seconds of the cluster. */
async function driven(pods: Resource, name: string, since: number): Promise<number> {
  await using watching = await pods.watch({ fieldSelector: `metadata.name=${name}` })
  const { items } = await pods.list({ fieldSelector: `metadata.name=${name}` })
  if (items.some(({ metadata }: Any) => metadata.deletionTimestamp === undefined))
    await watching.until(({ type, object }) => type === 'DELETED' || object.metadata.deletionTimestamp !== undefined)
  return (clock.now() - since) / 1_000
}

describe('taints', { concurrency: 2 }, () => {
  test('[sig-node] NoExecuteTaintManager Multiple Pods evicts pods with minTolerationSeconds [Conformance] [Serial]', async () => {
    const { pods, taint, untaint, run } = await ground('many', 0)
    await run('pod1', bears(KEY, 30))
    await run('pod2', bears(KEY, 60))
    const since = clock.now()
    await taint()
    const [first, second] = await Promise.all([driven(pods, 'pod1', since), driven(pods, 'pod2', since)])
    assert(first >= 29 && second >= 59, `evicted after ${first} s and ${second} s`)
    assert(first < second, `evicted after ${first} s and ${second} s`)
    await untaint()
  })

  test('[sig-node] NoExecuteTaintManager Single Pod removing taint cancels eviction [Conformance] [Serial]', async () => {
    const { pods, taint, untaint, run } = await ground('one', 1)
    const { metadata } = await run('stays', bears(KEY, 30), bears(OTHER))
    await run('goes', bears(KEY), bears(OTHER, 30))
    await taint()
    await taint(OTHER)
    await untaint()
    // When this one is driven away, the time of the other one is over too.
    await driven(pods, 'goes', clock.now())
    const stays = await pods.get('stays')
    assert.deepEqual([stays.metadata.uid, stays.metadata.deletionTimestamp], [metadata.uid, undefined])
    await untaint(OTHER)
  })
})
