/** Garbage collection: what goes with its owner, what stays without it, and who waits for whom. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Deployment } from '#kinds/apps/deployment.ts'
import { ReplicaSet } from '#kinds/apps/replica-set.ts'
import type { AnyKind } from '#kinds/catalogue.ts'
import { ConfigMap } from '#kinds/core/config-map.ts'
import { Pod } from '#kinds/core/pod.ts'
import { ReplicationController } from '#kinds/core/replication-controller.ts'
import { controllerOf, isEnding, template } from '../support/running-pods.ts'
import type { Any, Resource } from '../support/resource.ts'
import { settled, settledGone } from '../support/settled.ts'
import { useStage } from '../support/stage.ts'
import type { Watching } from '../support/watching.ts'

const stage = useStage()

/** As many as the behaviours ask for at the most. */
const MANY = 100
const LABELS = { gctest: 'owned' }

async function ground() {
  const namespace = await stage.namespace('gc')
  const of = (kind: AnyKind) => stage.resource(kind, namespace)
  return { deployments: of(Deployment), sets: of(ReplicaSet), controllers: of(ReplicationController), pods: of(Pod), maps: of(ConfigMap) }
}
const deployment = {
  metadata: { name: 'simpletest.deployment' },
  spec: { replicas: 2, selector: { matchLabels: LABELS }, template: template(LABELS) },
}
const controller = (name: string, replicas: number) => ({
  metadata: { name },
  spec: { replicas, selector: { name }, template: template({ name }) },
})
/** Makes a controller and waits until it has its pods. */
async function controls({ controllers, pods }: Awaited<ReturnType<typeof ground>>, replicas: number): Promise<Any> {
  const made = await controllers.create(controller('simpletest.rc', replicas))
  await counted(pods, replicas)
  return made
}
const counted = (resource: Resource, count: number) =>
  settled(resource, {}, items => {
    assert.equal(items.length, count, resource.path())
    return items
  })
const remove = (resource: Resource, { metadata: { name, uid } }: Any, propagationPolicy: 'Background' | 'Foreground' | 'Orphan') =>
  resource.delete(name, { propagationPolicy, preconditions: { uid } })
const ownedBy = ({ apiVersion, kind, metadata: { name, uid } }: Any, more: object = {}) => ({
  metadata: { ownerReferences: [{ apiVersion, kind, name, uid, ...more }] },
})

/** The revision at which the next of what is watched ended. */
const endOf = async (watching: Watching): Promise<bigint> =>
  BigInt((await watching.until(({ type }) => type === 'DELETED')).object.metadata.resourceVersion)

/** Waits until the collector has had its chance at all that came before: it has found an object younger than that, whose owner never was. */
async function collectorHasBeenHere(maps: Resource): Promise<void> {
  const lost = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'never-was', uid: '00000000-0000-0000-0000-000000000000' } }
  const { metadata, ...object } = ownedBy(lost)
  await maps.create({ metadata: { ...metadata, name: 'lost' }, ...object })
  await settledGone(maps, 'lost')
}

describe('garbage collector', { concurrency: 4 }, () => {
  test('[sig-api-machinery] Garbage collector should delete RS created by deployment when not orphaning [Conformance]', async () => {
    const { deployments, sets, pods } = await ground()
    const made = await deployments.create(deployment)
    await counted(sets, 1)
    await remove(deployments, made, 'Background')
    for (const resource of [deployments, sets, pods]) await counted(resource, 0)
  })

  test('[sig-api-machinery] Garbage collector should orphan RS created by deployment when deleteOptions.PropagationPolicy is Orphan [Conformance]', async () => {
    const { deployments, sets, pods, maps } = await ground()
    const made = await deployments.create(deployment)
    await counted(sets, 1)
    await counted(pods, 2)
    await remove(deployments, made, 'Orphan')
    await counted(deployments, 0)
    await collectorHasBeenHere(maps)
    const [set] = await counted(sets, 1)
    assert.equal(controllerOf(set), undefined)
    for (const pod of await counted(pods, 2)) {
      assert(!isEnding(pod))
      assert.equal(controllerOf(pod).uid, set.metadata.uid)
    }
  })

  test('[sig-api-machinery] Garbage collector should delete pods created by rc when not orphaning [Conformance]', async () => {
    const here = await ground()
    const made = await controls(here, 2)
    await remove(here.controllers, made, 'Background')
    for (const resource of [here.controllers, here.pods]) await counted(resource, 0)
  })

  test('[sig-api-machinery] Garbage collector should orphan pods created by rc if delete options say so [Conformance] [Serial]', async () => {
    const here = await ground()
    const made = await controls(here, MANY)
    await remove(here.controllers, made, 'Orphan')
    await counted(here.controllers, 0)
    await collectorHasBeenHere(here.maps)
    for (const pod of await counted(here.pods, MANY)) assert.deepEqual([controllerOf(pod), isEnding(pod)], [undefined, false])
  })

  test('[sig-api-machinery] Garbage collector should keep the rc around until all its pods are deleted if the deleteOptions says so [Conformance] [Serial]', async () => {
    const here = await ground()
    const made = await controls(here, MANY)
    const { metadata } = await here.pods.list()
    const since = { resourceVersion: metadata.resourceVersion }
    await using pods = await here.pods.watch(since)
    await using controllers = await here.controllers.watch(since)
    const left = await remove(here.controllers, made, 'Foreground')
    assert(left.metadata.deletionTimestamp)
    assert.deepEqual(left.metadata.finalizers, ['foregroundDeletion'])
    const revisions: bigint[] = []
    while (revisions.length < MANY) revisions.push(await endOf(pods))
    const last = await endOf(controllers)
    assert(revisions.every(revision => revision < last))
    assert.deepEqual((await here.pods.list()).items, [])
  })

  test("[sig-api-machinery] Garbage collector should not delete dependents that have both valid owner and owner that's waiting for dependents to be deleted [Conformance] [Serial]", async () => {
    const here = await ground()
    const made = await controls(here, MANY)
    const stays = await here.controllers.create(controller('simpletest-rc-to-stay', 0))
    const half = (await here.pods.list()).items.slice(0, MANY / 2)
    for (const { metadata } of half) await here.pods.patch(metadata.name, ownedBy(stays), { type: 'strategic' })
    await remove(here.controllers, made, 'Foreground')
    await settledGone(here.controllers, made.metadata.name)
    const { items } = await here.pods.list()
    assert.deepEqual(new Set(items.map(({ metadata }: Any) => metadata.name)), new Set(half.map(({ metadata }: Any) => metadata.name)))
    for (const pod of items) {
      assert(!isEnding(pod))
      assert.deepEqual(
        pod.metadata.ownerReferences.map(({ uid }: Any) => uid),
        [stays.metadata.uid],
      )
    }
  })

  test('[sig-api-machinery] Garbage collector should not be blocked by dependency circle [Conformance]', async () => {
    const { pods } = await ground()
    const { spec } = template({})
    const made: Any[] = []
    for (const name of ['pod1', 'pod2', 'pod3']) made.push(await pods.create({ metadata: { name }, spec }))
    const [one, two, three] = made
    for (const [pod, owner] of [
      [one, three],
      [two, one],
      [three, two],
    ])
      await pods.patch(pod.metadata.name, ownedBy(owner, { controller: true, blockOwnerDeletion: true }), { type: 'strategic' })
    await remove(pods, one, 'Foreground')
    await counted(pods, 0)
  })
})
