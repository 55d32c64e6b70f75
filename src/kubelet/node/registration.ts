/** Keeps the Node object of this machine: registered at the start, its status told when it changes, and now and then. */
import { type Clock, wait } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import type { EventRecorder } from '#client/events.ts'
import type { Client } from '#client/transport.ts'
import { Node } from '#kinds/core/node.ts'
import type { NodeCondition, NodeStatus } from '#kinds/core/node-status.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { isEqual } from '#schema/json-value.ts'
import type { Evictor } from '../eviction/evictor.ts'
import type { KubeletSettings } from '../configuration/settings.ts'
import type { ShutdownWatch } from '../node-shutdown/watch.ts'
import type { Runtime } from '../runtime/cri/client.ts'
import type { Machine } from './machine.ts'
import { type Findings, type NodeInput, nodeConditions, nodeLabels, nodeStatus, withExtended } from './node-object.ts'

export interface RegistrationOptions {
  readonly client: Client
  readonly clock: Clock
  readonly log: Log
  readonly runtime: Runtime
  readonly node: NodeInput
  readonly taints: readonly { readonly key: string; readonly value?: string; readonly effect: string }[]
  /** Where containers and volumes are kept. */
  readonly folder: string
  readonly readMachine: (folder: string) => Machine
  readonly recorder: EventRecorder
  readonly settings: Pick<KubeletSettings, 'report' | 'providerId'>
  /** Knows of what the node is short. */
  readonly evictor: Pick<Evictor, 'conditions' | 'changed'>
  readonly shutdown: Pick<ShutdownWatch, 'isUnderWay' | 'changed'>
  readonly signal: AbortSignal
}
/** A runtime that takes longer to answer is none. */
const ANSWER_MS = 10_000
/** While the node is not ready it looks this often, so that no start waits for it. */
const LOOK_NOT_READY_MS = 100
const RETRY_MS = 500
/** Creates the Node or takes over the one that is there. Throws Refusal. */
export async function register({ client, node, taints, settings: { providerId } }: RegistrationOptions): Promise<Node> {
  const labels = nodeLabels(node)
  const annotations = { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' }
  const made = {
    metadata: { name: node.name, labels, annotations },
    spec: {
      ...(taints.length && { taints }),
      ...(node.podCIDRs && { podCIDRs: node.podCIDRs }),
      ...(providerId && { providerID: providerId }),
    },
    status: nodeStatus(node),
  }
  try {
    return await client.create(Node, made)
  } catch (error) {
    if (!isRefusal(error, 'AlreadyExists')) throw error
    return client.patch(Node, { name: node.name }, 'merge', { metadata: { labels, annotations } })
  }
}

interface Reporting {
  /** Whether the node is registered already; else that comes first. */
  readonly isRegistered: boolean
  /** Called when the node is Ready for the first time. */
  readonly ready: () => void
}
/** Tells the status until `signal` aborts. */
export async function report(options: RegistrationOptions, { ready, ...start }: Reporting): Promise<void> {
  const { client, clock, log, node, settings, signal } = options
  const { lookMs, everyMs } = settings.report
  let { isRegistered } = start
  let toldAt = 0
  let isCordoned = false
  options.recorder.record({ about: aboutNode(node.name), type: 'Normal', reason: 'Starting', message: 'Starting kubelet.' })
  while (!signal.aborted) {
    try {
      if (!isRegistered) await register(options)
      isRegistered = true
      const findings = await look(options)
      // Asked anew each time: while nothing was heard of this node, the cluster may have said so.
      const { spec, status: told } = await client.get(Node, { name: node.name })
      const next: NodeStatus = {
        ...told,
        ...withExtended(nodeStatus({ ...node, machine: options.readMachine(options.folder) }), told),
        images: (await images(options, findings)) ?? told.images ?? [],
        conditions: nodeConditions(findings, told.conditions ?? [], clock.now()),
      }
      if ((spec.unschedulable ?? false) !== isCordoned) {
        isCordoned = !isCordoned
        tellState(options, isCordoned ? 'NodeNotSchedulable' : 'NodeSchedulable')
      }
      if (clock.now() - toldAt >= everyMs || !isEqual(timeless(told), timeless(next))) {
        const { volumesInUse, volumesAttached, config, ...status } = next
        void [volumesInUse, volumesAttached, config]
        // They are merged by type, of which a node of both families has two. Upstream: fixupPatchForNodeStatusAddresses.
        const addresses = [...(status.addresses ?? []), { $patch: 'replace' }]
        await client.patch(Node, { name: node.name }, 'strategic', { status: { ...status, addresses } }, { subresource: 'status' })
        toldAt = clock.now()
        tellChanges(options, told.conditions ?? [], next.conditions ?? [])
        tellReboot(options, told.nodeInfo?.bootID, next.nodeInfo?.bootID)
      }
      if (findings.notReady === undefined) ready()
      const { evictor, shutdown } = options
      const changed = AbortSignal.any([signal, evictor.changed, shutdown.changed])
      const isStale = !isEqual(findings.pressures, evictor.conditions) || findings.isShuttingDown !== shutdown.isUnderWay
      const isStarting = findings.notReady !== undefined && !shutdown.isUnderWay
      if (!isStale) await wait(clock, isStarting ? LOOK_NOT_READY_MS : lookMs, changed)
    } catch (error) {
      if (signal.aborted) return
      if (isRefusal(error, 'NotFound'))
        await register(options).catch((cause: unknown) => log.warn({ error: cause }, 'cannot register the node again'))
      else log.warn({ error, node: node.name }, 'cannot tell the status of the node, trying again')
      await wait(clock, RETRY_MS, signal)
    }
  }
}

/** Upstream: an event for each condition that has become another, `NodeHasDiskPressure`. */
function tellChanges(options: RegistrationOptions, before: readonly NodeCondition[], after: readonly NodeCondition[]): void {
  for (const { type, status, reason = '' } of after)
    if (before.find(condition => condition.type === type)?.status !== status) tellState(options, reason.replace('Kubelet', 'Node'))
}
const tellState = ({ recorder, node: { name } }: RegistrationOptions, state: string): void =>
  recorder.record({ about: aboutNode(name), type: 'Normal', reason: state, message: `Node ${name} status is now: ${state}` })
/** Of a node that is new nobody knows whether it has been up before. */
function tellReboot({ recorder, node: { name } }: RegistrationOptions, before: string | undefined, after: string | undefined): void {
  if (!before || before === after) return
  const message = `Node ${name} has been rebooted, boot id: ${after}`
  recorder.record({ about: aboutNode(name), type: 'Warning', reason: 'Rebooted', message })
}
export const aboutNode = (name: string) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name, uid: name } })

