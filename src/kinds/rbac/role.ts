/** Role: rights in a namespace. */
import { field, list } from '#schema/vocabulary.ts'
import { kind } from './group.ts'
import { PolicyRule } from './rules.ts'

export class Role extends kind({
  plural: 'roles',
  scope: 'Namespaced',
  fields: {
    rules: field(2, list(PolicyRule, { listType: 'atomic' }), 'What is allowed.', { written: true }),
  },
}) {}
