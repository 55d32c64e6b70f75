/** Changes the number of pods of a workload by what is measured. Every quarter of a minute, as upstream does. */
import { type Cluster, type Controller, type Runner, startController } from '#client/controller.ts'
import { EventRecorder } from '#client/events.ts'
import { keyOf } from '#client/mirror.ts'
import { pluralOf, rootOf } from '#client/plural.ts'
import type { Client } from '#client/transport.ts'
import { HorizontalPodAutoscaler } from '#kinds/autoscaling/horizontal-pod-autoscaler.ts'
import type { Scale } from '#kinds/autoscaling/v1/scale.ts'
import { Pod } from '#kinds/core/pod.ts'
import { isEqual } from '#schema/json-value.ts'
import { matchesLabels } from '#schema/select.ts'
import { parseLabelSelector } from '#schema/select-parse.ts'
import { findingOf } from './ask.ts'
import { begun, conditioned, decide, type Decision, type History, isByMetrics, type Sight, type Status, statusAfter } from './decide.ts'
import { rivalry, type Selecting } from './rivals.ts'
import { toleranceOf } from './proposal.ts'

const PERIOD_MS = 15_000
const NAME = 'horizontal-pod-autoscaler-controller'
/** Who reports the events. */
const COMPONENT = 'horizontal-pod-autoscaler'
/** The longest stabilization window and the longest period that validation allows; what is older counts nowhere. */
const MEMORY_MS = 3_600_000

export const autoscalerController: Runner = {
  name: NAME,
  start: cluster => {
    const recorder = new EventRecorder({ client: cluster.client, clock: cluster.clock, log: cluster.log, component: COMPONENT })
    const running = startController(controllerWith(recorder), cluster)
    return {
      async [Symbol.asyncDispose]() {
        await running[Symbol.asyncDispose]()
        await recorder.flush()
      },
    }
  },
}

/** The history is kept in memory only: after a restart the autoscaler begins anew, as upstream's does. */
const controllerWith = (recorder: EventRecorder): Controller => {
  const histories = new Map<string, History>()
  const selections = new Map<string, Selecting>()
  return {
    name: NAME,
    reconciles: HorizontalPodAutoscaler,
    matters: (before, after) =>
      !isEqual((before as HorizontalPodAutoscaler | undefined)?.spec, (after as HorizontalPodAutoscaler | undefined)?.spec),
    // Pods are looked at, and their changes wake nobody: numbers are looked at now and then.
    watches: [{ kind: Pod, concerns: () => [] }],
    act: async (ref, cluster) => {
      const scaler = cluster.mirrors.of(HorizontalPodAutoscaler).get(ref)
      if (!scaler) {
        histories.delete(keyOf(ref))
        selections.delete(keyOf(ref))
        return undefined
      }
      const past = histories.get(keyOf(ref))
      const known = await round(scaler, past && recent(past, cluster.clock.now()), { cluster, recorder, selections })
      if (known) histories.set(keyOf(ref), known)
      return PERIOD_MS
    },
  }
}
function recent({ proposals, changes }: History, now: number): History {
  const isRecent = ({ at }: { readonly at: number }) => at > now - MEMORY_MS
  return { proposals: proposals.filter(isRecent), changes: changes.filter(isRecent) }
}

