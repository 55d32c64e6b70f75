/** PartialObjectMetadata: an object of which only the metadata is told. */
import { field, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'
import { ListMeta } from './list-meta.ts'
import { ObjectMeta } from './object-meta.ts'

export class PartialObjectMetadata extends struct({
  metadata: field(1, ObjectMeta, 'Metadata.', { written: true }),
}) {}

export class PartialObjectMetadataList extends struct({
  metadata: field(1, ListMeta, 'Metadata.', { written: true }),
  items: field(2, list(PartialObjectMetadata), 'Items.', { always: true }),
}) {}
