/** ComponentStatus: health of a control plane component; deprecated since 1.19. */
import { known, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class ComponentCondition extends struct({
  type: field(1, known('Healthy'), 'What the condition is about; only Healthy.', { always: true }),
  status: field(2, known('True', 'False', 'Unknown'), 'True, False or Unknown.', { always: true }),
  message: field(3, string, 'A sentence for people.'),
  error: field(4, string, 'The error code, if there is one.'),
}) {}

const healthOf = (conditions: readonly ComponentCondition[] = []) => conditions.find(({ type }) => type === 'Healthy')

export class ComponentStatus extends kind({
  plural: 'componentstatuses',
  shortNames: ['cs'],
  scope: 'Cluster',
  deprecated: 'v1 ComponentStatus is deprecated in v1.19+',
  verbs: ['get', 'list'],
  fields: {
    conditions: field(
      2,
      list(ComponentCondition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }),
      'What is known about single aspects of the object, one entry per type.',
    ),
  },
  columns: {
    Status: ({ conditions }) => {
      const status = healthOf(conditions)?.status
      return status === undefined ? 'Unknown' : status === 'True' ? 'Healthy' : 'Unhealthy'
    },
    Message: ({ conditions }) => healthOf(conditions)?.message ?? '',
    Error: ({ conditions }) => healthOf(conditions)?.error ?? '',
  },
}) {}