interface Means {
  readonly cluster: Cluster
  readonly recorder: EventRecorder
  /** Of all autoscalers, by key. */
  readonly selections: Map<string, Selecting>
}
/** Looks, decides, scales and says so; gives the history that is now known. Without one, the number that is found counts as proposed. */
async function round(
  scaler: HorizontalPodAutoscaler,
  known: History | undefined,
  { cluster, recorder, selections }: Means,
): Promise<History | undefined> {
  const { client, clock } = cluster
  const { metadata, spec, status } = scaler
  const tell = (type: 'Normal' | 'Warning', reason: string, message: string) =>
    recorder.record({
      about: { apiVersion: HorizontalPodAutoscaler.apiVersion, kind: HorizontalPodAutoscaler.name, metadata },
      type,
      reason,
      message,
    })
  const place = { ...metadata, namespace: metadata.namespace ?? '' }
  const sight = { spec, status, generation: metadata.generation, now: clock.now() }
  const target = await targetOf(client, place.namespace, spec).catch((error: unknown) => error as Error)
  if (target instanceof Error) {
    tell('Warning', 'FailedGetScale', target.message)
    const message = `the HPA controller was unable to get the target's current scale: ${target.message}`
    await write(cluster, scaler, {
      ...status,
      conditions: conditioned(sight, status.conditions, ['AbleToScale', 'False', 'FailedGetScale', message]),
    })
    return known
  }
  const current = target.scale.spec.replicas
  const past = known ?? begun(current, clock.now())
  const selector = target.scale.status.selector ?? ''
  const refuse = async (event: string, said: string, reason: string, message: string) => {
    tell('Warning', event, said)
    tell('Warning', 'FailedComputeMetricsReplicas', said)
    await write(cluster, scaler, {
      ...status,
      currentReplicas: current,
      conditions: conditioned(sight, status.conditions, ['ScalingActive', 'False', reason, message]),
    })
    return past
  }
  if (isByMetrics(spec, current) && selector === '')
    return await refuse('SelectorRequired', 'selector is required', 'InvalidSelector', "the HPA target's scale is missing a selector")
  const own = { namespace: place.namespace, name: metadata.name as string, selector }
  if (selector !== '') selections.set(keyOf(own), own)
  const rivals = isByMetrics(spec, current) ? rivalry(own, selections.values(), selectedPods(cluster, own)) : undefined
  if (rivals !== undefined) return await refuse('AmbiguousSelector', rivals, 'AmbiguousSelector', rivals)
  const findings = isByMetrics(spec, current) ? await findingsOf(scaler, { cluster, scale: target.scale, selector }) : []
  const whole: Sight = { ...sight, past, current, findings }
  const decision = decide(whole)
  for (const { reason, message } of decision.complaints) tell('Warning', reason, message)
  const { rescale } = decision
  if (rescale) {
    const said = `New size: ${rescale.replicas}; reason: ${rescale.reason}`
    try {
      await target.write(rescale.replicas)
    } catch (error) {
      const { message } = error as Error
      tell('Warning', 'FailedRescale', `${said}; error: ${message}`)
      const failed = `the HPA controller was unable to update the target scale: ${message}`
      await write(
        cluster,
        scaler,
        statusAfter(whole, saying(whole, decision, ['AbleToScale', 'False', 'FailedUpdateScale', failed]), undefined),
      )
      throw error
    }
    tell('Normal', 'SuccessfulRescale', said)
  }
  const done = `the HPA controller was able to update the target scale to ${rescale?.replicas}`
  const after = rescale ? saying(whole, decision, ['AbleToScale', 'True', 'SucceededRescale', done]) : decision
  await write(cluster, scaler, statusAfter(whole, after, rescale?.replicas))
  const at = clock.now()
  return {
    proposals: decision.proposed === undefined ? past.proposals : [...past.proposals, { at, replicas: decision.proposed }],
    changes: rescale ? [...past.changes, { at, replicas: rescale.replicas - current }] : past.changes,
  }
}
const saying = (sight: Sight, decision: Decision, said: Parameters<typeof conditioned>[2]): Decision => ({
  ...decision,
  conditions: conditioned(sight, decision.conditions, said),
})

interface Looked {
  readonly cluster: Cluster
  readonly scale: Scale
  readonly selector: string
}
async function findingsOf({ metadata, spec }: HorizontalPodAutoscaler, { cluster, scale, selector }: Looked): Promise<Sight['findings']> {
  const { namespace = '' } = metadata
  const pods = selectedPods(cluster, { namespace, selector })
  const { replicas } = scale.spec
  const workload = { replicas, there: scale.status.replicas, pods, now: cluster.clock.now(), tolerance: toleranceOf(spec.behavior) }
  return await Promise.all((spec.metrics ?? []).map(metric => findingOf(metric, { client: cluster.client, namespace, selector }, workload)))
}

function selectedPods({ mirrors }: Cluster, { namespace, selector }: Pick<Selecting, 'namespace' | 'selector'>): readonly Pod[] {
  const selection = parseLabelSelector(selector)
  return mirrors
    .of(Pod)
    .list(namespace)
    .filter(pod => matchesLabels(selection, pod.metadata.labels))
}

interface Target {
  readonly scale: Scale
  readonly write: (replicas: number) => Promise<void>
}
/** Throws an Error that says why there is none. */
async function targetOf(client: Client, namespace: string, { scaleTargetRef }: HorizontalPodAutoscaler['spec']): Promise<Target> {
  const { apiVersion = 'v1', kind, name } = scaleTargetRef
  const plural = await pluralOf(client, { apiVersion, kind })
  if (plural === undefined)
    throw new Error(`no matches for kind "${kind}" in group "${apiVersion.includes('/') ? apiVersion.split('/')[0] : ''}"`)
  const path = `${rootOf(apiVersion)}/namespaces/${namespace}/${plural}/${name}/scale`
  const scale = (await client.transport.send({ method: 'GET', path })).body as Scale
  return {
    scale,
    write: async replicas =>
      void (await client.transport.send({ method: 'PUT', path, body: { ...scale, spec: { ...scale.spec, replicas } } })),
  }
}

async function write({ client, mirrors }: Cluster, scaler: HorizontalPodAutoscaler, status: Status): Promise<void> {
  if (isEqual(status, scaler.status)) return
  mirrors.of(HorizontalPodAutoscaler).learn(await client.update(HorizontalPodAutoscaler, { ...scaler, status }, { subresource: 'status' }))
}
