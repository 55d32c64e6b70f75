/** Eviction: a request to delete a pod if its budgets allow it. */
import { DeleteOptions } from '#kinds/meta/options.ts'
import { field } from '#schema/vocabulary.ts'
import { kind } from './group.ts'

export class Eviction extends kind({
  plural: 'evictions',
  scope: 'Namespaced',
  verbs: ['create'],
  fields: {
    deleteOptions: field(2, DeleteOptions, 'How the pod is to be deleted.'),
  },
}) {}
