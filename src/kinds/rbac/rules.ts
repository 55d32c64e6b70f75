/** PolicyRule: one line of what a role allows. */

import { string } from '#schema/scalars.ts'
import type { Path } from '#schema/vocabulary.ts'
import { field, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class PolicyRule extends struct({
  verbs: field(1, list(string, { listType: 'atomic' }), 'What may be done; `*` means everything.', { always: true }),
  apiGroups: field(2, list(string, { listType: 'atomic' }), 'API groups; empty for core, `*` for all.'),
  resources: field(3, list(string, { listType: 'atomic' }), 'Resources, also with a subresource: `pods/log`.'),
  resourceNames: field(4, list(string, { listType: 'atomic' }), 'Names to which the rule is limited; none means all.'),
  nonResourceURLs: field(
    5,
    list(string, { listType: 'atomic' }),
    'Paths that are no resources, such as /healthz; `*` at the end stands for the rest.',
  ),
}) {}

/** Upstream: pkg/apis/rbac/validation. */
export function checkRules(rules: readonly PolicyRule[] | null, at: Path, isNamespaced: boolean): void {
  for (const [i, rule] of (rules ?? []).entries()) checkRule(rule, at.index(i), isNamespaced)
}
function checkRule(
  { verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] }: PolicyRule,
  at: Path,
  isNamespaced: boolean,
) {
  if (!verbs?.length) at.key('verbs').required('verbs must contain at least one value')
  if (nonResourceURLs.length) {
    const here = at.key('nonResourceURLs')
    if (isNamespaced) here.invalid(nonResourceURLs, 'namespaced rules cannot apply to non-resource URLs')
    if (apiGroups.length || resources.length || resourceNames.length)
      here.invalid(nonResourceURLs, 'rules cannot apply to both regular resources and non-resource URLs')
    return
  }
  if (!apiGroups.length) at.key('apiGroups').required('resource rules must supply at least one api group')
  if (!resources.length) at.key('resources').required('resource rules must supply at least one resource')
}
