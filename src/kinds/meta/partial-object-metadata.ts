/** PartialObjectMetadata: an object of which only the metadata is told. */
import { field, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'
import { ListMeta } from './list-meta.ts'
import { ObjectMeta } from './object-meta.ts'

export class PartialObjectMetadata extends struct({
  metadata: field(1, ObjectMeta, 'Name, labels and everything else that all objects have.', { written: true }),
}) {}

export class PartialObjectMetadataList extends struct({
  metadata: field(1, ListMeta, 'Where the list stands in time.', { written: true }),
  items: field(2, list(PartialObjectMetadata), 'The objects.', { always: true }),
}) {}
