/** ValidatingWebhookConfiguration: webhooks that may refuse requests. */
import { age } from '#kinds/columns.ts'
import { LabelSelector } from '#kinds/meta/label-selector.ts'
import { int32, oneOf, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { MatchCondition } from './match.ts'
import { RuleWithOperations } from './rules.ts'
import { WebhookClientConfig } from './webhook-client.ts'
import { checkWebhook } from './webhook-rules.ts'

export class ValidatingWebhook extends struct(
  {
    name: field(1, string, 'Name of the webhook, with a domain.', { required: true }),
    clientConfig: field(2, WebhookClientConfig, 'How the webhook is reached.', { always: true }),
    rules: field(3, list(RuleWithOperations, { listType: 'atomic' }), 'The requests that it sees.'),
    failurePolicy: field(4, oneOf('Ignore', 'Fail'), 'Whether a request passes when the webhook cannot be reached.', {
      explicit: true,
      default: 'Fail',
    }),
    matchPolicy: field(9, oneOf('Exact', 'Equivalent'), 'Whether rules also match through other versions of a resource.', {
      explicit: true,
      default: 'Equivalent',
    }),
    namespaceSelector: field(5, LabelSelector, 'Namespaces whose objects it sees.', { default: {} }),
    objectSelector: field(10, LabelSelector, 'Objects that it sees.', { default: {} }),
    sideEffects: field(6, oneOf('Unknown', 'None', 'Some', 'NoneOnDryRun'), 'Whether calling it changes anything beyond the answer.', {
      explicit: true,
      required: true,
    }),
    timeoutSeconds: field(7, int32, 'How long to wait for its answer, in seconds.', { explicit: true, default: 10 }),
    admissionReviewVersions: field(8, list(string, { listType: 'atomic' }), 'Versions of AdmissionReview that it knows, best first.', {
      always: true,
    }),
    matchConditions: field(
      11,
      list(MatchCondition, { listType: 'map', keys: ['name'], patchKey: 'name', patchStrategy: 'merge' }),
      'CEL conditions under which it is called.',
    ),
  },
  { validate: checkWebhook },
) {}

export class ValidatingWebhookConfiguration extends kind({
  plural: 'validatingwebhookconfigurations',
  categories: ['api-extensions'],
  scope: 'Cluster',
  fields: {
    webhooks: field(
      2,
      list(ValidatingWebhook, { listType: 'map', keys: ['name'], patchKey: 'name', patchStrategy: 'merge', unique: true }),
      'The webhooks.',
    ),
  },
  bumpsGeneration: ['webhooks'],
  columns: { Webhooks: { type: 'integer', cell: ({ webhooks }) => webhooks?.length ?? 0 }, Age: age },
}) {}
