/** What a stateful set does next: pods in order, their claims, and the way from one template to the next. */
import type { Creation, Plan, Sight, Update } from '#client/plan.ts'
import { ControllerRevision } from '#kinds/apps/controller-revision.ts'
import type { StatefulSet, StatefulSetStatus } from '#kinds/apps/stateful-set.ts'
import { PersistentVolumeClaim } from '#kinds/core/persistent-volume-claim.ts'
import { isTerminating } from '#kinds/core/pod/facts.ts'
import { Pod } from '#kinds/core/pod.ts'
import type { PodTemplateSpec } from '#kinds/core/pod-template-spec.ts'
import { nextAvailabilityMs } from '../pods/availability.ts'
import { type History, historyOf, outdated } from '../revisions/history.ts'
import { type Claims, claimUpdates, missingClaims } from './claims.ts'
import { firstOrdinal, identityLabels, ordinalOf, revisionOf, runsReady, serves } from './identity.ts'
import { podCreation, podDeletion, type Version } from './new-pod.ts'
import { nextSteps, type Places, placesOf } from './replicas.ts'

const HASH = 'controller.kubernetes.io/hash'

/** `more`: the claims of the namespace that may be those of its pods. */
export type StatefulSetSight = Sight<StatefulSet, Claims>

/** The rules for pods stand in replicas.ts, those for claims in claims.ts, those for revisions in revisions/history.ts. */
export function decide(sight: StatefulSetSight): Plan<StatefulSet> {
  const { object: set, children, more: claims, refusals, now } = sight
  const pods = children(Pod).filter(pod => ordinalOf(pod, set) !== undefined)
  const revisions = children(ControllerRevision)
  const history = historyOf(set, { revisions, refusals, label: HASH })
  const update: Version = { name: history.current.name, template: set.spec.template }
  const current = versionOf(revisions, set.status.currentRevision) ?? update
  const places = placesOf(set, pods)
  const isGoing = set.metadata.deletionTimestamp !== undefined
  const steps = isGoing ? { create: [], remove: [] } : nextSteps({ set, places, claims, revision: update.name, now })
  const versions = new Map(steps.create.map(ordinal => [ordinal, keepsCurrent(set, ordinal) ? current : update]))
  const created = refusals.length ? [] : [...versions.values()].map(({ name }) => name)
  const status = statusOf(sight, { pods, created, removed: steps.remove, current, update, collisionCount: history.collisionCount })
  if (isGoing) return { status }
  const lookAgainMs = nextAvailabilityMs(pods, set.spec.minReadySeconds ?? 0, now)
  const old = forgotten(set, history, { pods, names: [current.name, update.name] })
  return {
    create: [...history.create, ...creations(sight, places, versions)],
    update: [...history.update, ...ownerships(set, places, claims), ...identities(set, places)],
    delete: [...steps.remove.map(pod => podDeletion(set, pod)), ...old.map(object => ({ kind: ControllerRevision, object }))],
    status,
    ...(lookAgainMs !== undefined && { lookAgainMs }),
  }
}

/** Claims, and then pods. Where claims were refused, first the pods that have theirs: they need not wait for those of others. */
function creations(
  { object: set, more: claims, refusals }: StatefulSetSight,
  places: Places,
  versions: ReadonlyMap<number, Version>,
): readonly (Creation<PersistentVolumeClaim> | Creation<Pod>)[] {
  const missing = ordinalsInNeed(places, [...versions.keys()]).flatMap(ordinal => missingClaims(set, ordinal, claims))
  const isHeldUp = refusals.some(({ kind }) => kind === PersistentVolumeClaim)
  const made = [...versions]
    .filter(([ordinal]) => !isHeldUp || missingClaims(set, ordinal, claims).length === 0)
    .map(([ordinal, version]) => podCreation(set, ordinal, version))
  return isHeldUp ? [...made, ...missing] : [...missing, ...made]
}

