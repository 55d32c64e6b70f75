/** Pod: containers that run together on one node. */
import { field } from '#schema/vocabulary.ts'
import { kind } from './group.ts'
import { PodSpec } from './pod-spec.ts'
import { PodStatus } from './pod-status.ts'

export class Pod extends kind({
  plural: 'pods',
  shortNames: ['po'],
  categories: ['all'],
  scope: 'Namespaced',
  subresources: { status: true },
  bumpsGeneration: ['spec'],
  fields: {
    spec: field(2, PodSpec, 'Spec.', { written: true }),
    status: field(3, PodStatus, 'Status.', { written: true }),
  },
}) {}
