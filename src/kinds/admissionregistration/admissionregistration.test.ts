/** Rules, defaults and columns of webhooks and policies. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { causes, cells, type Manifest, prepared } from '#test/support/kinds.ts'
import { MutatingAdmissionPolicy } from './mutating-admission-policy.ts'
import { MutatingAdmissionPolicyBinding } from './mutating-admission-policy-binding.ts'
import { MutatingWebhookConfiguration } from './mutating-webhook-configuration.ts'
import { MutatingAdmissionPolicy as MutatingAdmissionPolicyBeta } from './v1beta1/index.ts'
import { ValidatingAdmissionPolicy } from './validating-admission-policy.ts'
import { ValidatingAdmissionPolicyBinding } from './validating-admission-policy-binding.ts'
import { ValidatingWebhookConfiguration } from './validating-webhook-configuration.ts'

const rules = [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }]
const hook = (more: object = {}): Manifest => ({
  metadata: { name: 'w' },
  webhooks: [
    {
      name: 'w.example.com',
      clientConfig: { service: { namespace: 'default', name: 'w' } },
      sideEffects: 'None',
      admissionReviewVersions: ['v1'],
      rules,
      ...more,
    },
  ],
})
for (const [rule, more, expected] of [
  ['a plain one is fine', {}, []],
  [
    'names have three parts',
    { name: 'a.b' },
    ['webhooks[0].name: Invalid value: "a.b": should be a domain with at least three segments separated by dots'],
  ],
  [
    'it is reached in one way',
    { clientConfig: {} },
    ['webhooks[0].clientConfig: Required value: exactly one of url or service is required'],
  ],
  [
    'it is reached over TLS',
    { clientConfig: { url: 'http://a' } },
    [
      'webhooks[0].clientConfig.url: Invalid value: "http": \'https\' is the only allowed URL scheme; desired format: https://host[:port]/path',
    ],
  ],
  [
    'it changes nothing else',
    { sideEffects: 'Some' },
    ['webhooks[0].sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"'],
  ],
  ['it says so', { sideEffects: undefined }, ['webhooks[0].sideEffects: Required value']],
  [
    'it answers soon',
    { timeoutSeconds: 31 },
    ['webhooks[0].timeoutSeconds: Invalid value: 31: the timeout value must be between 1 and 30 seconds'],
  ],
  [
    'it knows a version',
    { admissionReviewVersions: [] },
    ['webhooks[0].admissionReviewVersions: Required value: must specify one of v1, v1beta1'],
  ],
  [
    'everything is everything',
    { rules: [{ ...rules[0], operations: ['*', 'CREATE'] }] },
    ['webhooks[0].rules[0].operations: Invalid value: ["*","CREATE"]: if \'*\' is present, must not specify other operations'],
  ],
  [
    'conditions say something',
    { matchConditions: [{ name: 'a', expression: '' }] },
    ['webhooks[0].matchConditions[0].expression: Required value'],
  ],
] as const)
  test(`ValidatingWebhookConfiguration: ${rule}`, () => assert.deepEqual(causes(ValidatingWebhookConfiguration, hook(more)), expected))

test('webhooks fail closed, after ten seconds, for everything that the rules name', () => {
  const object = prepared(MutatingWebhookConfiguration, hook())
  const { failurePolicy, matchPolicy, timeoutSeconds, reinvocationPolicy, namespaceSelector, objectSelector, clientConfig } =
    object.webhooks[0]
  assert.deepEqual(
    [failurePolicy, matchPolicy, timeoutSeconds, reinvocationPolicy, namespaceSelector, objectSelector],
    ['Fail', 'Equivalent', 10, 'Never', {}, {}],
  )
  assert.deepEqual([clientConfig.service.port, object.webhooks[0].rules[0].scope], [443, '*'])
  assert.deepEqual(Object.values(cells(MutatingWebhookConfiguration, object, 0)), [1, '<unknown>'])
})

const matchConstraints = { resourceRules: rules }
const mutation = { patchType: 'JSONPatch', jsonPatch: { expression: '[]' } }
for (const [rule, kind, spec, expected] of [
  ['a plain one is fine', ValidatingAdmissionPolicy, { matchConstraints, validations: [{ expression: 'true' }] }, []],
  [
    'it applies to something',
    ValidatingAdmissionPolicy,
    { validations: [{ expression: 'true' }] },
    ['spec.matchConstraints: Required value'],
  ],
  [
    'it does something',
    ValidatingAdmissionPolicy,
    { matchConstraints },
    ['spec.validations: Required value: validations or auditAnnotations must be provided'],
  ],
  [
    'refusing and warning say the same',
    ValidatingAdmissionPolicyBinding,
    { policyName: 'p', validationActions: ['Deny', 'Warn'] },
    [
      'spec.validationActions: Invalid value: ["Deny","Warn"]: must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)',
    ],
  ],
  [
    'parameters are found in one way',
    MutatingAdmissionPolicyBinding,
    { policyName: 'p', paramRef: { parameterNotFoundAction: 'Deny' } },
    ['spec.paramRef: Required value: one of name or selector must be specified'],
  ],
  ['a plain mutation is fine', MutatingAdmissionPolicy, { matchConstraints, mutations: [mutation], reinvocationPolicy: 'Never' }, []],
  [
    'a patch is of its type',
    MutatingAdmissionPolicy,
    { matchConstraints, mutations: [{ patchType: 'ApplyConfiguration', jsonPatch: mutation.jsonPatch }], reinvocationPolicy: 'Never' },
    [
      'spec.mutations[0].applyConfiguration: Required value: must be specified when patchType is ApplyConfiguration',
      'spec.mutations[0].jsonPatch: Forbidden: must not be specified when patchType is ApplyConfiguration',
    ],
  ],
  [
    'and the same in the older version',
    MutatingAdmissionPolicyBeta,
    { matchConstraints, reinvocationPolicy: 'Never' },
    ['spec.mutations: Required value: mutations must contain at least one item'],
  ],
] as const)
  test(`${kind.name}: ${rule}`, () => assert.deepEqual(causes(kind, { metadata: { name: 'p' }, spec }), expected))

test('policies print their parameters', () => {
  const policy = prepared(ValidatingAdmissionPolicy, {
    spec: { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' }, validations: [{ expression: 'true' }] },
  })
  assert.deepEqual(Object.values(cells(ValidatingAdmissionPolicy, policy, 0)), [1, 'v1/ConfigMap', '<unknown>'])
  const binding = prepared(ValidatingAdmissionPolicyBinding, { spec: { policyName: 'p', paramRef: { name: 'n', namespace: 'default' } } })
  assert.deepEqual(Object.values(cells(ValidatingAdmissionPolicyBinding, binding, 0)), ['p', 'default/n', '<unknown>'])
})
