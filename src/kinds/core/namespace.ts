/** Namespace: a scope for names. */
import { age } from '#kinds/columns.ts'
import { checkFinalizer } from '#kinds/meta/metadata-rules.ts'
import { isDns1123Label } from '#kinds/meta/names.ts'
import { known, string, time } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class NamespaceSpec extends struct({
  finalizers: field(1, list(known('kubernetes'), { listType: 'atomic' }), 'Who must act before the namespace may vanish.'),
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
    'What stands in the way of deletion.',
    { always: true },
  ),
  status: field(2, known('True', 'False', 'Unknown'), 'True, False or Unknown.', { always: true }),
  lastTransitionTime: field(4, time, 'When the status last changed.'),
  reason: field(5, string, 'One word in CamelCase, for machines, saying why.'),
  message: field(6, string, 'A sentence for people.'),
}) {}

export class NamespaceStatus extends struct(
  {
    phase: field(1, known('Active', 'Terminating'), 'Active, or Terminating while it is being deleted.'),
    conditions: field(
      2,
      list(NamespaceCondition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }),
      'What is known about single aspects of the object, one entry per type.',
    ),
  },
  {
    fill: status => {
      status.phase ||= 'Active'
    },
  },
) {}

/** By this label namespaces can be selected by name (KEP-2161). */
const NAME_LABEL = 'kubernetes.io/metadata.name'
/** Held until everything in the namespace is gone. */
const FINALIZER = 'kubernetes'

export class Namespace extends kind({
  plural: 'namespaces',
  shortNames: ['ns'],
  scope: 'Cluster',
  verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
  subresources: { status: true },
  fields: {
    spec: field(2, NamespaceSpec, 'What is wanted.', { written: true }),
    status: field(3, NamespaceStatus, 'What is observed.', { written: true }),
  },
  nameCheck: isDns1123Label,
  columns: { Status: ({ status }) => status.phase ?? '', Age: age },
  selectable: { 'status.phase': ({ status }) => status.phase ?? '', name: ({ metadata }) => metadata.name ?? '' },
  fill: ({ metadata }) => {
    if (metadata.name) metadata.labels = { ...metadata.labels, [NAME_LABEL]: metadata.name }
  },
  validate: ({ metadata, spec, status }, at, before) => {
    for (const [i, finalizer] of (spec.finalizers ?? []).entries()) checkFinalizer(finalizer, at.key('spec').key('finalizers').index(i))
    const isDeleted = metadata.deletionTimestamp !== undefined
    if (before && !isDeleted && status.phase !== 'Active')
      at.key('status')
        .key('phase')
        .invalid(status.phase ?? '', "may only be 'Active' if `deletionTimestamp` is empty")
    if (before && isDeleted && status.phase !== 'Terminating')
      at.key('status')
        .key('phase')
        .invalid(status.phase ?? '', "may only be 'Terminating' if `deletionTimestamp` is not empty")
  },
  onCreate: next => {
    next.status = { phase: 'Active' }
    const finalizers = next.spec.finalizers ?? []
    next.spec.finalizers = finalizers.includes(FINALIZER) ? finalizers : [...finalizers, FINALIZER]
  },
  // Only the `finalize` subresource lifts finalizers.
  onUpdate: (next, before, { subresource }) => {
    if (subresource === 'finalize') return
    if (before.spec.finalizers) next.spec.finalizers = [...before.spec.finalizers]
    else delete next.spec.finalizers
  },
}) {}
