/** CustomResourceConversion: how custom resources get from one version to another. */
import { bytes, int32, oneOf, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class ServiceReference extends struct({
  namespace: field(1, string, 'Namespace of the service.', { required: true }),
  name: field(2, string, 'Name of the service.', { required: true }),
  path: field(3, string, 'Path of the requests.', { explicit: true }),
  port: field(4, int32, 'Port of the service; 443 when absent.', { explicit: true, default: 443 }),
}) {}

export class WebhookClientConfig extends struct({
  url: field(3, string, 'Where the webhook is, when it is not a service.', { explicit: true }),
  service: field(1, ServiceReference, 'The service behind which the webhook is.'),
  caBundle: field(2, bytes, 'PEM encoded roots with which its certificate is checked; absent means those of the system.'),
}) {}

export class WebhookConversion extends struct({
  clientConfig: field(2, WebhookClientConfig, 'How the webhook is reached.'),
  conversionReviewVersions: field(
    3,
    list(string, { listType: 'atomic' }),
    'Versions of ConversionReview that the webhook knows, best first.',
    {
      required: true,
    },
  ),
}) {}

export class CustomResourceConversion extends struct({
  strategy: field(1, oneOf('None', 'Webhook'), 'None changes only apiVersion; Webhook asks a webhook.', { required: true }),
  webhook: field(2, WebhookConversion, 'The webhook, when the strategy is Webhook.'),
}) {}
