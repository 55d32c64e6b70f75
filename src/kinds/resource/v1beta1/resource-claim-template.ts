/** ResourceClaimTemplate: ?file resource/v1beta1/resource-claim-template. */
import { ObjectMeta } from '#kinds/meta/object-meta.ts'
import { field } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { ResourceClaimSpec } from './resource-claim.ts'

export class ResourceClaimTemplateSpec extends struct({
  metadata: field(1, ObjectMeta, '?ResourceClaimTemplateSpec.metadata', { written: true }),
  spec: field(2, ResourceClaimSpec, '?ResourceClaimTemplateSpec.spec', { always: true }),
}) {}

export class ResourceClaimTemplate extends kind({
  plural: 'resourceclaimtemplates',
  scope: 'Namespaced',
  fields: {
    spec: field(2, ResourceClaimTemplateSpec, '?ResourceClaimTemplate.spec', { always: true }),
  },
}) {}
