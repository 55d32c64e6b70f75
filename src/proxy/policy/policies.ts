/** NetworkPolicies, pods and namespaces as they come and go, told as entries of the tables. */
import type { Clock } from '#base/clock.ts'
import { keyOf, Mirror, refOf } from '#client/mirror.ts'
import type { Client, Ref } from '#client/transport.ts'
import { Namespace } from '#kinds/core/namespace.ts'
import { isTerminal } from '#kinds/core/pod/facts.ts'
import { Pod } from '#kinds/core/pod.ts'
import { NetworkPolicy } from '#kinds/networking/network-policy.ts'
import type { Entries } from '../entries.ts'
import type { Family } from '../family.ts'
import { bookOf } from './book.ts'
import { type Compiled, compiled } from './compiled.ts'
import { type PolicyPod, podShare } from './pod-share.ts'
import { policyShare } from './policy-share.ts'

export type StandIn = Omit<PolicyPod, 'isHere'>
export interface PoliciesOptions {
  /** May read the policies, pods and namespaces of the whole cluster. */
  readonly client: Client
  readonly clock: Clock
  readonly nodeName: string
  readonly families: readonly Family[]
  /** What answers in the place of pods, such as cluster DNS in that of the pods that rules name for it. */
  readonly standIns: readonly StandIn[]
  readonly failed: (error: unknown) => void
  /** Told that there is something to look at. */
  readonly changed: () => void
  readonly put: (owner: string, entries: Entries) => void
}

export class Policies implements AsyncDisposable {
  /** Resolves when everything that is there has been heard of. */
  readonly ready: Promise<void>
  readonly #options: PoliciesOptions
  readonly #policies: Mirror<NetworkPolicy>
  readonly #pods: Mirror<Pod>
  readonly #namespaces: Mirror<Namespace>
  readonly #compiled = new Map<string, Compiled>()
  #book = bookOf([])
  readonly #subscriptions = new DisposableStack()
  /** Keys of what has changed since the last look. */
  readonly #dirtyPolicies = new Set<string>()
  readonly #dirtyPods = new Set<string>()
  /** Whether rules may name any pod anew. */
  #areAllDirty = true
  #areStandInsDirty = true

  constructor(options: PoliciesOptions) {
    const { client, clock, failed } = options
    this.#options = options
    this.#policies = new Mirror(client, NetworkPolicy, { clock, failed })
    this.#pods = new Mirror(client, Pod, { clock, failed })
    this.#namespaces = new Mirror(client, Namespace, { clock, failed })
    this.ready = Promise.all([this.#policies, this.#pods, this.#namespaces].map(mirror => mirror.ready)).then(() => this.#listen())
  }

  /** Brings the entries up to date with what has changed. */
  look(): void {
    const { families, put, standIns } = this.#options
    for (const key of this.#dirtyPolicies) {
      const policy = this.#policies.get(refOf(key))
      const made = policy && compiled(policy)
      if (made) this.#compiled.set(key, made)
      else this.#compiled.delete(key)
      put(`policy ${key}`, made ? policyShare(made, families) : new Map())
    }
    if (this.#dirtyPolicies.size) this.#book = bookOf(this.#compiled.values())
    this.#dirtyPolicies.clear()
    const namespaceLabels = (name: string) => this.#namespaces.get({ name })?.metadata.labels ?? {}
    const around = { families, book: this.#book, namespaceLabels }
    if (this.#areAllDirty) for (const { metadata } of this.#pods.list()) this.#dirtyPods.add(keyOf(metadata as Ref))
    if (this.#areAllDirty || this.#areStandInsDirty)
      for (const [i, pod] of standIns.entries()) put(`in the place of pods ${i}`, podShare({ ...pod, isHere: false }, around))
    this.#areAllDirty = false
    this.#areStandInsDirty = false
    for (const key of this.#dirtyPods) {
      const pod = this.#pods.get(refOf(key))
      put(`policies of pod ${key}`, pod ? podShare(policyPod(pod, this.#options.nodeName), around) : new Map())
    }
    this.#dirtyPods.clear()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#subscriptions.dispose()
    await Promise.all([this.#policies, this.#pods, this.#namespaces].map(mirror => mirror[Symbol.asyncDispose]()))
  }

  #listen(): void {
    const { nodeName, changed } = this.#options
    if (this.#subscriptions.disposed) return
    for (const policy of this.#policies.list()) this.#dirtyPolicies.add(keyOf(policy.metadata as Ref))
    this.#subscriptions.use(
      this.#policies.onChange(({ before, after }) => {
        for (const policy of [before, after]) if (policy) this.#dirtyPolicies.add(keyOf(policy.metadata as Ref))
        this.#areAllDirty = true
        changed()
      }),
    )
    this.#subscriptions.use(
      this.#pods.onChange(({ before, after }) => {
        // Statuses are told often, and hardly ever say anything of this.
        if (before && after && seenOf(before, nodeName) === seenOf(after, nodeName)) return
        for (const pod of [before, after]) if (pod) this.#dirtyPods.add(keyOf(pod.metadata as Ref))
        changed()
      }),
    )
    this.#subscriptions.use(
      this.#namespaces.onChange(({ before, after }) => {
        if (JSON.stringify(before?.metadata.labels) === JSON.stringify(after?.metadata.labels)) return
        const name = (after ?? before)?.metadata.name
        for (const { metadata } of this.#pods.list(name)) this.#dirtyPods.add(keyOf(metadata as Ref))
        this.#areStandInsDirty = true
        changed()
      }),
    )
  }
}

const seenOf = (pod: Pod, nodeName: string): string => JSON.stringify(policyPod(pod, nodeName))

/** Pods with the node's own network are the node to everybody, and addresses of pods that have ended are given to others. */
function policyPod(pod: Pod, nodeName: string): PolicyPod {
  const { metadata, spec, status } = pod
  const hasOwnAddress = !spec.hostNetwork && !isTerminal(pod)
  const containers = [...(spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always'), ...spec.containers]
  return {
    namespace: metadata.namespace ?? '',
    labels: metadata.labels ?? {},
    addresses: hasOwnAddress ? (status.podIPs ?? []).flatMap(({ ip }) => ip ?? []) : [],
    ports: containers
      .flatMap(({ ports }) => ports ?? [])
      .map(({ name, protocol, containerPort }) => ({ name, protocol, number: containerPort })),
    isHere: spec.nodeName === nodeName,
  }
}
