/** RuntimeClass: a way of running containers that nodes offer. */
import { age } from '#kinds/columns.ts'
import { Toleration } from '#kinds/core/taint.ts'
import { isDns1123Label } from '#kinds/meta/names.ts'
import { quantity, string } from '#schema/scalars.ts'
import { field, list, map } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class Overhead extends struct({
  podFixed: field(1, map(quantity), 'What each pod costs beyond its containers.'),
}) {}

export class Scheduling extends struct({
  nodeSelector: field(1, map(string, { atomic: true }), "Labels of the nodes that know this runtime; joined with the pod's own selector."),
  tolerations: field(2, list(Toleration, { listType: 'atomic' }), 'Tolerations that pods of this class get in addition.'),
}) {}

export class RuntimeClass extends kind({
  plural: 'runtimeclasses',
  scope: 'Cluster',
  fields: {
    handler: field(2, string, 'Name by which the container runtime on the node knows this configuration.', {
      required: true,
      immutable: true,
      check: isDns1123Label,
    }),
    overhead: field(3, Overhead, 'What running a pod in this class costs.'),
    scheduling: field(4, Scheduling, 'On which nodes pods of this class can run.'),
  },
  columns: { Handler: ({ handler }) => handler, Age: age },
}) {}
