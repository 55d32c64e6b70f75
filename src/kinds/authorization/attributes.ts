/** NonResourceAttributes: ?file authorization/attributes. */
import { FieldSelectorRequirement, LabelSelectorRequirement } from '#kinds/meta/label-selector.ts'
import { string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class FieldSelectorAttributes extends struct({
  rawSelector: field(1, string, '?FieldSelectorAttributes.rawSelector'),
  requirements: field(2, list(FieldSelectorRequirement, { listType: 'atomic' }), '?FieldSelectorAttributes.requirements'),
}) {}

export class LabelSelectorAttributes extends struct({
  rawSelector: field(1, string, '?LabelSelectorAttributes.rawSelector'),
  requirements: field(2, list(LabelSelectorRequirement, { listType: 'atomic' }), '?LabelSelectorAttributes.requirements'),
}) {}

export class ResourceAttributes extends struct({
  namespace: field(1, string, '?ResourceAttributes.namespace'),
  verb: field(2, string, '?ResourceAttributes.verb'),
  group: field(3, string, '?ResourceAttributes.group'),
  version: field(4, string, '?ResourceAttributes.version'),
  resource: field(5, string, '?ResourceAttributes.resource'),
  subresource: field(6, string, '?ResourceAttributes.subresource'),
  name: field(7, string, '?ResourceAttributes.name'),
  fieldSelector: field(8, FieldSelectorAttributes, '?ResourceAttributes.fieldSelector'),
  labelSelector: field(9, LabelSelectorAttributes, '?ResourceAttributes.labelSelector'),
}) {}

export class NonResourceAttributes extends struct({
  path: field(1, string, '?NonResourceAttributes.path'),
  verb: field(2, string, '?NonResourceAttributes.verb'),
}) {}
