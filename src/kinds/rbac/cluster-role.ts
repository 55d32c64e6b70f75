/** ClusterRole: ?file rbac/cluster-role. */
import { LabelSelector } from '#kinds/meta/label-selector.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { PolicyRule } from './rules.ts'

export class AggregationRule extends struct({
  clusterRoleSelectors: field(1, list(LabelSelector, { listType: 'atomic' }), '?AggregationRule.clusterRoleSelectors'),
}) {}

export class ClusterRole extends kind({
  plural: 'clusterroles',
  scope: 'Cluster',
  fields: {
    rules: field(2, list(PolicyRule, { listType: 'atomic' }), '?ClusterRole.rules', { written: true }),
    aggregationRule: field(3, AggregationRule, '?ClusterRole.aggregationRule'),
  },
}) {}
