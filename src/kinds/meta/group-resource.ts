/** The coordinates by which kinds and resources are named: group, version, kind, resource. */
import { string } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class GroupVersionKind extends struct({
  group: field(1, string, 'The API group; empty for core.', { always: true }),
  version: field(2, string, 'The version within the group.', { always: true }),
  kind: field(3, string, 'The kind, in singular and camel case.', { always: true }),
}) {}

export class GroupResource extends struct({
  group: field(1, string, 'The API group; empty for core.', { always: true }),
  resource: field(2, string, 'The resource, in plural and lower case.', { always: true }),
}) {}
