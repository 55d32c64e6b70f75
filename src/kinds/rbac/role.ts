/** Role: rights in a namespace. */
import { createdAt } from '#kinds/columns.ts'
import { isPathSegmentName } from '#kinds/meta/names.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind } from './group.ts'
import { checkRules, PolicyRule } from './rules.ts'

export class Role extends kind({
  plural: 'roles',
  scope: 'Namespaced',
  fields: {
    rules: field(2, list(PolicyRule, { listType: 'atomic' }), 'What is allowed.', { written: true }),
  },
  nameCheck: isPathSegmentName,
  columns: { 'Created At': createdAt },
  validate: ({ rules }, at) => checkRules(rules, at.key('rules'), true),
}) {}
