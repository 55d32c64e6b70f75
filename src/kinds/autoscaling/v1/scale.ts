/** Scale: ?file autoscaling/v1/scale. */
import { int32, string } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class ScaleSpec extends struct({
  replicas: field(1, int32, '?ScaleSpec.replicas', { default: 0 }),
}) {}

export class ScaleStatus extends struct({
  replicas: field(1, int32, '?ScaleStatus.replicas', { always: true }),
  selector: field(2, string, '?ScaleStatus.selector'),
}) {}

export class Scale extends kind({
  plural: 'scales',
  scope: 'Namespaced',
  verbs: ['create'],
  fields: {
    spec: field(2, ScaleSpec, '?Scale.spec', { written: true }),
    status: field(3, ScaleStatus, '?Scale.status', { written: true }),
  },
}) {}
