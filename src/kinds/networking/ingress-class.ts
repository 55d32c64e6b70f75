/** IngressClass: ?file networking/ingress-class. */
import { string } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class IngressClassParametersReference extends struct({
  apiGroup: field(1, string, '?IngressClassParametersReference.apiGroup', { explicit: true }),
  kind: field(2, string, '?IngressClassParametersReference.kind', { required: true }),
  name: field(3, string, '?IngressClassParametersReference.name', { required: true }),
  scope: field(4, string, '?IngressClassParametersReference.scope'),
  namespace: field(5, string, '?IngressClassParametersReference.namespace', { explicit: true }),
}) {}

export class IngressClassSpec extends struct({
  controller: field(1, string, '?IngressClassSpec.controller'),
  parameters: field(2, IngressClassParametersReference, '?IngressClassSpec.parameters'),
}) {}

export class IngressClass extends kind({
  plural: 'ingressclasses',
  scope: 'Cluster',
  fields: {
    spec: field(2, IngressClassSpec, '?IngressClass.spec', { written: true }),
  },
}) {}
