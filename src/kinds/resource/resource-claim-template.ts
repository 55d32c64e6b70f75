/** ResourceClaimTemplate: claims that are made for each pod. */
import { age } from '#kinds/columns.ts'
import { ObjectMeta } from '#kinds/meta/object-meta.ts'
import { field } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { ResourceClaimSpec } from './resource-claim.ts'

export class ResourceClaimTemplateSpec extends struct({
  metadata: field(1, ObjectMeta, 'Labels and annotations for the claims.', { written: true }),
  spec: field(2, ResourceClaimSpec, 'What is wanted.', { always: true }),
}) {}

export class ResourceClaimTemplate extends kind({
  plural: 'resourceclaimtemplates',
  scope: 'Namespaced',
  fields: {
    spec: field(2, ResourceClaimTemplateSpec, 'What is wanted.', { always: true, immutable: true }),
  },
  columns: { Age: age },
}) {}
