/** ClusterRole: rights in all namespaces and to cluster-wide resources. */
import { LabelSelector } from '#kinds/meta/label-selector.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { PolicyRule } from './rules.ts'

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
}) {}
