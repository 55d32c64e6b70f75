/** MutatingWebhookConfiguration: ?file admissionregistration/mutating-webhook-configuration. */
import { LabelSelector } from '#kinds/meta/label-selector.ts'
import { int32, oneOf, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { MatchCondition } from './match.ts'
import { RuleWithOperations } from './rules.ts'
import { WebhookClientConfig } from './webhook-client.ts'

export class MutatingWebhook extends struct({
  name: field(1, string, '?MutatingWebhook.name', { required: true }),
  clientConfig: field(2, WebhookClientConfig, '?MutatingWebhook.clientConfig', { always: true }),
  rules: field(3, list(RuleWithOperations, { listType: 'atomic' }), '?MutatingWebhook.rules'),
  failurePolicy: field(4, oneOf('Ignore', 'Fail'), '?MutatingWebhook.failurePolicy', { explicit: true }),
  matchPolicy: field(9, oneOf('Exact', 'Equivalent'), '?MutatingWebhook.matchPolicy', { explicit: true }),
  namespaceSelector: field(5, LabelSelector, '?MutatingWebhook.namespaceSelector'),
  objectSelector: field(11, LabelSelector, '?MutatingWebhook.objectSelector'),
  sideEffects: field(6, oneOf('Unknown', 'None', 'Some', 'NoneOnDryRun'), '?MutatingWebhook.sideEffects', { required: true }),
  timeoutSeconds: field(7, int32, '?MutatingWebhook.timeoutSeconds', { explicit: true }),
  admissionReviewVersions: field(8, list(string, { listType: 'atomic' }), '?MutatingWebhook.admissionReviewVersions', { required: true }),
  reinvocationPolicy: field(10, oneOf('Never', 'IfNeeded'), '?MutatingWebhook.reinvocationPolicy', { explicit: true }),
  matchConditions: field(
    12,
    list(MatchCondition, { listType: 'map', keys: ['name'], patchKey: 'name', patchStrategy: 'merge' }),
    '?MutatingWebhook.matchConditions',
  ),
}) {}

export class MutatingWebhookConfiguration extends kind({
  plural: 'mutatingwebhookconfigurations',
  categories: ['api-extensions'],
  scope: 'Cluster',
  fields: {
    webhooks: field(
      2,
      list(MutatingWebhook, { listType: 'map', keys: ['name'], patchKey: 'name', patchStrategy: 'merge' }),
      '?MutatingWebhookConfiguration.webhooks',
    ),
  },
}) {}
