/** CustomResourceConversion: ?file apiextensions/conversion. */
import { bytes, int32, oneOf, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
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

export class WebhookConversion extends struct({
  clientConfig: field(2, WebhookClientConfig, '?WebhookConversion.clientConfig'),
  conversionReviewVersions: field(3, list(string, { listType: 'atomic' }), '?WebhookConversion.conversionReviewVersions', {
    required: true,
  }),
}) {}

export class CustomResourceConversion extends struct({
  strategy: field(1, oneOf('None', 'Webhook'), '?CustomResourceConversion.strategy', { required: true }),
  webhook: field(2, WebhookConversion, '?CustomResourceConversion.webhook'),
}) {}
