/** Who depends on whom: all objects by UID, with the edges that their owner references draw. */
import type { AnyObject } from '#client/discovery.ts'
import type { KindClass } from '#kinds/declare.ts'

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
    if (before) this.#unlink(uid, before)
    this.#vertices.set(uid, vertex)
    for (const owner of ownersOf(vertex)) {
      const dependents = this.#dependents.get(owner.uid)
      if (dependents) dependents.add(uid)
      else this.#dependents.set(owner.uid, new Set([uid]))
    }
    // A change of edges may free an owner that waits for its dependents.
    const owners = [...(before ? ownersOf(before) : []), ...ownersOf(vertex)].map(owner => owner.uid)
    return [...new Set([uid, ...owners.filter(owner => this.#vertices.has(owner))])]
  }
  /** Forgets an object; gives the UIDs that deserve a look: those who lost an owner, and owners that waited for it. */
  remove(uid: string): readonly string[] {
    const gone = this.#vertices.get(uid)
    if (!gone) return []
    this.#unlink(uid, gone)
    this.#vertices.delete(uid)
    return [
      ...(this.#dependents.get(uid) ?? []),
      ...ownersOf(gone)
        .map(owner => owner.uid)
        .filter(owner => this.#vertices.has(owner)),
    ]
  }

  #unlink(uid: string, vertex: Vertex): void {
    for (const owner of ownersOf(vertex)) {
      const dependents = this.#dependents.get(owner.uid)
      dependents?.delete(uid)
      if (dependents?.size === 0) this.#dependents.delete(owner.uid)
    }
  }
}
