/** NonResourceAttributes: what is to be done, in the terms of authorization. */
import { FieldSelectorRequirement, LabelSelectorRequirement } from '#kinds/meta/label-selector.ts'
import { string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class FieldSelectorAttributes extends struct({
  rawSelector: field(1, string, 'The selector as it stands in the query.'),
  requirements: field(2, list(FieldSelectorRequirement, { listType: 'atomic' }), 'The selector, parsed.'),
}) {}

export class LabelSelectorAttributes extends struct({
  rawSelector: field(1, string, 'The selector as it stands in the query.'),
  requirements: field(2, list(LabelSelectorRequirement, { listType: 'atomic' }), 'The selector, parsed.'),
}) {}

export class ResourceAttributes extends struct({
  namespace: field(1, string, 'Namespace of the object; empty for all, or for cluster-wide resources.'),
  verb: field(2, string, 'What is to be done.'),
  group: field(3, string, 'API group.'),
  version: field(4, string, 'API version.'),
  resource: field(5, string, 'Resource.'),
  subresource: field(6, string, 'Subresource.'),
  name: field(7, string, 'Name of the object; empty for all.'),
  fieldSelector: field(8, FieldSelectorAttributes, 'To which fields the request is limited.'),
  labelSelector: field(9, LabelSelectorAttributes, 'To which labels the request is limited.'),
}) {}

export class NonResourceAttributes extends struct({
  path: field(1, string, 'The path.'),
  verb: field(2, string, 'The method, in lower case.'),
}) {}
