/** RuleWithOperations: operations and resources that are meant. */
import { oneOf, string } from '#schema/scalars.ts'
import { field, inline, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class Rule extends struct({
  apiGroups: field(1, list(string, { listType: 'atomic' }), 'API groups; `*` means all.'),
  apiVersions: field(2, list(string, { listType: 'atomic' }), 'API versions; `*` means all.'),
  resources: field(3, list(string, { listType: 'atomic' }), 'Resources, also with a subresource: `pods/status`.'),
  scope: field(4, oneOf('Cluster', 'Namespaced', '*'), 'Whether cluster-wide or namespaced resources are meant, or both.', {
    explicit: true,
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
