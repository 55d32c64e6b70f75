/** Makes the claims that pods ask for by template, and gives back what nobody uses any more. */
import type { Cluster, Controller, Runner } from '#client/controller.ts'
import { runnerOf, startController, watches } from '#client/controller.ts'
import { EventRecorder } from '#client/events.ts'
import type { Mirrors } from '#client/mirrors.ts'
import { controlledBy, indexByController } from '#client/owners.ts'
import type { Ref } from '#client/transport.ts'
import { Pod } from '#kinds/core/pod.ts'
import { controllerOf } from '#kinds/meta/owners.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { claimNamesOf, isDone, reservationOf, usesClaims } from '#kinds/resource/pod-claims.ts'
import { ResourceClaimTemplate } from '#kinds/resource/resource-claim-template.ts'
import { ResourceClaim } from '#kinds/resource/resource-claim.ts'
import { planForClaim, usersOf } from './claim-use.ts'
import { planForPod } from './pod-claims.ts'

const NAME = 'resourceclaim-controller'
/** Upstream's name in events and managed fields. */
const COMPONENT = 'resource_claim'
const FIELD_MANAGER = 'ResourceClaimController'
/** Upstream's number of workers. */
const CONCURRENCY = 10

/** Both halves; each pod and each claim is looked at by itself. */
export const resourceClaimControllers: readonly Runner[] = [
  {
    name: NAME,
    start: cluster => {
      const { client, clock, log, mirrors } = cluster
      const recorder = new EventRecorder({ client, clock, log, component: COMPONENT })
      indexByController(mirrors.of(ResourceClaim))
      indexUsers(mirrors)
      const running = startController(podsController(recorder), cluster)
      return {
        async [Symbol.asyncDispose]() {
          await running[Symbol.asyncDispose]()
          await recorder.flush()
        },
      }
    },
  },
  runnerOf({
    name: NAME,
    reconciles: ResourceClaim,
    watches: [
      {
        kind: Pod,
        concerns: pod => claimNamesOf(pod as Pod).map(name => ({ namespace: (pod as Pod).metadata.namespace, name })),
        // A pod that may still run changes nothing for its claims.
        matters: (_, after) => after === undefined || isDone(after as Pod),
      },
    ],
    concurrency: CONCURRENCY,
    act: tendClaim,
  }),
]

const BY_CLAIM = 'resourceClaims'
const BY_TEMPLATE = 'resourceClaimTemplates'
/** So that a change of a claim or template finds its pods without a look at all of them. */
function indexUsers(mirrors: Mirrors): void {
  const pods = mirrors.of(Pod)
  pods.addIndex(BY_CLAIM, pod => (usesClaims(pod) ? claimNamesOf(pod).map(name => `${pod.metadata.namespace}/${name}`) : []))
  pods.addIndex(BY_TEMPLATE, ({ metadata, spec }) =>
    (spec.resourceClaims ?? []).flatMap(({ resourceClaimTemplateName: name }) =>
      name === undefined ? [] : `${metadata.namespace}/${name}`,
    ),
  )
}
const podsBy = (index: string, mirrors: Mirrors, { namespace, name }: Partial<Ref>): readonly Ref[] =>
  mirrors
    .of(Pod)
    .by(index, `${namespace}/${name}`)
    .map(({ metadata }) => metadata as Ref)

const podsController = (recorder: EventRecorder): Controller => ({
  name: NAME,
  reconciles: Pod,
  matters: (before, after) => usesClaims((after ?? before) as Pod),
  watches: [
    watches(ResourceClaim, ({ metadata }, mirrors) => {
      const owner = controllerOf(metadata)
      const owners = owner?.kind === 'Pod' ? [{ namespace: metadata.namespace, name: owner.name }] : []
      return [...owners, ...podsBy(BY_CLAIM, mirrors, metadata)]
    }),
    watches(ResourceClaimTemplate, ({ metadata }, mirrors) => podsBy(BY_TEMPLATE, mirrors, metadata)),
  ],
  concurrency: CONCURRENCY,
  act: (ref, cluster) => tendPod(ref, cluster, recorder),
})

async function tendPod(ref: Ref, { client, mirrors }: Cluster, recorder: EventRecorder): Promise<undefined> {
  const pod = mirrors.of(Pod).get(ref)
  if (!pod || !usesClaims(pod)) return
  const claims = mirrors.of(ResourceClaim)
  const { namespace, uid = '' } = pod.metadata
  const look = () =>
    planForPod({
      pod,
      claim: name => claims.get({ namespace, name }),
      own: controlledBy(claims, uid),
      template: name => mirrors.of(ResourceClaimTemplate).get({ namespace, name }),
    })
  let plan = look()
  for (const object of plan.create) claims.learn(await client.create(ResourceClaim, object))
  if (plan.create.length && !plan.trouble) plan = look()
  if (plan.trouble) {
    recorder.record({ about: aboutPod(pod), type: 'Warning', reason: 'FailedResourceClaimCreation', message: plan.trouble })
    throw new Error(`pod ${namespace}/${ref.name}, ${plan.trouble}`)
  }
  try {
    if (plan.statuses) {
      const body = { metadata: { namespace, name: ref.name }, status: { resourceClaimStatuses: plan.statuses } }
      const options = { subresource: 'status', fieldManager: FIELD_MANAGER, force: true }
      mirrors.of(Pod).learn(await client.patch(Pod, ref, 'apply', { apiVersion: 'v1', kind: 'Pod', ...body }, options))
    }
  } catch (error) {
    if (!isRefusal(error, 'NotFound')) throw error
    return
  }
  for (const claim of plan.reserve) {
    const status = { ...claim.status, reservedFor: [...(claim.status.reservedFor ?? []), reservationOf(pod)] }
    claims.learn(await client.update(ResourceClaim, { ...claim, status }, { subresource: 'status' }))
  }
}
const aboutPod = ({ metadata }: Pod) => ({ apiVersion: Pod.apiVersion, kind: Pod.name, metadata })

async function tendClaim(ref: Ref, { client, mirrors }: Cluster): Promise<undefined> {
  const claims = mirrors.of(ResourceClaim)
  const claim = claims.get(ref)
  if (!claim) return
  const known = new Map<string, Pod | undefined>()
  // A pod that is not here yet may be about to come: to take its devices from it, one has to be sure.
  for (const name of usersOf(claim)) known.set(name, mirrors.of(Pod).get({ ...ref, name }) ?? (await podAtSource({ ...ref, name }, client)))
  const owner = controllerOf(claim.metadata)
  if (owner?.kind === 'Pod') known.set(owner.name, known.get(owner.name) ?? mirrors.of(Pod).get({ ...ref, name: owner.name }))
  const { status, finalizers, isUnneeded } = planForClaim({ claim, pods: known })
  try {
    let current = claim
    if (status) current = await client.update(ResourceClaim, { ...current, status }, { subresource: 'status' })
    if (finalizers) current = await client.update(ResourceClaim, { ...current, metadata: { ...current.metadata, finalizers } })
    if (current !== claim) claims.learn(current)
    if (isUnneeded) await client.delete(ResourceClaim, ref, { preconditions: { uid: claim.metadata.uid as string } })
  } catch (error) {
    if (!isRefusal(error, 'NotFound')) throw error
  }
}
async function podAtSource(ref: Ref, client: Cluster['client']): Promise<Pod | undefined> {
  try {
    return await client.get(Pod, ref)
  } catch (error) {
    if (!isRefusal(error, 'NotFound')) throw error
    return undefined
  }
}
