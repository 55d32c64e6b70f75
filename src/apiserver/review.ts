/** What answers the creation of a review: an object that is not stored but completed and given back. */
import type { AnyKind } from '#kinds/catalogue.ts'
import type { User } from './request.ts'

/** The object is decoded and frozen. Resolves with the object as it is answered; throws Refusal. */
// `any`: each review narrows the object to the kind that it knows
export type Answer = (object: any, asker: Asker) => Promise<object>
export interface Asker {
  readonly user: User
  /** Of the path; '' at the cluster scope. */
  readonly namespace: string
  /** Milliseconds since the epoch. */
  readonly now: number
}
export type Reviews = ReadonlyMap<AnyKind, Answer>
