/** Limit ranges: as objects, and what they do to pods. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LimitRange } from '#kinds/core/limit-range.ts'
import { Pod } from '#kinds/core/pod.ts'
import { ServiceAccount } from '#kinds/core/service-account.ts'
import { eventually } from '../support/eventually.ts'
import { refused } from '../support/resource.ts'
import { useStage } from '../support/stage.ts'

const stage = useStage()
/** What is not given is left out. */
const resources = (cpu: string, memory: string, storage: string) => ({
  ...(cpu && { cpu }),
  ...(storage && { 'ephemeral-storage': storage }),
  ...(memory && { memory }),
})
const limits = {
  type: 'Container',
  min: resources('50m', '100Mi', '100Gi'),
  max: resources('500m', '500Mi', '500Gi'),
  default: resources('500m', '500Mi', '500Gi'),
  defaultRequest: resources('100m', '200Mi', '200Gi'),
}
const pod = (name: string, requests: object = {}, limited: object = {}) => ({
  metadata: { name },
  spec: { containers: [{ name: 'pause', image: 'registry.k8s.io/pause', resources: { limits: limited, requests } }] },
})

test('[sig-scheduling] LimitRange should create a LimitRange with defaults and ensure pod has those defaults applied. [Conformance]', async () => {
  const namespace = await stage.namespace('limitrange')
  await eventually(() => stage.resource(ServiceAccount, namespace).get('default'))
  const ranges = stage.resource(LimitRange, namespace)
  const pods = stage.resource(Pod, namespace)
  const resourcesOf = async (name: string) => (await pods.get(name)).spec.containers[0].resources
  await using watching = await ranges.watch({ labelSelector: 'time=now' })
  await ranges.create({ metadata: { name: 'limit-range', labels: { time: 'now' } }, spec: { limits: [limits] } })
  await watching.expect('ADDED')
  const [stored] = (await ranges.get('limit-range')).spec.limits
  assert.deepEqual([stored.default, stored.defaultRequest], [limits.default, limits.defaultRequest])

  await pods.create(pod('pod-no-resources'))
  assert.deepEqual(await resourcesOf('pod-no-resources'), { limits: limits.default, requests: limits.defaultRequest })
  // A limit without a request is the request as well.
  await pods.create(pod('pod-partial-resources', resources('', '150Mi', '150Gi'), resources('300m', '', '')))
  assert.deepEqual(await resourcesOf('pod-partial-resources'), {
    limits: resources('300m', '500Mi', '500Gi'),
    requests: resources('300m', '150Mi', '150Gi'),
  })
  const [small, large] = [resources('10m', '50Mi', '50Gi'), resources('600m', '600Mi', '600Gi')]
  await refused('Forbidden', pods.create(pod('pfpod', small)))
  // The default of the limit is less than what is asked for.
  await refused('Invalid', pods.create(pod('pfpod', large)))

  const min = resources('9m', '49Mi', '49Gi')
  await ranges.change('limit-range', ({ spec }) => (spec.limits[0].min = min))
  assert.deepEqual((await ranges.get('limit-range')).spec.limits[0].min, min)
  await eventually(() => pods.create(pod('pfpod', small)))
  await refused('Invalid', pods.create(pod('pfpod3', large)))

  await ranges.delete('limit-range', { gracePeriodSeconds: 30 })
  await ranges.counted(0, {})
  await eventually(() => pods.create(pod('pfpod2', large)))
})

test('[sig-scheduling] LimitRange should list, patch and delete a LimitRange by collection [Conformance]', async () => {
  const [first, second] = [await stage.namespace('limitrange'), await stage.namespace('limitrange')].map(namespace =>
    stage.resource(LimitRange, namespace),
  ) as [ReturnType<typeof stage.resource>, ReturnType<typeof stage.resource>]
  const name = 'e2e-limitrange'
  const all = { labelSelector: `e2e-test=${name}` }
  const object = { metadata: { name, labels: { 'e2e-test': name, [name]: 'created' } }, spec: { limits: [limits] } }
  await first.create(object)
  await second.create(object)
  await first.everywhere.counted(2, all)
  const min = resources('9m', '49Mi', '49Gi')
  const patch = { metadata: { labels: { [name]: 'patched' } }, spec: { limits: [{ ...limits, min }] } }
  const patched = await first.patch(name, patch, { type: 'strategic' })
  assert.equal(patched.metadata.labels[name], 'patched')
  assert.deepEqual(patched.spec.limits[0].min, min)
  await first.deleteCollection({ labelSelector: `${name}=patched` })
  await first.counted(0, { labelSelector: `${name}=patched` })
  const { items } = await first.everywhere.counted(1, all)
  assert.equal(items[0].metadata.namespace, second.namespace)
})
