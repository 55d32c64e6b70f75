/** WebhookClientConfig: ?file admissionregistration/webhook-client. */
import { bytes, int32, string } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class ServiceReference extends struct({
  namespace: field(1, string, '?ServiceReference.namespace', { required: true }),
  name: field(2, string, '?ServiceReference.name', { required: true }),
  path: field(3, string, '?ServiceReference.path', { explicit: true }),
  port: field(4, int32, '?ServiceReference.port', { explicit: true }),
}) {}

export class WebhookClientConfig extends struct({
  url: field(3, string, '?WebhookClientConfig.url', { explicit: true }),
  service: field(1, ServiceReference, '?WebhookClientConfig.service'),
  caBundle: field(2, bytes, '?WebhookClientConfig.caBundle'),
}) {}
