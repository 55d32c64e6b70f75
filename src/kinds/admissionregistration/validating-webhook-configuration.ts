/** ValidatingWebhookConfiguration: ?file admissionregistration/validating-webhook-configuration. */
import { LabelSelector } from '#kinds/meta/label-selector.ts'
import { int32, oneOf, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { MatchCondition } from './match.ts'
import { RuleWithOperations } from './rules.ts'
import { WebhookClientConfig } from './webhook-client.ts'

export class ValidatingWebhook extends struct({
  name: field(1, string, '?ValidatingWebhook.name', { required: true }),
  clientConfig: field(2, WebhookClientConfig, '?ValidatingWebhook.clientConfig', { always: true }),
  rules: field(3, list(RuleWithOperations, { listType: 'atomic' }), '?ValidatingWebhook.rules'),
  failurePolicy: field(4, oneOf('Ignore', 'Fail'), '?ValidatingWebhook.failurePolicy', { explicit: true }),
  matchPolicy: field(9, oneOf('Exact', 'Equivalent'), '?ValidatingWebhook.matchPolicy', { explicit: true }),
  namespaceSelector: field(5, LabelSelector, '?ValidatingWebhook.namespaceSelector'),
  objectSelector: field(10, LabelSelector, '?ValidatingWebhook.objectSelector'),
  sideEffects: field(6, oneOf('Unknown', 'None', 'Some', 'NoneOnDryRun'), '?ValidatingWebhook.sideEffects', { required: true }),
  timeoutSeconds: field(7, int32, '?ValidatingWebhook.timeoutSeconds', { explicit: true }),
  admissionReviewVersions: field(8, list(string, { listType: 'atomic' }), '?ValidatingWebhook.admissionReviewVersions', { required: true }),
  matchConditions: field(
    11,
    list(MatchCondition, { listType: 'map', keys: ['name'], patchKey: 'name', patchStrategy: 'merge' }),
    '?ValidatingWebhook.matchConditions',
  ),
}) {}

export class ValidatingWebhookConfiguration extends kind({
  plural: 'validatingwebhookconfigurations',
  categories: ['api-extensions'],
  scope: 'Cluster',
  fields: {
    webhooks: field(
      2,
      list(ValidatingWebhook, { listType: 'map', keys: ['name'], patchKey: 'name', patchStrategy: 'merge' }),
      '?ValidatingWebhookConfiguration.webhooks',
    ),
  },
}) {}
