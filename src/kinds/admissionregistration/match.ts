/** MatchCondition: the requests to which a policy applies. */
import { LabelSelector } from '#kinds/meta/label-selector.ts'
import { oneOf, string } from '#schema/scalars.ts'
import { field, inline, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'
import { checkRules, RuleWithOperations } from './rules.ts'

export class NamedRuleWithOperations extends struct(
  {
    resourceNames: field(1, list(string, { listType: 'atomic' }), 'Names to which the rule is limited; none means all.'),
    ...inline(2, RuleWithOperations),
  },
  { atomic: true },
) {}

export class MatchResources extends struct(
  {
    namespaceSelector: field(1, LabelSelector, 'Namespaces whose objects are meant.', { default: {} }),
    objectSelector: field(2, LabelSelector, 'Objects that are meant.', { default: {} }),
    resourceRules: field(3, list(NamedRuleWithOperations, { listType: 'atomic' }), 'Operations and resources that are meant.'),
    excludeResourceRules: field(4, list(NamedRuleWithOperations, { listType: 'atomic' }), 'Operations and resources that are left out.'),
    matchPolicy: field(7, oneOf('Exact', 'Equivalent'), 'Whether rules also match through other versions of a resource.', {
      explicit: true,
      default: 'Equivalent',
    }),
  },
  {
    atomic: true,
    validate: ({ resourceRules, excludeResourceRules }, at) => {
      checkRules(resourceRules, at.key('resourceRules'))
      checkRules(excludeResourceRules, at.key('excludeResourceRules'))
    },
  },
) {}

export class Variable extends struct(
  {
    name: field(1, string, 'The name under which it is used: `variables.name`.', { required: true }),
    expression: field(2, string, 'A CEL expression.', { required: true }),
  },
  { atomic: true },
) {}

export class MatchCondition extends struct({
  name: field(1, string, 'Name of the condition.', { always: true }),
  expression: field(2, string, 'A CEL expression that must be true.', { always: true }),
}) {}
