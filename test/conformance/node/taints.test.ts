/** Pods on a node whose taint does not let them stay. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { eventually } from '../support/eventually.ts'
import type { Any, Resource } from '../support/resource.ts'
import { useStage } from '../support/stage.ts'

const stage = useStage()
const TAINT = { key: 'kubernetes.io/e2e-evict-taint-key', value: 'evictTaintVal', effect: 'NoExecute' }

/** A pod that runs on a node, and tolerates the taint for so long. */
async function tolerant(pods: Resource, name: string, { node, seconds }: { node: string; seconds: number }): Promise<void> {
  await pods.create({
    metadata: { name, labels: { group: 'evicted' } },
    spec: {
      nodeSelector: { 'kubernetes.io/hostname': node },
      containers: [{ name: 'pause', image: 'pause' }],
      tolerations: [{ ...TAINT, operator: 'Equal', tolerationSeconds: seconds }],
    },
  })
  await eventually(async () => assert.equal((await pods.get(name)).status.phase, 'Running'))
}
const taint = (node: string, taints: readonly object[]) => stage.resource(Node).change(node, ({ spec }) => (spec.taints = taints))
const nodes = async (): Promise<readonly string[]> => (await stage.resource(Node).list()).items.map(({ metadata }: Any) => metadata.name)
const WITHIN = { timeoutMs: 60_000 }

test('[sig-node] NoExecuteTaintManager Single Pod removing taint cancels eviction [Conformance] [Serial]', async () => {
  const pods = stage.resource(Pod, await stage.namespace('taint-single-pod'))
  const [first = '', second = ''] = await nodes()
  await tolerant(pods, 'stays', { node: first, seconds: 10 })
  await tolerant(pods, 'goes', { node: second, seconds: 10 })
  await taint(first, [TAINT])
  await taint(first, [])
  // What becomes of a pod whose node keeps the taint, which came later, tells when the time of the other would have been over.
  await taint(second, [TAINT])
  await eventually(
    async () =>
      assert.deepEqual(
        (await pods.list()).items.map(({ metadata }: Any) => metadata.name),
        ['stays'],
      ),
    WITHIN,
  )
  const { metadata, status } = await pods.get('stays')
  assert.deepEqual([metadata.deletionTimestamp, status.phase], [undefined, 'Running'])
  await taint(second, [])
})

test('[sig-node] NoExecuteTaintManager Multiple Pods evicts pods with minTolerationSeconds [Conformance] [Serial]', async () => {
  const pods = stage.resource(Pod, await stage.namespace('taint-multiple-pods'))
  const [node = ''] = await nodes()
  await tolerant(pods, 'short', { node, seconds: 2 })
  await tolerant(pods, 'long', { node, seconds: 6 })
  await using watching = await pods.watch()
  const began = Date.now()
  await taint(node, [TAINT])
  for (const [name, seconds] of [
    ['short', 2],
    ['long', 6],
  ] as const) {
    const { object } = await watching.until(({ type }) => type === 'DELETED')
    assert.equal(object.metadata.name, name)
    assert(Date.now() - began >= seconds * 1000 - 1000, `${name} was evicted too early`)
  }
  await taint(node, [])
})
