/** PodTemplateSpec: the pods that a workload makes. */

import { checkAnnotations, checkLabels } from '#kinds/meta/label-rules.ts'
import { ObjectMeta } from '#kinds/meta/object-meta.ts'
import { field } from '#schema/vocabulary.ts'
import { struct } from './group.ts'
import { checkPodAnnotations } from './pod/annotation-rules.ts'
import { checkSpec } from './pod/spec-rules.ts'
import { PodSpec } from './pod-spec.ts'

export class PodTemplateSpec extends struct(
  {
    metadata: field(1, ObjectMeta, 'Labels and annotations of the pods that are made.', { written: true }),
    spec: field(2, PodSpec, 'What is wanted of the pods that are made.', { written: true }),
  },
  {
    // Upstream names the labels of a template without their `metadata`.
    validate: ({ metadata, spec }, at) => {
      checkLabels(metadata.labels ?? {}, at.key('labels'))
      checkAnnotations(metadata.annotations ?? {}, at.key('annotations'))
      checkPodAnnotations(metadata.annotations ?? {}, spec, at.key('annotations'))
      checkSpec(spec, at.key('spec'))
      if (spec.ephemeralContainers?.length)
        at.key('spec').key('ephemeralContainers').forbidden('ephemeral containers not allowed in pod template')
    },
  },
) {}
