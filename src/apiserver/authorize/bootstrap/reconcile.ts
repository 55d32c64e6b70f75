/** What must be done so that a stored role or binding has at least what the bootstrap one has. Nothing that was added is taken away. */
import { uncovered } from '../rules.ts'
import { AUTOUPDATE, type BindingObject, type Metadata, type RoleObject } from './objects.ts'

export type Step<T> =
  | { readonly do: 'nothing' }
  | { readonly do: 'create'; readonly object: T }
  | { readonly do: 'update'; readonly object: T }
  /** A binding's role cannot be changed: the old one is deleted first. */
  | { readonly do: 'replace'; readonly object: T }

const nothing = { do: 'nothing' } as const

export function reconcileRole<T extends RoleObject>(stored: T | undefined, wanted: RoleObject): Step<T | RoleObject> {
  if (!stored) return { do: 'create', object: wanted }
  if (isKept(stored.metadata)) return nothing
  const metadata = merged(stored.metadata, wanted.metadata)
  // An aggregated role's rules are the aggregation controller's.
  const missing = wanted.aggregationRule ? [] : uncovered(stored.rules ?? [], wanted.rules)
  const selectors = stored.aggregationRule?.clusterRoleSelectors ?? []
  const absent = (wanted.aggregationRule?.clusterRoleSelectors ?? []).filter(one => !selectors.some(other => same(one, other)))
  if (!metadata && !missing.length && !absent.length) return nothing
  const object = {
    ...stored,
    metadata: metadata ?? stored.metadata,
    ...(missing.length && { rules: [...(stored.rules ?? []), ...missing] }),
    ...(absent.length && { aggregationRule: { clusterRoleSelectors: [...selectors, ...absent] } }),
  }
  return { do: 'update', object }
}

export function reconcileBinding<T extends BindingObject>(stored: T | undefined, wanted: BindingObject): Step<T | BindingObject> {
  if (!stored) return { do: 'create', object: wanted }
  if (isKept(stored.metadata)) return nothing
  const { kind, name } = stored.roleRef
  const isSameRole = kind === wanted.roleRef.kind && name === wanted.roleRef.name
  const metadata = merged(stored.metadata, wanted.metadata)
  const subjects = stored.subjects ?? []
  const absent = (wanted.subjects ?? []).filter(
    one => !subjects.some(other => one.kind === other.kind && one.name === other.name && (one.namespace ?? '') === (other.namespace ?? '')),
  )
  if (isSameRole && !metadata && !absent.length) return nothing
  const together = absent.length ? { subjects: [...subjects, ...absent] } : {}
  if (!isSameRole)
    return {
      do: 'replace',
      object: { ...wanted, metadata: metadata ?? wanted.metadata, ...(subjects.length && { subjects }), ...together },
    }
  return { do: 'update', object: { ...stored, metadata: metadata ?? stored.metadata, ...together } }
}

const isKept = ({ annotations }: Metadata) => annotations?.[AUTOUPDATE] === 'false'
/** The stored metadata with the wanted labels and annotations that it lacks; undefined when it lacks none. */
function merged(stored: Metadata, wanted: Metadata): Metadata | undefined {
  const lacks = (have: Metadata['labels'], want: Metadata['labels']) => Object.keys(want ?? {}).some(key => have?.[key] === undefined)
  if (!lacks(stored.labels, wanted.labels) && !lacks(stored.annotations, wanted.annotations)) return undefined
  return { ...stored, labels: { ...wanted.labels, ...stored.labels }, annotations: { ...wanted.annotations, ...stored.annotations } }
}
const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)
