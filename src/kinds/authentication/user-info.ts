/** UserInfo: who somebody is. */
import { string } from '#schema/scalars.ts'
import { field, list, map } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class UserInfo extends struct({
  username: field(1, string, "The user's name."),
  uid: field(2, string, 'What tells users of the same name apart.'),
  groups: field(3, list(string, { listType: 'atomic' }), "The user's groups."),
  extra: field(4, map(list(string)), 'Further attributes.'),
}) {}
