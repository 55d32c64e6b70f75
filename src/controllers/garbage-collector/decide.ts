/** What becomes of an object, from what is known of its owners and dependents. */
import { FOREGROUND, hasFinalizer, isDeleting, isWaiting, ORPHAN, ownersOf, uidOf, type Vertex } from './graph.ts'

/** solid: the owner is there. waiting: it is being deleted and waits for us. gone: there is no such owner (any more). misplaced: a namespaced owner of a cluster-wide object, which cannot be. */
export type OwnerState = 'solid' | 'waiting' | 'gone' | 'misplaced'
export interface Sight {
  readonly vertex: Vertex
  readonly dependents: readonly Vertex[]
  /** By UID; for each owner reference one. */
  readonly owners: ReadonlyMap<string, OwnerState>
}
export type Plan =
  | { readonly do: 'nothing' }
  /** Removes these owner references, since another owner still stands. */
  | { readonly do: 'disown'; readonly owners: readonly string[] }
  | { readonly do: 'delete'; readonly propagation: 'Background' | 'Foreground' | 'Orphan' }
  /** No longer holds up its owners: they wait for it, and it, round a circle, for them. */
  | { readonly do: 'unblock' }
  /** Removes itself from its dependents' owner references, then lets itself go. */
  | { readonly do: 'orphan'; readonly dependents: readonly Vertex[] }
  /** Removes the finalizer: nobody has to be waited for any more. */
  | { readonly do: 'release'; readonly finalizer: string }

/**
 * Rules, the first that fits:
 *
 * | the object | its owners or dependents | plan |
 * |---|---|---|
 * | is being deleted, finalizer orphan | | orphan the dependents |
 * | is being deleted, finalizer foregroundDeletion | some dependent blocks it | nothing: the dependent's going wakes us |
 * | is being deleted, finalizer foregroundDeletion | none does | release |
 * | is being deleted otherwise, or has no owner | | nothing |
 * | | some owner is solid, others gone or waiting | disown those |
 * | | some owner is solid or misplaced | nothing |
 * | has dependents, one of which waits for its own, and blocks its owners | an owner waits | unblock: this may be a circle |
 * | has dependents | an owner waits | delete, foreground: the dependents go first |
 * | | no owner stands | delete, as its own finalizers say |
 */
export function decide({ vertex, dependents, owners }: Sight): Plan {
  if (isDeleting(vertex)) {
    if (hasFinalizer(vertex, ORPHAN)) return { do: 'orphan', dependents }
    if (hasFinalizer(vertex, FOREGROUND) && !dependents.some(dependent => blocks(dependent, uidOf(vertex))))
      return { do: 'release', finalizer: FOREGROUND }
    return { do: 'nothing' }
  }
  const inState = (...states: readonly OwnerState[]) =>
    ownersOf(vertex)
      .map(owner => owner.uid)
      .filter(uid => states.includes(owners.get(uid) ?? 'solid'))
  if (ownersOf(vertex).length === 0 || inState('misplaced').length > 0) return { do: 'nothing' }
  if (inState('solid').length > 0) {
    const lost = inState('gone', 'waiting')
    return lost.length > 0 ? { do: 'disown', owners: lost } : { do: 'nothing' }
  }
  if (inState('waiting').length > 0 && dependents.length > 0) {
    const isBlocking = ownersOf(vertex).some(({ blockOwnerDeletion }) => blockOwnerDeletion === true)
    if (isBlocking && dependents.some(isWaiting)) return { do: 'unblock' }
    return { do: 'delete', propagation: 'Foreground' }
  }
  return {
    do: 'delete',
    propagation: hasFinalizer(vertex, ORPHAN) ? 'Orphan' : hasFinalizer(vertex, FOREGROUND) ? 'Foreground' : 'Background',
  }
}

const blocks = (dependent: Vertex, owner: string): boolean =>
  ownersOf(dependent).some(({ uid, blockOwnerDeletion }) => uid === owner && blockOwnerDeletion === true)