function versionOf(revisions: readonly ControllerRevision[], name: string | undefined): Version | undefined {
  const found = revisions.find(({ metadata }) => metadata.name === name)
  if (!found || name === undefined) return undefined
  const { $patch: _, ...template } = (found.data as { spec: { template: PodTemplateSpec & { $patch?: string } } }).spec.template
  return { name, template }
}
/** Pods below the partition come back as they were. */
function keepsCurrent(set: StatefulSet, ordinal: number): boolean {
  const { type, rollingUpdate } = set.spec.updateStrategy
  const count = rollingUpdate ? rollingUpdate.partition : (set.status.currentReplicas ?? 0)
  return type === 'RollingUpdate' && ordinal < firstOrdinal(set) + count
}
/** Numbers whose claims have to be there: of pods that are made, and of those that wait for them. */
const ordinalsInNeed = ({ wanted }: Places, create: readonly number[]) => [
  ...create,
  ...wanted.filter(({ pod }) => pod?.status.phase === 'Pending' && !isTerminating(pod)).map(({ ordinal }) => ordinal),
]
const ownerships = (set: StatefulSet, { wanted, condemned }: Places, claims: Claims) => [
  ...wanted.flatMap(({ ordinal, pod }) => (pod ? claimUpdates(set, { pod, ordinal, isTooMany: false }, claims) : [])),
  ...condemned.flatMap(({ ordinal, pod }) => claimUpdates(set, { pod, ordinal, isTooMany: true }, claims)),
]
/** Adopted pods get the labels of their number. */
const identities = (set: StatefulSet, { wanted }: Places): readonly Update<Pod>[] =>
  wanted.flatMap(({ ordinal, pod }) => {
    const labels = identityLabels(set, ordinal)
    if (!pod || isTerminating(pod) || Object.entries(labels).every(([name, value]) => pod.metadata.labels?.[name] === value)) return []
    return [{ kind: Pod, object: { ...pod, metadata: { ...pod.metadata, labels: { ...pod.metadata.labels, ...labels } } } }]
  })
function forgotten(
  { spec }: StatefulSet,
  history: History,
  { pods, names }: { readonly pods: readonly Pod[]; readonly names: readonly string[] },
): readonly ControllerRevision[] {
  const live = new Set<string | undefined>([...names, ...pods.map(revisionOf)])
  return outdated(history, spec.revisionHistoryLimit, ({ metadata }) => live.has(metadata.name))
}

interface Seen {
  readonly pods: readonly Pod[]
  /** The revisions of pods that are about to be made. */
  readonly created: readonly string[]
  readonly removed: readonly Pod[]
  readonly current: Version
  readonly update: Version
  readonly collisionCount: number | undefined
}
function statusOf(
  { object: set, now }: StatefulSetSight,
  { pods, created, removed, current, update, collisionCount }: Seen,
): StatefulSetStatus {
  const staying = pods.filter(pod => !isTerminating(pod) && !removed.includes(pod))
  const ofRevision = ({ name }: Version) =>
    staying.filter(pod => revisionOf(pod) === name).length + created.filter(revision => revision === name).length
  const counts = {
    replicas: pods.length + created.length,
    readyReplicas: pods.filter(runsReady).length,
    availableReplicas: pods.filter(pod => serves(pod, set, now)).length,
    currentReplicas: ofRevision(current),
    updatedReplicas: ofRevision(update),
  }
  const { replicas } = set.spec
  const isDone =
    set.spec.updateStrategy.type === 'RollingUpdate' &&
    counts.updatedReplicas === replicas &&
    counts.readyReplicas === replicas &&
    counts.replicas === replicas
  return {
    ...counts,
    ...(isDone && { currentReplicas: counts.updatedReplicas }),
    currentRevision: isDone ? update.name : current.name,
    updateRevision: update.name,
    observedGeneration: set.metadata.generation ?? 0,
    ...(set.status.conditions && { conditions: set.status.conditions }),
    collisionCount: collisionCount ?? 0,
  }
}
