/** The objects of API priority and fairness: every verb that they have. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FlowSchema } from '#kinds/flowcontrol/flow-schema.ts'
import { PriorityLevelConfiguration } from '#kinds/flowcontrol/priority-level-configuration.ts'
import { conditionSteps, runOperations } from '../support/operations.ts'
import { useStage } from '../support/stage.ts'

const stage = useStage()

test('[sig-api-machinery] API priority and fairness should support FlowSchema API operations [Conformance]', async () => {
  const rules = [
    {
      subjects: [{ kind: 'User', user: { name: 'example-e2e-non-existent-user' } }],
      nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
    },
  ]
  await runOperations(stage, {
    kind: FlowSchema,
    object: {
      spec: {
        matchingPrecedence: 10_000,
        priorityLevelConfiguration: { name: 'global-default' },
        distinguisherMethod: { type: 'ByUser' },
        rules,
      },
    },
    writes: {
      patch: { spec: { matchingPrecedence: 9_999 } },
      patched: ({ spec }) => assert.equal(spec.matchingPrecedence, 9_999),
      update: ({ spec }) => (spec.matchingPrecedence = 9_998),
      updated: ({ spec }) => assert.equal(spec.matchingPrecedence, 9_998),
    },
    subresources: { status: conditionSteps() },
  })
})

test('[sig-api-machinery] API priority and fairness should support PriorityLevelConfiguration API operations [Conformance]', async () => {
  await runOperations(stage, {
    kind: PriorityLevelConfiguration,
    object: { spec: { type: 'Limited', limited: { nominalConcurrencyShares: 2, limitResponse: { type: 'Reject' } } } },
    writes: {
      patch: { spec: { limited: { nominalConcurrencyShares: 4 } } },
      patched: ({ spec }) => assert.equal(spec.limited.nominalConcurrencyShares, 4),
      update: ({ spec }) => (spec.limited.nominalConcurrencyShares = 5),
      updated: ({ spec }) => assert.equal(spec.limited.nominalConcurrencyShares, 5),
    },
    subresources: { status: conditionSteps() },
  })
})
