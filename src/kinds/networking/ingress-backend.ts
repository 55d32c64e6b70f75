/** IngressBackend: where an ingress sends requests. */
import { TypedLocalObjectReference } from '#kinds/core/references.ts'
import { int32, string } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class ServiceBackendPort extends struct(
  {
    name: field(1, string, "Name of the service's port."),
    number: field(2, int32, "Number of the service's port."),
  },
  { atomic: true },
) {}

export class IngressServiceBackend extends struct({
  name: field(1, string, 'The service, in the same namespace.', { required: true }),
  port: field(2, ServiceBackendPort, 'Which of its ports.', { written: true }),
}) {}

export class IngressBackend extends struct({
  service: field(4, IngressServiceBackend, 'A service to which requests go.'),
  resource: field(3, TypedLocalObjectReference, 'Another object to which requests go.'),
}) {}
