/** Policies, bindings and webhook configurations as objects: every verb that they have, and which of them are refused. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MutatingAdmissionPolicy } from '#kinds/admissionregistration/mutating-admission-policy.ts'
import { MutatingAdmissionPolicyBinding } from '#kinds/admissionregistration/mutating-admission-policy-binding.ts'
import { MutatingWebhookConfiguration } from '#kinds/admissionregistration/mutating-webhook-configuration.ts'
import { ValidatingAdmissionPolicy } from '#kinds/admissionregistration/validating-admission-policy.ts'
import { ValidatingAdmissionPolicyBinding } from '#kinds/admissionregistration/validating-admission-policy-binding.ts'
import { ValidatingWebhookConfiguration } from '#kinds/admissionregistration/validating-webhook-configuration.ts'
import type { AnyKind } from '#kinds/catalogue.ts'
import { conditionSteps, type Operations, runOperations } from '../support/operations.ts'
import type { Any } from '../support/resource.ts'
import { useStage } from '../support/stage.ts'
import { configuration } from '../support/webhook-configuration.ts'

const stage = useStage()
const matchConstraints = {
  resourceRules: [{ apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['deployments'] }],
}
/** Policies: whether a failure matters may change. */
const failurePolicy: Operations['writes'] = {
  patch: { spec: { failurePolicy: 'Ignore' } },
  patched: ({ spec }) => assert.equal(spec.failurePolicy, 'Ignore'),
  update: ({ spec }) => (spec.failurePolicy = 'Fail'),
  updated: ({ spec }) => assert.equal(spec.failurePolicy, 'Fail'),
}

test('[sig-api-machinery] ValidatingAdmissionPolicy [Privileged:ClusterAdmin] should support ValidatingAdmissionPolicy API operations [Conformance]', async () => {
  await runOperations(stage, {
    kind: ValidatingAdmissionPolicy,
    object: { spec: { matchConstraints, validations: [{ expression: 'object.spec.replicas <= 100' }] } },
    writes: failurePolicy,
    subresources: { status: conditionSteps({ lastTransitionTime: '2026-01-01T00:00:00Z' }) },
  })
})

test('[sig-api-machinery] ValidatingAdmissionPolicy [Privileged:ClusterAdmin] should support ValidatingAdmissionPolicyBinding API operations [Conformance]', async () => {
  await runOperations(stage, {
    kind: ValidatingAdmissionPolicyBinding,
    object: { spec: { policyName: 'replicalimit-policy.example.com', validationActions: ['Deny'] } },
    writes: {
      patch: { spec: { validationActions: ['Warn'] } },
      patched: ({ spec }) => assert.deepEqual(spec.validationActions, ['Warn']),
      update: ({ spec }) => (spec.validationActions = ['Deny']),
      updated: ({ spec }) => assert.deepEqual(spec.validationActions, ['Deny']),
    },
  })
})

test('[sig-api-machinery] MutatingAdmissionPolicy [Privileged:ClusterAdmin] should support MutatingAdmissionPolicy API operations [Conformance]', async () => {
  const expression = 'Object{ metadata: Object.metadata{ annotations: {"my-foo-annotation": "myAnnotationValue"} } }'
  await runOperations(stage, {
    kind: MutatingAdmissionPolicy,
    object: {
      spec: {
        reinvocationPolicy: 'Never',
        mutations: [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression } }],
        matchConstraints,
      },
    },
    writes: failurePolicy,
  })
})

test('[sig-api-machinery] MutatingAdmissionPolicy [Privileged:ClusterAdmin] should support MutatingAdmissionPolicyBinding API operations [Conformance]', async () => {
  await runOperations(stage, {
    kind: MutatingAdmissionPolicyBinding,
    object: { spec: { policyName: 'mutating-policy.example.com' } },
    writes: {
      patch: { spec: { matchResources: { matchPolicy: 'Exact' } } },
      patched: ({ spec }) => assert.equal(spec.matchResources.matchPolicy, 'Exact'),
      update: ({ spec }) => (spec.matchResources.matchPolicy = 'Equivalent'),
      updated: ({ spec }) => assert.equal(spec.matchResources.matchPolicy, 'Equivalent'),
    },
  })
})

const conditionsOf = ({ webhooks }: Any): object[] => webhooks[0].matchConditions
async function keepsMatchConditions(kind: AnyKind): Promise<void> {
  const configurations = stage.resource(kind)
  const first = [{ name: 'expression-1', expression: "object.metadata.namespace == 'production'" }]
  const second = [
    { name: 'expression-1', expression: "object.metadata.namespace == 'production'" },
    { name: 'expression-2', expression: "object.metadata.namespace == 'staging'" },
  ]
  await configurations.create(configuration('match-conditions', first))
  assert.deepEqual(conditionsOf(await configurations.get('match-conditions')), first)
  await configurations.change('match-conditions', ({ webhooks }) => (webhooks[0].matchConditions = second))
  assert.deepEqual(conditionsOf(await configurations.get('match-conditions')), second)
  await configurations.delete('match-conditions')
}
test('[sig-api-machinery] AdmissionWebhook [Privileged:ClusterAdmin] should be able to create and update validating webhook configurations with match conditions [Conformance]', () =>
  keepsMatchConditions(ValidatingWebhookConfiguration))
test('[sig-api-machinery] AdmissionWebhook [Privileged:ClusterAdmin] should be able to create and update mutating webhook configurations with match conditions [Conformance]', () =>
  keepsMatchConditions(MutatingWebhookConfiguration))
