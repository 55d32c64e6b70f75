/** Objects for the tables of workload controllers, as the server would have filled them in. */
import type { KindClass } from '#kinds/declare.ts'
import { Pod } from '#kinds/core/pod.ts'
import { decode } from '#schema/decode.ts'
import { fillDefaults } from '#schema/default.ts'

/** The time at which the tables play. */
export const NOW = Date.parse('2030-01-01T00:00:00Z')
/** RFC 3339, so many seconds before NOW. */
export const ago = (seconds: number): string => new Date(NOW - seconds * 1000).toISOString().replace('.000', '')

export const stored = <T>(kind: KindClass<T>, object: object): T => fillDefaults(kind, decode(kind, object).value) as T

export const TEMPLATE = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'i' }] } }

export interface PodTraits {
  readonly node?: string | undefined
  readonly phase?: string
  /** Seconds for which it has been ready; absent: it is not ready. */
  readonly ready?: number
  /** Seconds since its creation; default an hour. */
  readonly age?: number
  readonly uid?: string
  readonly labels?: object
  readonly annotations?: object
  readonly finalizers?: readonly string[]
  readonly isTerminating?: boolean
  readonly restarts?: number
  readonly owner?: object
  readonly spec?: object
  readonly status?: object
}
export function podOf(name: string, traits: PodTraits = {}): Pod {
  const { node = 'n1', phase = 'Running', ready, age = 3_600, restarts = 0, isTerminating = false } = traits
  return stored(Pod, {
    metadata: {
      name,
      namespace: 'default',
      uid: traits.uid ?? `uid-${name}`,
      creationTimestamp: ago(age),
      labels: traits.labels ?? TEMPLATE.metadata.labels,
      ...(traits.annotations && { annotations: traits.annotations }),
      ...(traits.finalizers && { finalizers: traits.finalizers }),
      ...(isTerminating && { deletionTimestamp: ago(0) }),
      ...(traits.owner && { ownerReferences: [traits.owner] }),
    },
    spec: { ...TEMPLATE.spec, ...(node && { nodeName: node }), ...traits.spec },
    status: {
      phase,
      conditions: ready === undefined ? [] : [{ type: 'Ready', status: 'True', lastTransitionTime: ago(ready) }],
      containerStatuses: [{ name: 'c', restartCount: restarts, ready: ready !== undefined, image: 'i', imageID: '' }],
      ...traits.status,
    },
  })
}
