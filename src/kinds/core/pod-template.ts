/** PodTemplate: a stored description of pods. */
import { containerNames, imageNames } from '#kinds/columns.ts'
import { labelsText } from '#kinds/meta/selecting.ts'
import { field } from '#schema/vocabulary.ts'
import { kind } from './group.ts'
import { PodTemplateSpec } from './pod-template-spec.ts'

export class PodTemplate extends kind({
  plural: 'podtemplates',
  scope: 'Namespaced',
  bumpsGeneration: ['template'],
  fields: {
    template: field(2, PodTemplateSpec, 'The pod that is described.', { written: true }),
  },
  columns: {
    Containers: ({ template }) => containerNames(template),
    Images: ({ template }) => imageNames(template),
    'Pod Labels': ({ template }) => labelsText(template.metadata.labels),
  },
}) {}
