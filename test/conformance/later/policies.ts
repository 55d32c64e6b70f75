/** Admission policies at work: what they refuse and what they change. Run from the issue on that serves them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MutatingAdmissionPolicy } from '#kinds/admissionregistration/mutating-admission-policy.ts'
import { MutatingAdmissionPolicyBinding } from '#kinds/admissionregistration/mutating-admission-policy-binding.ts'
import { ValidatingAdmissionPolicy } from '#kinds/admissionregistration/validating-admission-policy.ts'
import { ValidatingAdmissionPolicyBinding } from '#kinds/admissionregistration/validating-admission-policy-binding.ts'
import { Deployment } from '#kinds/apps/deployment.ts'
import { ReplicaSet } from '#kinds/apps/replica-set.ts'
import { Namespace } from '#kinds/core/namespace.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { eventually } from '../support/eventually.ts'
import { type Any, type Resource, refused } from '../support/resource.ts'
import { useStage } from '../support/stage.ts'

const stage = useStage()

/** A namespace that the policies of one test select, and nobody else's. */
async function selectedNamespace(base: string): Promise<string> {
  const name = await stage.namespace(base)
  await stage.resource(Namespace).patch(name, { metadata: { labels: { [base]: 'true' } } })
  return name
}
const constraints = (base: string) => ({
  resourceRules: [{ apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['deployments'] }],
  namespaceSelector: { matchLabels: { [base]: 'true' } },
})
const workload = (name: string, replicas: number) => ({
  metadata: { name },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'test' } },
    template: { metadata: { labels: { app: 'test' } }, spec: { containers: [{ name: 'nginx', image: 'nginx:latest' }] } },
  },
})

/** Puts a policy of validations into force; resolves when it refuses what it must. */
async function enforced(base: string, spec: object): Promise<Resource> {
  const namespace = await selectedNamespace(base)
  await stage
    .resource(ValidatingAdmissionPolicy)
    .create({ metadata: { name: `${base}.example.com` }, spec: { matchConstraints: constraints(base), ...spec } })
  await stage
    .resource(ValidatingAdmissionPolicyBinding)
    .create({ metadata: { name: `${base}-binding` }, spec: { policyName: `${base}.example.com`, validationActions: ['Deny'] } })
  const deployments = stage.resource(Deployment, namespace)
  await eventually(async () => {
    const created = await deployments.create(workload('marker', 1)).then(
      () => true,
      (error: unknown) => {
        if (!isRefusal(error, 'Invalid')) throw error
        return false
      },
    )
    if (created) await deployments.delete('marker')
    assert(!created, 'the policy is not in force')
  })
  return deployments
}

test('[sig-api-machinery] ValidatingAdmissionPolicy [Privileged:ClusterAdmin] should validate against a Deployment [Conformance]', async () => {
  const deployments = await enforced('validated', {
    validations: [
      { expression: 'object.spec.replicas > 1', messageExpression: "'wants replicas > 1, got ' + string(object.spec.replicas)" },
      { expression: "namespaceObject.metadata.labels['validated'] == 'true'", message: 'Other namespaces should not be selected.' },
    ],
  })
  const { message } = await refused('Invalid', deployments.create(workload('marker', 1)))
  assert.match(message, /wants replicas > 1, got 1/)
  await deployments.create(workload('replicated', 2))
  // The policy is about deployments only.
  await stage.resource(ReplicaSet, deployments.namespace).create(workload('non-replicated', 1))
})

test('[sig-api-machinery] ValidatingAdmissionPolicy [Privileged:ClusterAdmin] should allow expressions to refer variables. [Conformance]', async () => {
  const deployments = await enforced('variables', {
    variables: [
      { name: 'replicas', expression: 'object.spec.replicas' },
      { name: 'oddReplicas', expression: 'variables.replicas % 2 == 1' },
    ],
    validations: [{ expression: 'variables.replicas > 1' }, { expression: 'variables.oddReplicas' }],
  })
  for (const replicas of [1, 4]) await refused('Invalid', deployments.create(workload('refused', replicas)))
  await deployments.create(workload('odd', 3))
})

/** Puts a policy with one mutation into force and gives what becomes of a deployment. */
async function mutated(base: string, expression: string): Promise<Any> {
  const namespace = await selectedNamespace(base)
  await stage.resource(MutatingAdmissionPolicy).create({
    metadata: { name: `${base}.example.com` },
    spec: {
      matchConstraints: constraints(base),
      reinvocationPolicy: 'Never',
      mutations: [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression } }],
    },
  })
  await stage
    .resource(MutatingAdmissionPolicyBinding)
    .create({ metadata: { name: `${base}-binding` }, spec: { policyName: `${base}.example.com` } })
  const deployments = stage.resource(Deployment, namespace)
  let made = 0
  return await eventually(async () => {
    const { metadata, spec } = await deployments.create(workload(`test-${++made}`, 2))
    assert(metadata.annotations?.['mutated-by'] ?? spec.replicas !== 2, 'nothing was changed')
    return { metadata, spec }
  })
}

test('[sig-api-machinery] MutatingAdmissionPolicy [Privileged:ClusterAdmin] should mutate a Deployment [Conformance]', async () => {
  const { spec } = await mutated('mutated', 'Object{ spec: Object.spec{ replicas: object.spec.replicas + 1 } }')
  assert.equal(spec.replicas, 3)
})

test('[sig-api-machinery] MutatingAdmissionPolicy [Privileged:ClusterAdmin] should mutate a Deployment with annotations [Conformance]', async () => {
  const { metadata } = await mutated(
    'annotated',
    'Object{ metadata: Object.metadata{ annotations: { "mutated-by": "admission-policy" } } }',
  )
  assert.equal(metadata.annotations['mutated-by'], 'admission-policy')
})