async function look({ runtime, evictor, shutdown }: RegistrationOptions): Promise<Findings & { readonly isShuttingDown: boolean }> {
  const isShuttingDown = shutdown.isUnderWay
  const known = { pressures: evictor.conditions, isShuttingDown }
  try {
    const { status } = await runtime.status({ verbose: false }, { timeoutMs: ANSWER_MS })
    const problems = (status?.conditions ?? [])
      .filter(condition => !condition.status)
      .map(({ type, reason, message }) =>
        type === 'NetworkReady'
          ? `container runtime network not ready: ${type}=false reason:${reason} message:${message}`
          : `container runtime not ready: ${type}=false reason:${reason} message:${message}`,
      )
    return { ...known, ...notReady([...problems, ...(isShuttingDown ? [SHUTTING_DOWN] : [])]) }
  } catch {
    // The runtime cannot be asked, which is all that there is to say: the node cannot run pods now.
    return { ...known, ...notReady(['container runtime is down', ...(isShuttingDown ? [SHUTTING_DOWN] : [])]) }
  }
}
const SHUTTING_DOWN = 'node is shutting down'
/** As Go writes several errors. */
const notReady = ([first, ...others]: readonly string[]): Pick<Findings, 'notReady'> =>
  first === undefined ? {} : { notReady: others.length ? `[${[first, ...others].join(', ')}]` : first }

/** Undefined when the runtime does not tell: one that hangs must not keep the node from saying so. */
async function images({ runtime, settings }: RegistrationOptions, { notReady }: Findings): Promise<NodeStatus['images'] | undefined> {
  if (notReady !== undefined) return undefined
  const answer = await runtime.listImages({}, { timeoutMs: ANSWER_MS }).catch(() => undefined)
  return answer?.images
    .map(({ repoTags, repoDigests, size }) => ({ names: [...repoDigests, ...repoTags].slice(0, 5), sizeBytes: size }))
    .filter(({ names }) => names.length)
    .toSorted((a, b) => b.sizeBytes - a.sizeBytes)
    .slice(0, settings.report.imagesMax)
}
const timeless = ({ conditions = [], ...status }: NodeStatus) => ({
  ...status,
  conditions: conditions.map(({ type, status, reason, message }) => ({ type, status, reason, message })),
})
