/** Namespace: a scope for names. */
import { known, string, time } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class NamespaceSpec extends struct({
  finalizers: field(1, list(known('kubernetes'), { listType: 'atomic' }), 'Finalizers.'),
}) {}

export class NamespaceCondition extends struct({
  type: field(
    1,
    known(
      'NamespaceDeletionDiscoveryFailure',
      'NamespaceDeletionContentFailure',
      'NamespaceDeletionGroupVersionParsingFailure',
      'NamespaceContentRemaining',
      'NamespaceFinalizersRemaining',
    ),
    'Type.',
    { always: true },
  ),
  status: field(2, known('True', 'False', 'Unknown'), 'Status.', { always: true }),
  lastTransitionTime: field(4, time, 'Last transition time.'),
  reason: field(5, string, 'Reason.'),
  message: field(6, string, 'Message.'),
}) {}

export class NamespaceStatus extends struct({
  phase: field(1, known('Active', 'Terminating'), 'Phase.'),
  conditions: field(
    2,
    list(NamespaceCondition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }),
    'Conditions.',
  ),
}) {}

export class Namespace extends kind({
  plural: 'namespaces',
  shortNames: ['ns'],
  scope: 'Cluster',
  verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
  subresources: { status: true },
  fields: {
    spec: field(2, NamespaceSpec, 'Spec.', { written: true }),
    status: field(3, NamespaceStatus, 'Status.', { written: true }),
  },
}) {}
