/** RuleWithOperations: operations and resources that are meant. */

import { oneOf, string } from '#schema/scalars.ts'
import type { Path } from '#schema/vocabulary.ts'
import { field, inline, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class Rule extends struct({
  apiGroups: field(1, list(string, { listType: 'atomic' }), 'API groups; `*` means all.'),
  apiVersions: field(2, list(string, { listType: 'atomic' }), 'API versions; `*` means all.'),
  resources: field(3, list(string, { listType: 'atomic' }), 'Resources, also with a subresource: `pods/status`.'),
  scope: field(4, oneOf('Cluster', 'Namespaced', '*'), 'Whether cluster-wide or namespaced resources are meant, or both.', {
    explicit: true,
    default: '*',
  }),
}) {}

export class RuleWithOperations extends struct({
  operations: field(
    1,
    list(oneOf('*', 'CREATE', 'UPDATE', 'DELETE', 'CONNECT'), { listType: 'atomic' }),
    'CREATE, UPDATE, DELETE, CONNECT, or `*` for all.',
  ),
  ...inline(2, Rule),
}) {}

interface Asked {
  readonly operations?: readonly string[]
  readonly apiGroups?: readonly string[]
  readonly apiVersions?: readonly string[]
  readonly resources?: readonly string[]
}
/** Each list says something, and `*` stands alone. Upstream: pkg/apis/admissionregistration/validation. */
export function checkRules(rules: readonly Asked[] = [], at: Path): void {
  for (const [i, rule] of rules.entries()) {
    for (const name of ['operations', 'apiGroups', 'apiVersions', 'resources'] as const) {
      const values = rule[name] ?? []
      const here = at.index(i).key(name)
      if (!values.length) here.required()
      if (name !== 'resources' && values.length > 1 && values.includes('*'))
        here.invalid(values, `if '*' is present, must not specify other ${PLURALS[name]}`)
    }
  }
}
const PLURALS = { operations: 'operations', apiGroups: 'groups', apiVersions: 'API versions' } as const
