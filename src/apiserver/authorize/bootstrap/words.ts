/** The short words in which the bootstrap roles are written: lists are space-separated, and `core` is the group without a name. */
import type { PolicyRule } from '../rules.ts'

export interface BootstrapRole {
  readonly name: string
  readonly namespace?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly rules: readonly PolicyRule[]
  /** The label whose bearers are put together into this role. */
  readonly aggregates?: string
}
export interface BootstrapBinding {
  readonly name: string
  readonly namespace?: string
  readonly role: { readonly kind: 'Role' | 'ClusterRole'; readonly name: string }
  readonly users?: readonly string[]
  readonly groups?: readonly string[]
  /** `namespace/name` */
  readonly serviceAccounts?: readonly string[]
}

export const READ = 'get list watch'
export const WRITE = 'create delete deletecollection patch update'
export const READ_WRITE = `${READ} ${WRITE}`

const words = (text: string) => text.split(' ').sort()

export const rule = (verbs: string, groups: string, resources: string): PolicyRule => ({
  verbs: words(verbs),
  apiGroups: groups
    .split(' ')
    .map(group => (group === 'core' ? '' : group))
    .sort(),
  resources: words(resources),
})
export const named = (names: string, given: PolicyRule): PolicyRule => ({ ...given, resourceNames: words(names) })
export const urls = (verbs: string, paths: string): PolicyRule => ({ verbs: words(verbs), nonResourceURLs: words(paths) })
export const events: PolicyRule = rule('create patch update', 'core events.k8s.io', 'events')
export const role = (name: string, ...rules: readonly PolicyRule[]): BootstrapRole => ({ name, rules })
