/** UserInfo: ?file authentication/user-info. */
import { string } from '#schema/scalars.ts'
import { field, list, map } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class UserInfo extends struct({
  username: field(1, string, '?UserInfo.username'),
  uid: field(2, string, '?UserInfo.uid'),
  groups: field(3, list(string, { listType: 'atomic' }), '?UserInfo.groups'),
  extra: field(4, map(list(string)), '?UserInfo.extra'),
}) {}
