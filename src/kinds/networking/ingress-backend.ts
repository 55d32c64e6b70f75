/** IngressBackend: where an ingress sends requests. */

import { TypedLocalObjectReference } from '#kinds/core/references.ts'
import { isDns1123Label, isValidPortName, isValidPortNumber } from '#kinds/meta/names.ts'
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
  name: field(1, string, 'The service, in the same namespace.', { required: true, check: isDns1123Label }),
  port: field(2, ServiceBackendPort, 'Which of its ports.', { written: true }),
}) {}

export class IngressBackend extends struct(
  {
    service: field(4, IngressServiceBackend, 'A service to which requests go.'),
    resource: field(3, TypedLocalObjectReference, 'Another object to which requests go.'),
  },
  {
    validate: ({ service, resource }, at) => {
      if (service && resource) at.invalid('', 'cannot set both resource and service backends')
      else if (!service && !resource) at.invalid('', 'resource or service backend is required')
      if (!service || resource) return
      const { name, number } = service.port
      if (name && number) at.invalid('', 'cannot set both port name & port number')
      else if (name) {
        const wrong = isValidPortName(name)
        if (wrong) at.key('service').key('port').key('name').invalid(name, wrong)
      } else if (number) {
        const wrong = isValidPortNumber(number)
        if (wrong) at.key('service').key('port').key('number').invalid(number, wrong)
      } else at.required('port name or number is required')
    },
  },
) {}
