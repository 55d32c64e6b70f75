/** Servers that have a say beside the plugins: asked one after the other, each about what the ones before it have left. Upstream: extender.go. */
import type { Log } from '#base/log.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { Extender } from '#kinds/scheduler-configuration/extender.ts'
import type { Search, Verdict } from './cycle.ts'
import { argsFor, bindingArgs, failureIn, filtered, isInterested, points, preemptionArgs, victimsLeft } from './extender-messages.ts'
import { nodeName, type NodeInfo, type Snapshot } from './snapshot.ts'
import type { Victims } from './victims.ts'

/** Sends a body to a verb of an extender, and gives its answer. Rejects when there is none. */
export type Ask = (extender: Extender, verb: string, body: object) => Promise<unknown>

export class Extenders {
  readonly #all: readonly Extender[]
  readonly #ask: Ask
  readonly #log: Log
  constructor(all: readonly Extender[], ask: Ask, log: Log) {
    this.#all = all
    this.#ask = ask
    this.#log = log
  }
  get isEmpty(): boolean {
    return this.#all.length === 0
  }

  /** What is left of the nodes that the plugins found. */
  async filter(pod: Pod, { feasible, found, forbidden }: Search): Promise<Search> {
    const verdicts = new Map<string, Verdict>(found)
    let left: readonly NodeInfo[] = feasible
    for (const extender of this.#interested(pod)) {
      const { filterVerb } = extender
      if (!filterVerb || left.length === 0) continue
      const answer = await this.#heeded(extender, async () =>
        filtered(extender, await this.#ask(extender, filterVerb, argsFor(extender, pod, left)), left),
      )
      if (!answer) continue
      for (const [node, { reason, evictionHelps }] of answer.failed)
        verdicts.set(node, { plugin: { name: extender.urlPrefix, evictionHelps: () => evictionHelps }, reasons: [reason] })
      left = answer.kept
    }
    return { feasible: left, found: verdicts, forbidden }
  }

  /** What is to be added to the nodes' scores. One that fails adds nothing. */
  async points(pod: Pod, nodes: readonly NodeInfo[]): Promise<readonly number[]> {
    const asked = [...this.#interested(pod)].map(async extender => {
      if (!extender.prioritizeVerb) return undefined
      try {
        return points(extender, await this.#ask(extender, extender.prioritizeVerb, argsFor(extender, pod, nodes)))
      } catch (error) {
        this.#log.warn({ error, extender: extender.urlPrefix }, 'an extender did not compare nodes, going on without')
        return undefined
      }
    })
    const all = await Promise.all(asked)
    return nodes.map(info => all.reduce((sum, each) => sum + (each?.get(nodeName(info)) ?? 0), 0))
  }

  /** The candidates that extenders agree to. */
  async preempt(pod: Pod, candidates: readonly Victims[], snapshot: Snapshot): Promise<readonly Victims[]> {
    let left = candidates
    for (const extender of this.#interested(pod)) {
      const { preemptVerb } = extender
      if (!preemptVerb || left.length === 0) continue
      const answer = await this.#heeded(extender, async () =>
        victimsLeft(extender, await this.#ask(extender, preemptVerb, preemptionArgs(extender, pod, left)), snapshot),
      )
      if (answer) left = answer
    }
    return left
  }

  /** Whether an extender has bound the pod; otherwise the scheduler does. Rejects when it failed to. */
  async bind(pod: Pod, node: string): Promise<boolean> {
    for (const extender of this.#interested(pod)) {
      const { bindVerb } = extender
      if (!bindVerb) continue
      const isBound = await this.#heeded(extender, async () => {
        const failure = failureIn(await this.#ask(extender, bindVerb, bindingArgs(pod, node)))
        if (failure) throw new Error(failure)
        return true
      })
      if (isBound) return true
    }
    return false
  }

  #interested(pod: Pod): Iterable<Extender> {
    return this.#all.filter(extender => isInterested(extender, pod))
  }
  /** What the extender says; undefined when it fails and may be ignored. */
  async #heeded<T>(extender: Extender, ask: () => Promise<T>): Promise<T | undefined> {
    try {
      return await ask()
    } catch (error) {
      if (!extender.ignorable) throw error
      this.#log.warn({ error, extender: extender.urlPrefix }, 'an extender failed that may be ignored, going on without')
      return undefined
    }
  }
}
