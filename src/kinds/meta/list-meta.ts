/** ListMeta: where a list stands in time, and how to read on. */
import { int64, string } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class ShardInfo extends struct({
  selector: field(1, string, 'The shard selector by which the list was narrowed.', { required: true }),
}) {}

export class ListMeta extends struct({
  selfLink: field(1, string, 'No longer set.'),
  resourceVersion: field(2, string, 'The revision at which the list was read; watch from here.'),
  continue: field(3, string, 'Token with which the next page is asked for; empty on the last one.'),
  remainingItemCount: field(4, int64, 'How many items follow this page, if that is known.', { explicit: true }),
  shardInfo: field(5, ShardInfo, 'Which shard of the collection this list shows, when it was asked for by shard.'),
}) {}
