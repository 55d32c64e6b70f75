/** ObjectMeta: what every stored object carries. */
import { bool, fieldsV1, int64, string, time } from '#schema/scalars.ts'
import { field, list, map } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class OwnerReference extends struct(
  {
    kind: field(1, string, 'Kind of the owner.', { always: true }),
    name: field(3, string, 'Name of the owner.', { always: true }),
    uid: field(4, string, 'UID of the owner; an owner of the same name but another UID is another owner.', { always: true }),
    apiVersion: field(5, string, 'API version of the owner.', { always: true }),
    controller: field(6, bool, 'Whether this owner manages the object; at most one does.', { explicit: true }),
    blockOwnerDeletion: field(7, bool, 'Whether a foreground deletion of the owner waits for this object.', { explicit: true }),
  },
  { atomic: true },
) {}

export class ManagedFieldsEntry extends struct({
  manager: field(1, string, 'Who manages these fields.'),
  operation: field(2, string, 'Apply or Update.'),
  apiVersion: field(3, string, 'The version in which the field paths are written.'),
  time: field(4, time, 'When the set of fields last changed.'),
  fieldsType: field(6, string, 'Format of the field set; always FieldsV1.'),
  fieldsV1: field(7, fieldsV1, 'The set of managed fields.'),
  subresource: field(8, string, 'The subresource through which the fields were written, if any.'),
}) {}

export class ObjectMeta extends struct({
  name: field(1, string, 'Unique within kind and namespace; cannot be changed.'),
  generateName: field(2, string, 'Prefix from which the server makes a unique name when name is empty.'),
  namespace: field(3, string, 'The namespace that holds the object; empty for cluster-wide kinds.'),
  selfLink: field(4, string, 'No longer set.'),
  uid: field(5, string, 'Unique over all objects of all times; set by the server.'),
  resourceVersion: field(6, string, 'Opaque version of the object, for optimistic concurrency and watches.'),
  generation: field(7, int64, 'Counts the changes of the wanted state.'),
  creationTimestamp: field(8, time, 'When the object was created, set by the server.'),
  deletionTimestamp: field(9, time, 'When the object is to be gone; set by the server on a graceful deletion.'),
  deletionGracePeriodSeconds: field(10, int64, 'Seconds that a graceful deletion may take.', { explicit: true }),
  labels: field(11, map(string), 'Names and values by which the object can be selected.'),
  annotations: field(12, map(string), 'Names and values for tools and people; not selectable.'),
  ownerReferences: field(
    13,
    list(OwnerReference, { listType: 'map', keys: ['uid'], patchKey: 'uid', patchStrategy: 'merge' }),
    'Objects this one depends on; with the last of them it is deleted.',
  ),
  finalizers: field(14, list(string, { listType: 'set', patchStrategy: 'merge' }), 'Who must act before the object may vanish.'),
  managedFields: field(17, list(ManagedFieldsEntry, { listType: 'atomic' }), 'Which manager owns which fields (server-side apply).'),
}) {}
