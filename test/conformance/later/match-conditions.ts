/** Match conditions that do not compile; expressions are evaluated in a later issue, and this file is run from then on. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MutatingWebhookConfiguration } from '#kinds/admissionregistration/mutating-webhook-configuration.ts'
import { ValidatingWebhookConfiguration } from '#kinds/admissionregistration/validating-webhook-configuration.ts'
import type { AnyKind } from '#kinds/catalogue.ts'
import { refused } from '../support/resource.ts'
import { useStage } from '../support/stage.ts'
import { configuration } from '../support/webhook-configuration.ts'

const stage = useStage()

async function refusesBadConditions(kind: AnyKind): Promise<void> {
  const bad = configuration('bad-conditions', [{ name: 'invalid-expression-1', expression: '... [] bad expression' }])
  const { message } = await refused('Invalid', stage.resource(kind).create(bad))
  assert.match(message, /compilation failed/)
}

test('[sig-api-machinery] AdmissionWebhook [Privileged:ClusterAdmin] should reject validating webhook configurations with invalid match conditions [Conformance]', () =>
  refusesBadConditions(ValidatingWebhookConfiguration))
test('[sig-api-machinery] AdmissionWebhook [Privileged:ClusterAdmin] should reject mutating webhook configurations with invalid match conditions [Conformance]', () =>
  refusesBadConditions(MutatingWebhookConfiguration))
