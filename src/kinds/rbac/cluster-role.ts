/** ClusterRole: rights in all namespaces and to cluster-wide resources. */
import { createdAt } from '#kinds/columns.ts'
import { LabelSelector } from '#kinds/meta/label-selector.ts'
import { isPathSegmentName } from '#kinds/meta/names.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { checkRules, PolicyRule } from './rules.ts'

export class AggregationRule extends struct({
  clusterRoleSelectors: field(1, list(LabelSelector, { listType: 'atomic' }), 'Cluster roles whose rules are gathered here.'),
}) {}

export class ClusterRole extends kind({
  plural: 'clusterroles',
  scope: 'Cluster',
  fields: {
    rules: field(2, list(PolicyRule, { listType: 'atomic' }), 'What is allowed.', { written: true }),
    aggregationRule: field(3, AggregationRule, 'From where the rules are gathered; they are then overwritten.'),
  },
  nameCheck: isPathSegmentName,
  columns: { 'Created At': createdAt },
  validate: ({ rules, aggregationRule }, at) => {
    checkRules(rules, at.key('rules'), false)
    if (aggregationRule && !aggregationRule.clusterRoleSelectors?.length)
      at.key('aggregationRule')
        .key('clusterRoleSelectors')
        .required('at least one clusterRoleSelector required if aggregationRule is non-nil')
  },
}) {}
