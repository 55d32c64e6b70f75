/** The templates that a workload has had, kept as ControllerRevisions so that it can go back. Upstream: pkg/controller/history. */
import type { Creation, Refused, Update } from '#client/plan.ts'
import { ControllerRevision } from '#kinds/apps/controller-revision.ts'
import type { PodTemplateSpec } from '#kinds/core/pod-template-spec.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import type { ObjectMeta } from '#kinds/meta/object-meta.ts'
import { isEqual } from '#schema/json-value.ts'
import { canonical } from './canonical.ts'
import { hashOf } from './hash.ts'

/** The longest name of a workload that a revision's name still shows whole, so that the hash fits behind it. */
const NAME_MAX = 223

export interface Versioned {
  readonly metadata: ObjectMeta
  readonly spec: { readonly template: PodTemplateSpec; readonly revisionHistoryLimit?: number }
  readonly status: { readonly collisionCount?: number }
}
export interface History {
  /** Of the present template. Its revision object may be about to be made. */
  readonly current: { readonly name: string; readonly hash: string }
  readonly create: readonly Creation<ControllerRevision>[]
  readonly update: readonly Update<ControllerRevision>[]
  /** Others with the template of the current one; they stand among `olds` too. */
  readonly duplicates: readonly ControllerRevision[]
  /** All others, oldest first. */
  readonly olds: readonly ControllerRevision[]
  readonly collisionCount: number | undefined
}
export interface HistoryOptions {
  readonly revisions: readonly ControllerRevision[]
  readonly refusals: readonly Refused[]
  /** The label of a revision that holds its hash. */
  readonly label: string
}

/**
 * | seen | then |
 * |---|---|
 * | no revision has the template | one is made, with the next number |
 * | an older one has it: a rollback | it gets the next number |
 * | the name is taken by another template | the collision is counted, and another name taken |
 */
export function historyOf(owner: Versioned, { revisions, refusals, label }: HistoryOptions): History {
  const ordered = revisions.toSorted((a, b) => a.revision - b.revision || ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1))
  const data = dataOf(owner)
  const known = ordered.findLast(revision => isEqual(revision.data, data))
  const olds = ordered.filter(revision => revision !== known)
  const duplicates = olds.filter(revision => isEqual(revision.data, data))
  const number = Math.max(0, ...olds.map(({ revision }) => revision)) + 1
  const { collisionCount } = owner.status
  if (known) {
    const current = { name: known.metadata.name as string, hash: known.metadata.labels?.[label] ?? '' }
    const update = known.revision < number ? [{ kind: ControllerRevision, object: { ...known, revision: number } }] : []
    return { current, create: [], update, duplicates, olds, collisionCount }
  }
  const nameOf = (count: number | undefined) =>
    `${(owner.metadata.name as string).slice(0, NAME_MAX)}-${hashOf(owner.spec.template, count)}`
  const isTaken = refusals.some(
    ({ refusal }) => isRefusal(refusal, 'AlreadyExists') && refusal.status.details?.name === nameOf(collisionCount),
  )
  const collisions = isTaken ? (collisionCount ?? 0) + 1 : collisionCount
  const hash = hashOf(owner.spec.template, collisions)
  const name = nameOf(collisions)
  const { namespace, annotations } = owner.metadata
  const labels = { ...owner.spec.template.metadata.labels, [label]: hash }
  const metadata = { name, namespace: namespace as string, labels, ...(annotations && { annotations }) }
  return {
    current: { name, hash },
    create: [{ kind: ControllerRevision, object: { metadata, data, revision: number } }],
    update: [],
    duplicates,
    olds,
    collisionCount: collisions,
  }
}

/** A patch that brings the template back. Clients compare it by its bytes, so that its members stand in the order in which upstream writes them. */
const dataOf = ({ spec: { template } }: Versioned): object =>
  JSON.parse(canonical({ spec: { template: { ...template, $patch: 'replace' } } })) as object

/** Old revisions beyond the limit that no pod runs any more. */
export function outdated(
  { olds }: History,
  limit: number,
  isLive: (revision: ControllerRevision) => boolean,
): readonly ControllerRevision[] {
  const dead = olds.filter(revision => !isLive(revision))
  return dead.slice(0, Math.max(0, Math.min(dead.length, olds.length - limit)))
}
