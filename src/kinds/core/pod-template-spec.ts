/** PodTemplateSpec: the pods that a workload makes. */

import { ObjectMeta } from '#kinds/meta/object-meta.ts'
import { field } from '#schema/vocabulary.ts'
import { struct } from './group.ts'
import { PodSpec } from './pod-spec.ts'

export class PodTemplateSpec extends struct({
  metadata: field(1, ObjectMeta, 'Metadata.', { written: true }),
  spec: field(2, PodSpec, 'Spec.', { written: true }),
}) {}
