/** Who depends on whom: all objects by UID, with the edges that their owner references draw. */
import type { AnyObject } from '#client/discovery.ts'
import type { KindClass } from '#kinds/declare.ts'
import type { OwnerReference } from '#kinds/meta/object-meta.ts'
import { isEqual } from '#schema/json-value.ts'

export interface Vertex {
  readonly kind: KindClass<AnyObject>
  readonly object: AnyObject
}
export const FOREGROUND = 'foregroundDeletion'
export const ORPHAN = 'orphan'

export const uidOf = ({ object }: Vertex): string => object.metadata.uid as string
export const ownersOf = ({ object }: Vertex) => object.metadata.ownerReferences ?? []
export const isDeleting = ({ object }: Vertex): boolean => object.metadata.deletionTimestamp !== undefined
export const hasFinalizer = ({ object }: Vertex, finalizer: string): boolean => object.metadata.finalizers?.includes(finalizer) ?? false
/** Deletes its dependents before itself. */
export const isWaiting = (vertex: Vertex): boolean => isDeleting(vertex) && hasFinalizer(vertex, FOREGROUND)

/** Owners in a namespace own nothing outside of it. */
export const isElsewhere = (owner: Vertex, { object }: Vertex): boolean =>
  owner.kind.options.scope === 'Namespaced' && owner.object.metadata.namespace !== object.metadata.namespace
/** Whether it is what the reference says by name and kind too, whatever the version: a UID alone proves nothing. */
export const isReferredTo = (owner: Vertex, { apiVersion, kind, name }: OwnerReference, dependent: Vertex): boolean =>
  !isElsewhere(owner, dependent) &&
  owner.object.metadata.name === name &&
  owner.kind.name === kind &&
  owner.kind.group === (apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '')

/** Whether nothing that matters here differs: owners, deletion, finalizers. */
const isAlike = (one: Vertex, other: Vertex): boolean =>
  one.object.metadata.deletionTimestamp === other.object.metadata.deletionTimestamp &&
  isEqual(one.object.metadata.finalizers, other.object.metadata.finalizers) &&
  isEqual(one.object.metadata.ownerReferences, other.object.metadata.ownerReferences)

export class Graph {
  readonly #vertices = new Map<string, Vertex>()
  readonly #dependents = new Map<string, Set<string>>()

  get(uid: string): Vertex | undefined {
    return this.#vertices.get(uid)
  }
  /** The objects that name this UID as an owner. */
  dependentsOf(uid: string): readonly Vertex[] {
    return [...(this.#dependents.get(uid) ?? [])].map(dependent => this.#vertices.get(dependent) as Vertex)
  }
  /** Takes in the newest state of an object; gives the UIDs that deserve a look because of it. */
  put(vertex: Vertex): readonly string[] {
    const uid = uidOf(vertex)
    const before = this.#vertices.get(uid)
    this.#vertices.set(uid, vertex)
    // Most changes are of other things, such as the status.
    if (before && isAlike(before, vertex)) return []
    if (before) this.#unlink(uid, before)
    for (const owner of ownersOf(vertex)) {
      const dependents = this.#dependents.get(owner.uid)
      if (dependents) dependents.add(uid)
      else this.#dependents.set(owner.uid, new Set([uid]))
    }
    return [...new Set([uid, ...this.#goingOwners(before), ...this.#goingOwners(vertex)])]
  }
  /** Forgets an object; gives the UIDs that deserve a look: those who lost an owner, and owners that waited for it. */
  remove(uid: string): readonly string[] {
    const gone = this.#vertices.get(uid)
    if (!gone) return []
    this.#unlink(uid, gone)
    this.#vertices.delete(uid)
    return [...(this.#dependents.get(uid) ?? []), ...this.#goingOwners(gone)]
  }

  /** A change of edges may free an owner that waits for its dependents. */
  #goingOwners(vertex: Vertex | undefined): readonly string[] {
    const owners = vertex ? ownersOf(vertex).flatMap(({ uid }) => this.#vertices.get(uid) ?? []) : []
    return owners.filter(isDeleting).map(uidOf)
  }

  #unlink(uid: string, vertex: Vertex): void {
    for (const owner of ownersOf(vertex)) {
      const dependents = this.#dependents.get(owner.uid)
      dependents?.delete(uid)
      if (dependents?.size === 0) this.#dependents.delete(owner.uid)
    }
  }
}
