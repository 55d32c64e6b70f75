/** RoleRef: ?file rbac/binding. */
import { string } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class Subject extends struct({
  kind: field(1, string, '?Subject.kind', { required: true }),
  apiGroup: field(2, string, '?Subject.apiGroup'),
  name: field(3, string, '?Subject.name', { required: true }),
  namespace: field(4, string, '?Subject.namespace'),
}) {}

export class RoleRef extends struct({
  apiGroup: field(1, string, '?RoleRef.apiGroup', { written: true }),
  kind: field(2, string, '?RoleRef.kind', { required: true }),
  name: field(3, string, '?RoleRef.name', { required: true }),
}) {}
