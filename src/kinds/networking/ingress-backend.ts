/** IngressBackend: ?file networking/ingress-backend. */
import { TypedLocalObjectReference } from '#kinds/core/references.ts'
import { int32, string } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class ServiceBackendPort extends struct({
  name: field(1, string, '?ServiceBackendPort.name'),
  number: field(2, int32, '?ServiceBackendPort.number'),
}) {}

export class IngressServiceBackend extends struct({
  name: field(1, string, '?IngressServiceBackend.name', { required: true }),
  port: field(2, ServiceBackendPort, '?IngressServiceBackend.port', { written: true }),
}) {}

export class IngressBackend extends struct({
  service: field(4, IngressServiceBackend, '?IngressBackend.service'),
  resource: field(3, TypedLocalObjectReference, '?IngressBackend.resource'),
}) {}
