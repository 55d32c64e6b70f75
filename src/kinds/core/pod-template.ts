/** PodTemplate: a stored description of pods. */
import { field } from '#schema/vocabulary.ts'
import { kind } from './group.ts'
import { PodTemplateSpec } from './pod-template-spec.ts'

export class PodTemplate extends kind({
  plural: 'podtemplates',
  scope: 'Namespaced',
  bumpsGeneration: ['template'],
  fields: {
    template: field(2, PodTemplateSpec, 'Template.', { written: true }),
  },
}) {}
