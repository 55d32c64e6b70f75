/** Selectors of nodes and topology. */

import { int32, known, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'
import { checkRequirement, checkTerm, isWeight } from './node-selector-rules.ts'

export class NodeSelectorRequirement extends struct(
  {
    key: field(1, string, 'The label, or field, of the node.', { always: true }),
    operator: field(2, known('In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'), 'How the key relates to the values.', { always: true }),
    values: field(3, list(string, { listType: 'atomic' }), 'The values that the operator compares with.'),
  },
  { validate: checkRequirement },
) {}

export class NodeSelectorTerm extends struct(
  {
    matchExpressions: field(1, list(NodeSelectorRequirement, { listType: 'atomic' }), "Requirements on the node's labels; all must hold."),
    matchFields: field(2, list(NodeSelectorRequirement, { listType: 'atomic' }), "Requirements on the node's fields; all must hold."),
  },
  { atomic: true, validate: checkTerm },
) {}

export class NodeSelector extends struct(
  {
    nodeSelectorTerms: field(1, list(NodeSelectorTerm, { listType: 'atomic' }), 'Alternatives; one must hold.', { always: true }),
  },
  {
    atomic: true,
    validate: ({ nodeSelectorTerms }, at) => {
      if (!nodeSelectorTerms?.length) at.key('nodeSelectorTerms').required('must have at least one node selector term')
    },
  },
) {}

export class PreferredSchedulingTerm extends struct({
  weight: field(1, int32, 'How much the preference counts, from 1 to 100.', { always: true, check: isWeight }),
  preference: field(2, NodeSelectorTerm, 'Which nodes are preferred.', { always: true }),
}) {}

export class TopologySelectorLabelRequirement extends struct({
  key: field(1, string, 'The label that says where a volume is.', { required: true }),
  values: field(2, list(string, { listType: 'atomic' }), 'Places that are allowed.', { required: true }),
}) {}

export class TopologySelectorTerm extends struct(
  {
    matchLabelExpressions: field(
      1,
      list(TopologySelectorLabelRequirement, { listType: 'atomic' }),
      'Requirements on the place; all must hold.',
    ),
  },
  { atomic: true },
) {}
