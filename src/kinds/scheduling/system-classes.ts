/** The priority classes of the system itself, and what others may ask for. Upstream: pkg/apis/scheduling. */
import type { ObjectMeta } from '#kinds/meta/object-meta.ts'
import type { Path } from '#schema/vocabulary.ts'

/** The highest priority that users can give; everything above belongs to the system. */
export const USER_PRIORITY_MAX = 1_000_000_000
const SYSTEM_PREFIX = 'system-'

/** Classes that are always there, by name, with their priority. */
export const SYSTEM_CLASSES: Readonly<Record<string, { readonly value: number; readonly description: string }>> = {
  'system-cluster-critical': {
    value: 2 * USER_PRIORITY_MAX,
    description: 'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  },
  'system-node-critical': {
    value: 2 * USER_PRIORITY_MAX + 1_000,
    description: 'Used for system critical pods that must not be moved from their current node.',
  },
}

interface PriorityClass {
  readonly metadata: ObjectMeta
  readonly value: number
  readonly globalDefault?: boolean
}
export function checkPriorityClass({ metadata: { name = '' }, value, globalDefault = false }: PriorityClass, at: Path): void {
  if (!name.startsWith(SYSTEM_PREFIX)) {
    if (value > USER_PRIORITY_MAX) at.key('value').forbidden(`maximum allowed value of a user defined priority is ${USER_PRIORITY_MAX}`)
    return
  }
  const wrong = systemProblem(name, value, globalDefault)
  if (wrong)
    at.key('metadata')
      .key('name')
      .forbidden(`priority class names with '${SYSTEM_PREFIX}' prefix are reserved for system use only. error: ${wrong}`)
}
function systemProblem(name: string, value: number, globalDefault: boolean): string | undefined {
  const known = SYSTEM_CLASSES[name]
  if (!known) return `${name} is not a known system priority class`
  if (known.value !== value) return `value of ${name} PriorityClass must be ${known.value}`
  return globalDefault ? `globalDefault of ${name} PriorityClass must be false` : undefined
}
