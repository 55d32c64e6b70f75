/** What a terminating namespace says of itself. Reasons and messages are upstream's (namespace controller, status_condition_utils). */
import type { Namespace } from '#kinds/core/namespace.ts'

type NamespaceCondition = NonNullable<NonNullable<Namespace['status']>['conditions']>[number]

/** What one round of deletion found. Maps are in the order of discovery. */
export interface Findings {
  /** Each resource (`pods.`, `deployments.apps`) with how many objects are left. */
  readonly remaining: ReadonlyMap<string, number>
  /** Each finalizer with how many objects still carry it. */
  readonly finalizers: ReadonlyMap<string, number>
  /** Failures of discovery and of deletions, as messages. */
  readonly discoveryFailures: readonly string[]
  readonly deletionFailures: readonly string[]
}

const ROWS: readonly {
  type: string
  good: [reason: string, message: string]
  bad: (findings: Findings) => [reason: string, message: string] | undefined
}[] = [
  {
    type: 'NamespaceDeletionDiscoveryFailure',
    good: ['ResourcesDiscovered', 'All resources successfully discovered'],
    bad: ({ discoveryFailures }) =>
      discoveryFailures.length
        ? ['DiscoveryFailed', `Discovery failed for some groups, ${discoveryFailures.length} failing: ${discoveryFailures.join('; ')}`]
        : undefined,
  },
  {
    type: 'NamespaceDeletionGroupVersionParsingFailure',
    good: ['ParsedGroupVersions', 'All legacy kube types successfully parsed'],
    bad: () => undefined,
  },
  {
    type: 'NamespaceDeletionContentFailure',
    good: ['ContentDeleted', 'All content successfully deleted, may be waiting on finalization'],
    bad: ({ deletionFailures }) =>
      deletionFailures.length
        ? [
            'ContentDeletionFailed',
            `Failed to delete all resource types, ${deletionFailures.length} remaining: ${deletionFailures.join('; ')}`,
          ]
        : undefined,
  },
  {
    type: 'NamespaceContentRemaining',
    good: ['ContentRemoved', 'All content successfully removed'],
    bad: ({ remaining }) => {
      const left = [...remaining].filter(([, count]) => count > 0)
      return left.length
        ? [
            'SomeResourcesRemain',
            `Some resources are remaining: ${left
              .map(([resource, count]) => `${resource} has ${count} resource instances`)
              .toSorted()
              .join(', ')}`,
          ]
        : undefined
    },
  },
  {
    type: 'NamespaceFinalizersRemaining',
    good: ['ContentHasNoFinalizers', 'All content-preserving finalizers finished'],
    bad: ({ finalizers }) =>
      finalizers.size
        ? [
            'SomeFinalizersRemain',
            `Some content in the namespace has finalizers remaining: ${[...finalizers]
              .map(([name, count]) => `${name} in ${count} resource instances`)
              .toSorted()
              .join(', ')}`,
          ]
        : undefined,
  },
]

/** The conditions after a round; those that did not change keep their time. `at` is an RFC 3339 timestamp. */
export function conditionsAfter(before: readonly NamespaceCondition[], findings: Findings, at: string): readonly NamespaceCondition[] {
  const ours = ROWS.map(({ type, good, bad }) => {
    const found = bad(findings)
    const [reason, message] = found ?? good
    const status = found ? ('True' as const) : ('False' as const)
    const known = before.find(condition => condition.type === type)
    const lastTransitionTime = known?.status === status ? known.lastTransitionTime : at
    return { type, status, lastTransitionTime, reason, message }
  })
  return [...before.filter(({ type }) => !ROWS.some(row => row.type === type)), ...ours]
}
