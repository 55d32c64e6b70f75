/** Options of requests, as query parameters or as a body. */
import { bool, int64, known, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class Preconditions extends struct({
  uid: field(1, string, 'The object must have this UID.', { explicit: true }),
  resourceVersion: field(2, string, 'The object must have this version.', { explicit: true }),
}) {}

export class DeleteOptions extends struct({
  gracePeriodSeconds: field(1, int64, 'Seconds for a clean end; 0 deletes at once.', { explicit: true }),
  preconditions: field(2, Preconditions, 'What must hold for the deletion to take place.'),
  orphanDependents: field(3, bool, 'Older way to keep dependents; use propagationPolicy.', { explicit: true }),
  propagationPolicy: field(
    4,
    known('Orphan', 'Background', 'Foreground'),
    'Whether dependents are kept (Orphan), deleted afterwards (Background) or before (Foreground).',
    { explicit: true },
  ),
  dryRun: field(5, list(string, { listType: 'atomic' }), 'All: everything is done but storing.'),
  ignoreStoreReadErrorWithClusterBreakingPotential: field(
    6,
    bool,
    'Whether an object that cannot be read is deleted all the same; this can break the cluster.',
    {
      explicit: true,
    },
  ),
}) {}

export class CreateOptions extends struct({
  dryRun: field(1, list(string, { listType: 'atomic' }), 'All: everything is done but storing.'),
  fieldManager: field(3, string, 'Name of who changes fields, for server-side apply.'),
  fieldValidation: field(4, string, 'What happens with unknown and repeated fields: Ignore, Warn or Strict.'),
}) {}

export class UpdateOptions extends struct({
  dryRun: field(1, list(string, { listType: 'atomic' }), 'All: everything is done but storing.'),
  fieldManager: field(2, string, 'Name of who changes fields, for server-side apply.'),
  fieldValidation: field(3, string, 'What happens with unknown and repeated fields: Ignore, Warn or Strict.'),
}) {}

export class PatchOptions extends struct({
  dryRun: field(1, list(string, { listType: 'atomic' }), 'All: everything is done but storing.'),
  force: field(2, bool, 'Whether fields of other managers are taken over.', { explicit: true }),
  fieldManager: field(3, string, 'Name of who changes fields, for server-side apply.'),
  fieldValidation: field(4, string, 'What happens with unknown and repeated fields: Ignore, Warn or Strict.'),
}) {}

export class GetOptions extends struct({
  resourceVersion: field(1, string, 'The least version that the answer must show.'),
}) {}

export class ListOptions extends struct({
  labelSelector: field(1, string, 'Only objects with such labels.'),
  fieldSelector: field(2, string, 'Only objects with such fields.'),
  watch: field(3, bool, 'Whether changes are streamed instead.'),
  allowWatchBookmarks: field(9, bool, 'Whether the watch may tell from time to time how far it has come.'),
  resourceVersion: field(4, string, 'The version that the list shows, or from which changes are streamed.'),
  resourceVersionMatch: field(10, known('NotOlderThan', 'Exact'), 'Whether that version is exact, or the least one.'),
  timeoutSeconds: field(5, int64, 'Seconds after which the watch ends.', { explicit: true }),
  limit: field(7, int64, 'The most items that a page may have.'),
  continue: field(8, string, 'Token of the next page.'),
  sendInitialEvents: field(11, bool, 'Whether the watch begins with all objects, ended by a bookmark (KEP-3157).', { explicit: true }),
  shardSelector: field(15, string, 'Only objects of one shard.'),
}) {}

export class TableOptions extends struct({
  includeObject: field(1, known('None', 'Metadata', 'Object'), 'How much of its object each row carries: None, Metadata or Object.'),
}) {}
