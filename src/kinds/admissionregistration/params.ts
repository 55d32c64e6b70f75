/** ParamRef: the object that carries a policy's parameters. */
import { LabelSelector } from '#kinds/meta/label-selector.ts'
import { oneOf, string } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class ParamKind extends struct(
  {
    apiVersion: field(1, string, 'API version of the parameters.'),
    kind: field(2, string, 'Kind of the parameters.'),
  },
  { atomic: true },
) {}

export class ParamRef extends struct(
  {
    name: field(1, string, 'Name of the parameters.'),
    namespace: field(2, string, 'Namespace of the parameters; absent means that of the request.'),
    selector: field(3, LabelSelector, 'Labels of the parameters, instead of a name.'),
    parameterNotFoundAction: field(4, oneOf('Allow', 'Deny'), 'Whether a request passes when there are no parameters.', { explicit: true }),
  },
  { atomic: true },
) {}
