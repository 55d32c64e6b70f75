/** Binding: ties a pod to a node. */
import { field } from '#schema/vocabulary.ts'
import { kind } from './group.ts'
import { ObjectReference } from './references.ts'

export class Binding extends kind({
  plural: 'bindings',
  scope: 'Namespaced',
  verbs: ['create'],
  fields: {
    target: field(2, ObjectReference, 'The node that the pod is bound to.', { always: true }),
  },
  validate: ({ target }, at) => {
    if (target.kind && target.kind !== 'Node') at.key('target').key('kind').unsupported(target.kind, ['Node', '<empty>'])
    if (!target.name) at.key('target').key('name').required()
  },
}) {}
