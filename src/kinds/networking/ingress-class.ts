/** IngressClass: the controller that serves ingresses. */
import { age } from '#kinds/columns.ts'
import { isDns1123Label, isDomainPrefixedPath } from '#kinds/meta/names.ts'
import { string } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class IngressClassParametersReference extends struct(
  {
    apiGroup: field(1, string, 'API group of the parameters; empty for core.', { explicit: true }),
    kind: field(2, string, 'Kind of the parameters.', { required: true }),
    name: field(3, string, 'Name of the parameters.', { required: true }),
    scope: field(4, string, 'Cluster or Namespace, depending on where the parameters live.', { explicit: true, default: 'Cluster' }),
    namespace: field(5, string, 'Namespace of the parameters, when scope is Namespace.', { explicit: true }),
  },
  {
    validate: ({ scope, namespace }, at) => {
      if (scope !== 'Cluster' && scope !== 'Namespace') at.key('scope').unsupported(scope, ['Cluster', 'Namespace'])
      if (scope === 'Cluster' && namespace !== undefined) at.key('namespace').forbidden("`parameters.scope` is set to 'Cluster'")
      if (scope !== 'Namespace') return
      const wrong = namespace && isDns1123Label(namespace)
      if (!namespace) at.key('namespace').required("`parameters.scope` is set to 'Namespace'")
      if (wrong) at.key('namespace').invalid(namespace, wrong)
    },
  },
) {}

export class IngressClassSpec extends struct(
  {
    controller: field(1, string, 'The controller that serves this class, as a domain and a path.', { immutable: true }),
    parameters: field(2, IngressClassParametersReference, 'Further configuration for the controller.'),
  },
  {
    validate: ({ controller = '' }, at) => {
      const wrong = isDomainPrefixedPath(controller)
      if (controller.length > CONTROLLER_MAX_BYTES) at.key('controller').tooLong(CONTROLLER_MAX_BYTES)
      if (wrong) at.key('controller').invalid(controller, wrong)
    },
  },
) {}

export class IngressClass extends kind({
  plural: 'ingressclasses',
  scope: 'Cluster',
  fields: {
    spec: field(2, IngressClassSpec, 'What is wanted.', { written: true }),
  },
  columns: {
    Controller: ({ spec }) => spec.controller ?? '',
    Parameters: ({ spec: { parameters } }) =>
      parameters ? `${parameters.kind}${parameters.apiGroup === undefined ? '' : `.${parameters.apiGroup}`}/${parameters.name}` : '<none>',
    Age: age,
  },
  bumpsGeneration: ['spec'],
}) {}

const CONTROLLER_MAX_BYTES = 250
