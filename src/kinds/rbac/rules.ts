/** PolicyRule: ?file rbac/rules. */
import { string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class PolicyRule extends struct({
  verbs: field(1, list(string, { listType: 'atomic' }), '?PolicyRule.verbs', { required: true }),
  apiGroups: field(2, list(string, { listType: 'atomic' }), '?PolicyRule.apiGroups'),
  resources: field(3, list(string, { listType: 'atomic' }), '?PolicyRule.resources'),
  resourceNames: field(4, list(string, { listType: 'atomic' }), '?PolicyRule.resourceNames'),
  nonResourceURLs: field(5, list(string, { listType: 'atomic' }), '?PolicyRule.nonResourceURLs'),
}) {}
