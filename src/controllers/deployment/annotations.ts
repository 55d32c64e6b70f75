/** What a deployment notes on its replica sets: revisions, sizes, and its own annotations. Upstream: pkg/controller/deployment/util. */
import type { Deployment } from '#kinds/apps/deployment.ts'
import type { ReplicaSet } from '#kinds/apps/replica-set.ts'
import type { Pace } from './pace.ts'

export const REVISION = 'deployment.kubernetes.io/revision'
const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history'
/** The size of the deployment when the set was last scaled. */
export const DESIRED = 'deployment.kubernetes.io/desired-replicas'
/** The same with the surge of that time. */
export const MAXIMUM = 'deployment.kubernetes.io/max-replicas'
/** Those that belong to the one object that carries them. */
const NOT_COPIED = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'deprecated.deployment.rollback.to',
  REVISION,
  REVISION_HISTORY,
  DESIRED,
  MAXIMUM,
])
/** Of the list of past revisions, in characters: annotations are small. */
const HISTORY_MAX = 2_000

type Annotations = Readonly<Record<string, string>>
const annotationsOf = ({ metadata }: ReplicaSet | Deployment): Annotations => metadata.annotations ?? {}

/** 0 when there is none, or when somebody has spoiled it. */
export const revisionOf = (set: ReplicaSet): bigint => long(annotationsOf(set)[REVISION]) ?? 0n
export const noted = (set: ReplicaSet, name: typeof DESIRED | typeof MAXIMUM): number | undefined => integer(annotationsOf(set)[name])
const integer = (text: string | undefined) => (text !== undefined && /^-?\d{1,15}$/.test(text) ? Number(text) : undefined)
/** A whole number of 64 bits. */
function long(text: string | undefined): bigint | undefined {
  if (text === undefined || !/^[-+]?\d{1,19}$/.test(text)) return undefined
  const value = BigInt(text.replace('+', ''))
  return BigInt.asIntN(64, value) === value ? value : undefined
}

/** The revision that the newest set has, or gets: one more than that of any other. */
export const nextRevision = (olds: readonly ReplicaSet[]): bigint => olds.map(revisionOf).reduce(larger, 0n) + 1n
export const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b)

/** Those of the newest set: the deployment's own, and a revision that never goes back; the former ones are remembered. */
export function newestAnnotations(deployment: Deployment, before: Annotations, revision: bigint): Annotations {
  const copied = Object.fromEntries(Object.entries(annotationsOf(deployment)).filter(([name]) => !NOT_COPIED.has(name)))
  const known = before[REVISION]
  const past = known === undefined || known === '' ? 0n : long(known)
  const result = { ...before, ...copied }
  if (past === undefined || past >= revision) return result
  return { ...result, [REVISION]: String(revision), ...(known && { [REVISION_HISTORY]: remembered(before[REVISION_HISTORY], known) }) }
}
function remembered(history: string | undefined, revision: string): string {
  const all = [...(history ? history.split(',') : []), revision]
  while (all.join().length > HISTORY_MAX) all.shift()
  return all.join()
}

export const sizeAnnotations = ({ spec }: Deployment, { maxSurge }: Pace): Annotations => ({
  [DESIRED]: String(spec.replicas),
  [MAXIMUM]: String(spec.replicas + maxSurge),
})
