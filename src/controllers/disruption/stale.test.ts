/** How long a pod says that it is to be disrupted. One row per rule. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ago, NOW, type PodTraits, podOf } from '#test/support/workloads.ts'
import { staleInMs } from './stale.ts'

const target = (secondsAgo: number, rest: object = {}): PodTraits => ({
  status: {
    conditions: [
      { type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI', lastTransitionTime: ago(secondsAgo), ...rest },
    ],
  },
})
const rows: readonly [rule: string, traits: PodTraits, wanted: number | undefined][] = [
  ['two minutes', target(0), 120_000],
  ['what is left of them', target(90), 30_000],
  ['no longer', target(500), 0],
  ['nothing is to be taken back of a pod that nobody disrupts', {}, undefined],
  ['nor of one that says so no longer', target(500, { status: 'False' }), undefined],
  ['the kubelet takes the time that it needs', target(500, { reason: 'TerminationByKubelet' }), undefined],
  ['a pod that goes is disrupted', { ...target(500), isTerminating: true }, undefined],
  ['a pod that has ended stays as it is', { ...target(500), phase: 'Failed' }, undefined],
]
for (const [rule, traits, wanted] of rows) test(rule, () => assert.equal(staleInMs(podOf('p', traits), NOW), wanted))
