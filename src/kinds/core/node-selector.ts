/** Selectors of nodes and topology. */

import { int32, known, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'
import { checkRequirement, checkTerm, isWeight } from './node-selector-rules.ts'

export class NodeSelectorRequirement extends struct(
  {
    key: field(1, string, 'Key.', { always: true }),
    operator: field(2, known('In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'), 'Operator.', { always: true }),
    values: field(3, list(string, { listType: 'atomic' }), 'Values.'),
  },
  { validate: checkRequirement },
) {}

export class NodeSelectorTerm extends struct(
  {
    matchExpressions: field(1, list(NodeSelectorRequirement, { listType: 'atomic' }), 'Match expressions.'),
    matchFields: field(2, list(NodeSelectorRequirement, { listType: 'atomic' }), 'Match fields.'),
  },
  { atomic: true, validate: checkTerm },
) {}

export class NodeSelector extends struct(
  {
    nodeSelectorTerms: field(1, list(NodeSelectorTerm, { listType: 'atomic' }), 'Node selector terms.', { required: true }),
  },
  { atomic: true },
) {}

export class PreferredSchedulingTerm extends struct({
  weight: field(1, int32, 'Weight.', { always: true, check: isWeight }),
  preference: field(2, NodeSelectorTerm, 'Preference.', { always: true }),
}) {}

export class TopologySelectorLabelRequirement extends struct({
  key: field(1, string, 'Key.', { required: true }),
  values: field(2, list(string, { listType: 'atomic' }), 'Values.', { required: true }),
}) {}

export class TopologySelectorTerm extends struct(
  {
    matchLabelExpressions: field(1, list(TopologySelectorLabelRequirement, { listType: 'atomic' }), 'Match label expressions.'),
  },
  { atomic: true },
) {}
