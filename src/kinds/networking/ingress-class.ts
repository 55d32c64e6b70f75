/** IngressClass: the controller that serves ingresses. */
import { string } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class IngressClassParametersReference extends struct({
  apiGroup: field(1, string, 'API group of the parameters; empty for core.', { explicit: true }),
  kind: field(2, string, 'Kind of the parameters.', { required: true }),
  name: field(3, string, 'Name of the parameters.', { required: true }),
  scope: field(4, string, 'Cluster or Namespace, depending on where the parameters live.', { explicit: true }),
  namespace: field(5, string, 'Namespace of the parameters, when scope is Namespace.', { explicit: true }),
}) {}

export class IngressClassSpec extends struct({
  controller: field(1, string, 'The controller that serves this class, as a domain and a path.'),
  parameters: field(2, IngressClassParametersReference, 'Further configuration for the controller.'),
}) {}

export class IngressClass extends kind({
  plural: 'ingressclasses',
  scope: 'Cluster',
  fields: {
    spec: field(2, IngressClassSpec, 'What is wanted.', { written: true }),
  },
}) {}
