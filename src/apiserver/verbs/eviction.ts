/** Eviction: the deletion of a pod, if its disruption budget allows it. Source: upstream's registry/core/pod/storage/eviction.go. */
import { timestamp } from '#base/clock.ts'
import { Pod } from '#kinds/core/pod.ts'
import { Refusal, refuse } from '#kinds/meta/refusal.ts'
import { Eviction } from '#kinds/policy/eviction.ts'
import { PodDisruptionBudget } from '#kinds/policy/pod-disruption-budget.ts'
import { matchesLabels, selectionOf } from '#schema/select.ts'
import type { Call } from '../call.ts'
import type { AnyObject } from '../resources/item.ts'
import { type Result, valueResult } from '../result.ts'
import { validate } from './admit.ts'
import { amend } from './amend.ts'
import { draftFrom } from './body.ts'
import { type Condition, withCondition } from './conditions.ts'
import { deleteObject } from './delete.ts'
import { checkedDeletion, type Deletion } from './delete-options.ts'
import { writeOptions } from './options.ts'

/** So that a budget whose controller is gone does not grow without bound: upstream's MaxDisruptedPodSize. */
const DISRUPTED_PODS_MAX = 2_000
/** After what time a client should try again while a budget is being computed. */
const RETRY_SECONDS = 10

/** POST to `pods/<name>/eviction`. Throws TooManyRequests when the budget is used up. */
export async function evict(call: Call): Promise<Result> {
  const { serving, target } = call
  const options = writeOptions(call, 'CreateOptions')
  const eviction = (await draftFrom(call, Eviction, options)) as unknown as Eviction & AnyObject
  if (eviction.metadata.name && eviction.metadata.name !== target.name)
    throw refuse.badRequest('name in URL does not match name in Eviction object')
  const pods = serving.registry.of(Pod)
  const asked = checkedDeletion(eviction.deleteOptions)
  const deletion: Deletion = { ...asked, dryRun: asked.dryRun || options.dryRun }
  await validate(call, { operation: 'CREATE', draft: eviction, dryRun: deletion.dryRun })
  const pod = await serving.objects.get(Pod, { namespace: target.namespace, name: target.name })
  if (!pod) throw refuse.notFound(pods.about, target.name)
  const precondition = isBudgeted(pod) ? await grant(call, pod, deletion) : {}
  await markEvicted(call, pod, deletion)
  const fresh = precondition.isOnlyThisState
    ? await serving.objects.get(Pod, { namespace: target.namespace, name: target.name })
    : undefined
  const preconditions = { ...deletion.preconditions, ...(fresh && { resourceVersion: fresh.metadata.resourceVersion }) }
  const podCall: Call = { ...call, resource: pods, target: { ...target, subresource: '' } }
  await deleteObject(podCall, { namespace: target.namespace, name: target.name }, { ...deletion, preconditions })
  return valueResult({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }, 201)
}

/** A pod that has ended, has not begun, or is going already disrupts nobody. */
const isBudgeted = ({ metadata, status }: Pod): boolean =>
  !['Succeeded', 'Failed', 'Pending'].includes(status.phase ?? '') && !metadata.deletionTimestamp

interface Granted {
  /** The budget did not count this pod because of its present state; it must be deleted in that state only. */
  readonly isOnlyThisState?: true
}
async function grant(call: Call, pod: Pod, { dryRun }: Deletion): Promise<Granted> {
  const { serving, target } = call
  const budgets = (await serving.objects.list(PodDisruptionBudget, target.namespace)).filter(({ spec }) =>
    matchesLabels(selectionOf(spec.selector as never), pod.metadata.labels),
  )
  const [budget] = budgets
  if (!budget) return {}
  if (budgets.length > 1)
    throw new Refusal(500, '', 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.')
  const isReady = pod.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false
  if (!isReady) {
    if (budget.spec.unhealthyPodEvictionPolicy === 'AlwaysAllow') return { isOnlyThisState: true }
    // Without that policy, a pod that is not ready may go as long as enough others are.
    if (budget.status.currentHealthy >= budget.status.desiredHealthy && budget.status.desiredHealthy > 0) return { isOnlyThisState: true }
  }
  const resource = serving.registry.of(PodDisruptionBudget)
  const compose = (stored: AnyObject) => decremented(stored as unknown as PodDisruptionBudget, pod.metadata.name ?? '', serving.clock.now())
  await amend(resource, { namespace: target.namespace, name: budget.metadata.name ?? '', dryRun, compose })
  return {}
}

function decremented(budget: PodDisruptionBudget, pod: string, nowMs: number): AnyObject {
  const { metadata, status } = budget
  const name = metadata.name ?? ''
  const about = { group: 'policy', resource: 'poddisruptionbudgets' }
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0))
    throw tooMany(`The disruption budget ${name} is still being processed by the server.`, RETRY_SECONDS)
  if (status.disruptionsAllowed < 0) throw refuse.forbidden(about, name, 'pdb disruptions allowed is negative')
  if (Object.keys(status.disruptedPods ?? {}).length > DISRUPTED_PODS_MAX)
    throw refuse.forbidden(about, name, 'DisruptedPods map too big - too many evictions not confirmed by PDB controller')
  if (status.disruptionsAllowed === 0) {
    const failed = status.conditions?.find(
      ({ type, status, reason }) => type === 'DisruptionAllowed' && status === 'False' && reason === 'SyncFailed',
    )
    throw tooMany(
      failed
        ? `The disruption budget ${name} does not allow evicting pods currently because it failed sync: ${failed.message}`
        : `The disruption budget ${name} needs ${status.desiredHealthy} healthy pods and has ${status.currentHealthy} currently`,
      0,
    )
  }
  const disruptionsAllowed = status.disruptionsAllowed - 1
  const used: Condition = {
    type: 'DisruptionAllowed',
    status: 'False',
    reason: 'InsufficientPods',
    message: '',
    ...(status.observedGeneration !== undefined && { observedGeneration: status.observedGeneration }),
  }
  return {
    ...(budget as unknown as AnyObject),
    status: {
      ...status,
      disruptionsAllowed,
      disruptedPods: { ...status.disruptedPods, [pod]: timestamp(nowMs) },
      ...(disruptionsAllowed === 0 && { conditions: withCondition(status.conditions, used, nowMs) }),
    },
  }
}
const tooMany = (message: string, retryAfterSeconds: number) =>
  refuse.tooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", retryAfterSeconds, [
    { reason: 'DisruptionBudget', message },
  ])

/** Says in the pod's own status why it goes (KEP-3329). */
async function markEvicted({ serving }: Call, { metadata }: Pod, { dryRun }: Deletion): Promise<void> {
  const pods = serving.registry.of(Pod)
  const nowMs = serving.clock.now()
  const compose = (pod: AnyObject): AnyObject => {
    const condition: Condition = {
      type: 'DisruptionTarget',
      status: 'True',
      lastProbeTime: null,
      reason: 'EvictionByEvictionAPI',
      message: 'Eviction API: evicting',
      ...(pod.metadata.generation !== undefined && { observedGeneration: pod.metadata.generation }),
    }
    return {
      ...pod,
      status: { ...pod['status'], conditions: withCondition(pod['status'].conditions as readonly Condition[], condition, nowMs) },
    }
  }
  await amend(pods, { namespace: metadata.namespace ?? '', name: metadata.name ?? '', dryRun, compose })
}
