/** PolicyRule: one line of what a role allows. */
import { string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class PolicyRule extends struct({
  verbs: field(1, list(string, { listType: 'atomic' }), 'What may be done; `*` means everything.', { required: true }),
  apiGroups: field(2, list(string, { listType: 'atomic' }), 'API groups; empty for core, `*` for all.'),
  resources: field(3, list(string, { listType: 'atomic' }), 'Resources, also with a subresource: `pods/log`.'),
  resourceNames: field(4, list(string, { listType: 'atomic' }), 'Names to which the rule is limited; none means all.'),
  nonResourceURLs: field(
    5,
    list(string, { listType: 'atomic' }),
    'Paths that are no resources, such as /healthz; `*` at the end stands for the rest.',
  ),
}) {}
