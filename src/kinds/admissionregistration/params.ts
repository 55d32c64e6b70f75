/** ParamRef: the object that carries a policy's parameters. */

import { LabelSelector } from '#kinds/meta/label-selector.ts'
import { selectorText } from '#kinds/meta/selecting.ts'
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
  {
    atomic: true,
    validate: ({ name, selector, parameterNotFoundAction }, at) => {
      if (name && selector) at.key('name').forbidden('name and selector are mutually exclusive')
      if (!name && !selector) at.required('one of name or selector must be specified')
      if (!parameterNotFoundAction) at.key('parameterNotFoundAction').required()
    },
  },
) {}

/** Parameters and their kind, as printed. */
export const paramKindText = (kind: ParamKind | undefined): string => (kind ? `${kind.apiVersion ?? ''}/${kind.kind ?? ''}` : '<unset>')
export function paramText(ref: ParamRef | undefined): string {
  if (!ref) return '<unset>'
  if (!ref.name) return selectorText(ref.selector)
  return ref.namespace ? `${ref.namespace}/${ref.name}` : ref.name
}
