/** ParamRef: ?file admissionregistration/params. */
import { LabelSelector } from '#kinds/meta/label-selector.ts'
import { oneOf, string } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class ParamKind extends struct({
  apiVersion: field(1, string, '?ParamKind.apiVersion'),
  kind: field(2, string, '?ParamKind.kind'),
}) {}

export class ParamRef extends struct({
  name: field(1, string, '?ParamRef.name'),
  namespace: field(2, string, '?ParamRef.namespace'),
  selector: field(3, LabelSelector, '?ParamRef.selector'),
  parameterNotFoundAction: field(4, oneOf('Allow', 'Deny'), '?ParamRef.parameterNotFoundAction', { explicit: true }),
}) {}
