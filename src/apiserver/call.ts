/** A request to a served resource, as verbs see it. */
import type { Clock } from '#base/clock.ts'
import type { Random } from '#base/random.ts'
import type { AdmissionPlugin } from './admit/admission.ts'
import type { Reviews } from './review.ts'
import type { Incoming, Target, User } from './request.ts'
import type { Objects } from './resources/objects.ts'
import type { Registry } from './resources/registry.ts'
import type { Resource } from './resources/resource.ts'

/** What all requests to a server have in common. */
export interface Serving {
  readonly registry: Registry
  readonly objects: Objects
  readonly admission: readonly AdmissionPlugin[]
  readonly reviews: Reviews
  readonly clock: Clock
  readonly random: Random
}
export interface Call {
  readonly serving: Serving
  readonly incoming: Incoming
  readonly target: Target
  readonly user: User
  readonly resource: Resource
  /** Advice for the client, as a `Warning:` header. */
  readonly warn: (message: string) => void
}
