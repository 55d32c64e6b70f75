/** Options of requests, as query parameters or as a body. */
import { bool, int64, known, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class Preconditions extends struct({
  uid: field(1, string, 'Uid.', { explicit: true }),
  resourceVersion: field(2, string, 'Resource version.', { explicit: true }),
}) {}

export class DeleteOptions extends struct({
  gracePeriodSeconds: field(1, int64, 'Grace period seconds.', { explicit: true }),
  preconditions: field(2, Preconditions, 'Preconditions.'),
  orphanDependents: field(3, bool, 'Orphan dependents.', { explicit: true }),
  propagationPolicy: field(4, known('Orphan', 'Background', 'Foreground'), 'Propagation policy.', { explicit: true }),
  dryRun: field(5, list(string, { listType: 'atomic' }), 'Dry run.'),
  ignoreStoreReadErrorWithClusterBreakingPotential: field(6, bool, 'Ignore store read error with cluster breaking potential.', {
    explicit: true,
  }),
}) {}

export class CreateOptions extends struct({
  dryRun: field(1, list(string, { listType: 'atomic' }), 'Dry run.'),
  fieldManager: field(3, string, 'Field manager.'),
  fieldValidation: field(4, string, 'Field validation.'),
}) {}

export class UpdateOptions extends struct({
  dryRun: field(1, list(string, { listType: 'atomic' }), 'Dry run.'),
  fieldManager: field(2, string, 'Field manager.'),
  fieldValidation: field(3, string, 'Field validation.'),
}) {}

export class PatchOptions extends struct({
  dryRun: field(1, list(string, { listType: 'atomic' }), 'Dry run.'),
  force: field(2, bool, 'Force.', { explicit: true }),
  fieldManager: field(3, string, 'Field manager.'),
  fieldValidation: field(4, string, 'Field validation.'),
}) {}

export class GetOptions extends struct({
  resourceVersion: field(1, string, 'Resource version.'),
}) {}

export class ListOptions extends struct({
  labelSelector: field(1, string, 'Label selector.'),
  fieldSelector: field(2, string, 'Field selector.'),
  watch: field(3, bool, 'Watch.'),
  allowWatchBookmarks: field(9, bool, 'Allow watch bookmarks.'),
  resourceVersion: field(4, string, 'Resource version.'),
  resourceVersionMatch: field(10, known('NotOlderThan', 'Exact'), 'Resource version match.'),
  timeoutSeconds: field(5, int64, 'Timeout seconds.', { explicit: true }),
  limit: field(7, int64, 'Limit.'),
  continue: field(8, string, 'Continue.'),
  sendInitialEvents: field(11, bool, 'Send initial events.', { explicit: true }),
  shardSelector: field(15, string, 'Shard selector.'),
}) {}

export class TableOptions extends struct({
  includeObject: field(1, known('None', 'Metadata', 'Object'), 'Include object.'),
}) {}
