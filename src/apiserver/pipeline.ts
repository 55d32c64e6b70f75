/** Every step of a request in the order in which it runs. */
import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import { type Random, systemRandom } from '#base/random.ts'
import type { CatalogueGroup } from '#kinds/catalogue.ts'
import { Refusal, refuse } from '#kinds/meta/refusal.ts'
import { type Store, Unwritable } from '#store/store.ts'
import { type ActionOptions, actionsOf } from './actions.ts'
import type { AdmissionPlugin } from './admit/admission.ts'
import { impersonated } from './authenticate/impersonate.ts'
import type { Authorizer } from './authorize/authorizer.ts'
import { neededVerbs } from './authorize/connect.ts'
import { forbidden } from './authorize/forbidden.ts'
import type { Serving } from './call.ts'
import { boundedWarnings } from './negotiate/warnings.ts'
import type { Incoming, Target, User } from './request.ts'
import type { Objects } from './resources/objects.ts'
import { Registry } from './resources/registry.ts'
import { ServedObjects } from './resources/served-objects.ts'
import type { Result } from './result.ts'
import type { Reviews } from './review.ts'
import { type Request, type Route, route } from './route.ts'
import { targetOf } from './target.ts'
import { checkTimeout } from './timeout.ts'

/** Who somebody is, and what they may. */
export interface Gates {
  /** Resolves with the user, anonymous ones included. Throws Refusal (401). */
  readonly authenticate: (incoming: Incoming, now: number) => Promise<User>
  readonly authorizer: Authorizer
  readonly reviews?: Reviews
}
export interface Insides {
  readonly registry: Registry
  readonly objects: Objects
}
export interface PipelineOptions {
  readonly store: Store
  readonly catalogue: readonly CatalogueGroup[]
  readonly clock: Clock
  readonly random?: Random
  readonly log: Log
  /** Made when the objects can be read that they decide by. */
  readonly gates: (insides: Insides) => Gates
  readonly admission: readonly AdmissionPlugin[]
  /** What subresources with behaviour of their own need. */
  readonly actions?: ActionOptions
  /** Paths beside the resources. */
  readonly routes?: (insides: Insides) => readonly Route[]
}

/** A request's outcome, whatever form the answer takes. */
export interface Outcome {
  readonly id: string
  readonly target: Target | undefined
  readonly user: User | undefined
  readonly result: Result
  readonly warnings: readonly string[]
}

export class Pipeline implements AsyncDisposable {
  readonly registry: Registry
  readonly objects: Objects
  readonly serving: Serving
  readonly #gates: Gates
  readonly #routes: Parameters<typeof route>[1]
  readonly #log: Log

  constructor({ store, catalogue, clock, random = systemRandom, log, gates, admission, actions, routes }: PipelineOptions) {
    this.registry = new Registry(store, clock, catalogue)
    this.objects = new ServedObjects(this.registry)
    this.#gates = gates(this)
    this.#log = log
    this.serving = { registry: this.registry, objects: this.objects, admission, reviews: this.#gates.reviews ?? new Map(), clock, random }
    this.#routes = { actions: actionsOf(actions ?? {}), others: routes?.(this) ?? [] }
  }

  /** Takes a request through all steps. Never rejects: refusals and faults are results as well. */
  async run(incoming: Incoming, negotiate?: Request['negotiate']): Promise<Outcome> {
    const id = this.serving.random.uuid()
    const warnings = new Set<string>()
    const warn = (message: string) => void warnings.add(message)
    let target: Target | undefined
    let user: User | undefined
    const outcome = (result: Result): Outcome => ({ id, target, user, result, warnings: boundedWarnings([...warnings]) })
    try {
      target = targetOf(incoming.method, incoming.path, incoming.query)
      checkTimeout(target, incoming.query.get('timeout'))
      user = incoming.user ?? (await this.#gates.authenticate(incoming, this.serving.clock.now()))
      user = await impersonated(this.#gates.authorizer, user, incoming)
      await this.#authorize(incoming, target, user)
      const result = await route(this.serving, this.#routes, { incoming, target, user, warn, ...(negotiate && { negotiate }) })
      return outcome(result)
    } catch (error) {
      return outcome(this.#failure(error, { id, target, method: incoming.method }))
    }
  }

  async #authorize(incoming: Incoming, target: Target, user: User): Promise<void> {
    const fieldSelector = incoming.query.get('fieldSelector') ?? ''
    for (const verb of neededVerbs(target, incoming)) {
      const attributes = { ...target, verb, user, fieldSelector }
      const { decision, reason } = await this.#gates.authorizer.authorize(attributes)
      if (decision !== 'allow') throw forbidden(attributes, reason)
    }
  }

  /** A refusal is told as it is. Anything else is a fault of ours: the client hears that, the log hears what. */
  #failure(error: unknown, context: { readonly id: string; readonly target: Target | undefined; readonly method: string }): Result {
    const refusal = error instanceof Refusal ? error : error instanceof Unwritable ? refuse.unavailable(error.message) : undefined
    if (!refusal) this.#log.error({ ...context, error }, 'request failed')
    const { status } = refusal ?? refuse.internal(error instanceof Error ? error.message : String(error), error)
    return { form: 'value', code: status.code, value: status }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.registry[Symbol.dispose]()
  }
}
