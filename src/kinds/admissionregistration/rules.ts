/** RuleWithOperations: ?file admissionregistration/rules. */
import { oneOf, string } from '#schema/scalars.ts'
import { field, inline, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class Rule extends struct({
  apiGroups: field(1, list(string, { listType: 'atomic' }), '?Rule.apiGroups'),
  apiVersions: field(2, list(string, { listType: 'atomic' }), '?Rule.apiVersions'),
  resources: field(3, list(string, { listType: 'atomic' }), '?Rule.resources'),
  scope: field(4, oneOf('Cluster', 'Namespaced', '*'), '?Rule.scope', { explicit: true }),
}) {}

export class RuleWithOperations extends struct({
  operations: field(1, list(oneOf('*', 'CREATE', 'UPDATE', 'DELETE', 'CONNECT'), { listType: 'atomic' }), '?RuleWithOperations.operations'),
  ...inline(2, Rule),
}) {}
