/** What controllers decide by, and what they decide: a sight of one object goes in, a plan comes out, nothing else happens. */
import type { AnyKind } from '#kinds/catalogue.ts'
import type { KindClass } from '#kinds/declare.ts'
import type { Refusal } from '#kinds/meta/refusal.ts'
import type { Selector } from '#kinds/meta/selecting.ts'
import type { Watched } from './controller.ts'
import type { EventSubject } from './event-note.ts'
import type { Mirrors } from './mirrors.ts'
import type { DeleteOptions, Ref } from './transport.ts'

/** What a controller sees when it decides. Everything is a value; children and `more` contain this process's own last writes. */
export interface Sight<T, More = undefined> {
  readonly object: T
  /** The objects of an owned kind that this object controls, after adoption and release; those being deleted too. */
  readonly children: <C>(kind: KindClass<C>) => readonly C[]
  /** What the decider's `look` found. */
  readonly more: More
  /** What was refused when the last plan for this object was carried out; empty after a plan that went through. */
  readonly refusals: readonly Refused[]
  /** Milliseconds since the epoch. */
  readonly now: number
}
/** A step of a plan that the API server refused. */
export interface Refused {
  readonly step: 'create' | 'update' | 'delete'
  readonly kind: AnyKind
  readonly refusal: Refusal
}

/** An event about the decided object, or about another one. */
export interface Note {
  readonly about?: EventSubject
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
}
/** What is told when a step has been done, or refused. `made` is the object as the server answered. */
interface Told<C> {
  readonly done?: (made: C) => Note
  readonly refused?: (refusal: Refusal) => Note | readonly Note[]
}
export interface Creation<C = unknown> extends Told<C> {
  readonly kind: KindClass<C>
  /** Without apiVersion and kind. If its kind is owned by the decider, the owner reference is added. */
  readonly object: object
}
export interface Update<C = unknown> extends Told<C> {
  readonly kind: KindClass<C>
  /** The whole wanted object with the resourceVersion of the one that was seen: somebody else's change in between refuses it. */
  readonly object: C
  readonly subresource?: string
}
export interface Deletion<C = unknown> extends Told<C> {
  readonly kind: KindClass<C>
  /** As it was seen: only this very object is deleted, not one of the same name. */
  readonly object: C
  readonly options?: Pick<DeleteOptions, 'gracePeriodSeconds' | 'propagationPolicy'>
}

/**
 * What is to be done, in this order. Every part may be absent.
 *
 * 1. `object`: the decided object itself, changed (metadata, spec), where it differs from what was seen. Changed labels and annotations
 *    are written together with the status, if that is to be written too.
 * 2. `create`, a kind after the other in the order in which they first appear. Within a kind slowly at first (1, 2, 4, …), so that a
 *    quota or a broken webhook is asked once and not a thousand times: the first batch with a refusal ends all creation.
 * 3. `update`, then `delete`, each all at once.
 * 4. `status`: the whole wanted status, written where it differs from what was seen; also when steps before were refused.
 *
 * A creation that is refused because the namespace is going away, and a change or deletion of what is gone, count as done.
 * Any other refusal stops nothing of the later parts, is kept for the next sight, and brings the object back after a growing delay.
 */
export interface Plan<T> {
  readonly object?: T
  // `any`: steps of different kinds stand side by side
  readonly create?: readonly Creation<any>[]
  // `any`: as above
  readonly update?: readonly Update<any>[]
  // `any`: as above
  readonly delete?: readonly Deletion<any>[]
  readonly status?: object
  readonly events?: readonly Note[]
  /** Asks to be called again after so many milliseconds, though nothing may have changed. */
  readonly lookAgainMs?: number
}

/** A kind whose objects the decided object may control. */
export interface Owned<T> {
  readonly kind: AnyKind
  /**
   * Objects without a controller that it selects are adopted, controlled ones that it no longer selects are released.
   * Absent: the owner reference alone decides.
   */
  readonly selector?: (object: T) => Selector | undefined
  /** Whether their changes wake nobody: they are seen when something else does. */
  readonly isQuiet?: boolean
}
export interface Decider<T, More = undefined> {
  /** In logs, and the name by which it is switched off, one of controller-selection.ts: `replicaset-controller`. */
  readonly name: string
  /** Who reports the events; default: `name`. */
  readonly component?: string
  readonly decides: KindClass<T>
  readonly owns?: readonly Owned<T>[]
  /** Further kinds that are looked at, and which objects they concern. */
  readonly watches?: readonly Watched[]
  /** How many objects are worked on at the same time; default 5, as upstream's workers. */
  readonly concurrency?: number
  /** Gathers what is needed beyond the object and its children. Reads mirrors of watched kinds only. */
  readonly look?: (object: T, mirrors: Mirrors) => More
  /** Pure: the same sight gives the same plan. */
  readonly decide: (sight: Sight<T, More>) => Plan<T>
  /** What remains to be done when the object is gone; without it nothing. Its children are the garbage collector's. */
  readonly afterwards?: (ref: Ref, mirrors: Mirrors) => Plan<T>
}

/** The children of a sight, for tests: `children: childrenOf([Pod, pods])`. */
export function childrenOf(...all: readonly (readonly [AnyKind, readonly unknown[]])[]): Sight<unknown>['children'] {
  const byKind = new Map(all)
  return <C>(kind: KindClass<C>) => (byKind.get(kind) ?? []) as readonly C[]
}
