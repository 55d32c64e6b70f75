/** Disruption budgets: as objects, and how they hold up the eviction of pods on real containers. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Pod } from '#kinds/core/pod.ts'
import { PodDisruptionBudget } from '#kinds/policy/pod-disruption-budget.ts'
import { eventually } from '../support/eventually.ts'
import { useNodeStage } from '../support/node-stage.ts'
import { container, labelled, readyPods } from '../support/running-pods.ts'
import { type Any, refused } from '../support/resource.ts'
import { settledGone, settledOne } from '../support/settled.ts'

const stage = useNodeStage()
const LABELS = { foo: 'bar' }

async function ground(base: string) {
  const namespace = await stage.namespace(base)
  const budgets = stage.resource(PodDisruptionBudget, namespace)
  const pods = stage.resource(Pod, namespace)
  return {
    budgets,
    pods,
    budget: (spec: object, name = 'foo') =>
      budgets.create({ metadata: { name, labels: LABELS }, spec: { selector: { matchLabels: LABELS }, ...spec } }),
    /** Waits until the controller has acted on the newest specification, and gives the budget. */
    processed: (name = 'foo') =>
      settledOne(budgets, name, budget => {
        assert((budget.status.observedGeneration ?? 0) >= budget.metadata.generation)
        return budget
      }),
    /** As many pods as are missing, all ready. */
    fill: async (count: number) => {
      const { items } = await pods.list(labelled(LABELS))
      for (let i = items.length; i < count; i++)
        await pods.create({
          metadata: { generateName: 'pod-', labels: LABELS },
          spec: { containers: [container()], terminationGracePeriodSeconds: 5 },
        })
      return await readyPods(pods, labelled(LABELS), count)
    },
  }
}

describe('disruption', { concurrency: 5 }, () => {
  test('[sig-apps] DisruptionController Listing PodDisruptionBudgets for all namespaces should list and delete a collection of PodDisruptionBudgets [Conformance]', async () => {
    const [one, other] = [await ground('list'), await ground('list')]
    const labels = { 'e2e-list': 'yes' }
    const make = (at: typeof one, name: string) =>
      at.budgets.create({ metadata: { name, labels }, spec: { minAvailable: '1%', selector: { matchLabels: LABELS } } })
    await make(one, 'foo')
    await make(one, 'foo2')
    await make(other, 'foo')
    await one.budgets.counted(2, labelled(labels))
    await one.budgets.everywhere.counted(3, labelled(labels))
    await one.budgets.deleteCollection(labelled(labels))
    await one.budgets.counted(0, {})
    await other.budgets.counted(1, {})
  })

  test('[sig-apps] DisruptionController should create a PodDisruptionBudget [Conformance]', async () => {
    const { budgets, budget, processed } = await ground('create')
    await budget({ minAvailable: '1%' })
    await processed()
    const updated = await budgets.change('foo', draft => (draft.spec.minAvailable = '2%'))
    assert.equal(updated.spec.minAvailable, '2%')
    await processed()
    const patched = await budgets.patch('foo', { spec: { minAvailable: '3%' } }, { type: 'strategic' })
    assert.equal(patched.spec.minAvailable, '3%')
    await processed()
    await budgets.delete('foo')
    await budgets.gone('foo')
  })

  test('[sig-apps] DisruptionController should observe PodDisruptionBudget status updated [Conformance]', async () => {
    const { budgets, budget, processed, fill } = await ground('observe')
    await budget({ minAvailable: 1 })
    await processed()
    await fill(3)
    const { status } = await settledOne(budgets, 'foo', one => {
      assert.equal(one.status.disruptionsAllowed, 2, JSON.stringify(one.status))
      return one
    })
    assert.deepEqual([status.currentHealthy, status.desiredHealthy, status.expectedPods], [3, 1, 3])
  })

  test('[sig-apps] DisruptionController should update/patch PodDisruptionBudget status [Conformance]', async () => {
    const { budgets, budget, processed, fill } = await ground('status')
    await budget({ minAvailable: 1 })
    await processed()
    const [{ metadata }] = (await fill(1)) as [Any]
    const disrupted = { [metadata.name]: '2040-01-01T00:00:00Z' }
    const updated = await budgets.change('foo', draft => (draft.status.disruptedPods = disrupted), 'status')
    assert.deepEqual(updated.status.disruptedPods, disrupted)
    const patched = await budgets.patch('foo', { status: { disruptedPods: null } }, { subresource: 'status' })
    assert.deepEqual(patched.status.disruptedPods ?? {}, {})
    assert.equal((await budgets.get('foo', 'status')).metadata.uid, updated.metadata.uid)
  })

  test('[sig-apps] DisruptionController should block an eviction until the PDB is updated to allow it [Conformance]', async () => {
    const { budgets, budget, pods, processed, fill } = await ground('evict')
    const blocked = async (name: string) => {
      const { status } = await refused('TooManyRequests', pods.evict(name))
      assert.equal(status.details?.causes?.[0]?.reason, 'DisruptionBudget')
    }
    await budget({ minAvailable: 3 })
    await processed()
    const [first] = (await fill(3)) as [Any]
    await settledOne(budgets, 'foo', ({ status }) => assert.equal(status.currentHealthy, 3))
    await blocked(first.metadata.name)

    await budgets.change('foo', draft => (draft.spec.minAvailable = 2))
    await eventually(() => pods.evict(first.metadata.name))
    await settledGone(pods, first.metadata.name)
    await budgets.patch('foo', { spec: { minAvailable: 3 } }, { type: 'strategic' })
    const [second] = (await fill(3)) as [Any]
    await processed()
    await settledOne(budgets, 'foo', ({ status }) => assert.equal(status.currentHealthy, 3))
    await blocked(second.metadata.name)

    await budgets.delete('foo')
    await budgets.gone('foo')
    await pods.evict(second.metadata.name)
    await settledGone(pods, second.metadata.name)
  })
})
