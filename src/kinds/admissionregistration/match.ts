/** MatchCondition: ?file admissionregistration/match. */
import { LabelSelector } from '#kinds/meta/label-selector.ts'
import { oneOf, string } from '#schema/scalars.ts'
import { field, inline, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'
import { RuleWithOperations } from './rules.ts'

export class NamedRuleWithOperations extends struct({
  resourceNames: field(1, list(string, { listType: 'atomic' }), '?NamedRuleWithOperations.resourceNames'),
  ...inline(2, RuleWithOperations),
}) {}

export class MatchResources extends struct({
  namespaceSelector: field(1, LabelSelector, '?MatchResources.namespaceSelector'),
  objectSelector: field(2, LabelSelector, '?MatchResources.objectSelector'),
  resourceRules: field(3, list(NamedRuleWithOperations, { listType: 'atomic' }), '?MatchResources.resourceRules'),
  excludeResourceRules: field(4, list(NamedRuleWithOperations, { listType: 'atomic' }), '?MatchResources.excludeResourceRules'),
  matchPolicy: field(7, oneOf('Exact', 'Equivalent'), '?MatchResources.matchPolicy', { explicit: true }),
}) {}

export class Variable extends struct({
  name: field(1, string, '?Variable.name', { required: true }),
  expression: field(2, string, '?Variable.expression', { required: true }),
}) {}

export class MatchCondition extends struct({
  name: field(1, string, '?MatchCondition.name', { always: true }),
  expression: field(2, string, '?MatchCondition.expression', { always: true }),
}) {}
