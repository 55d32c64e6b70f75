/** What a pod that is sized as a whole is taken to ask for and to be limited to. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Draft } from '#schema/vocabulary.ts'
import type { PodSpec } from '../pod-spec.ts'
import { fillPod } from './defaults.ts'

type Json = Record<string, unknown>
const rows: readonly [rule: string, whole: Json, container: Json, outcome: Json][] = [
  ['a request as a whole adds no others', { requests: { memory: '1Gi' } }, { requests: { cpu: '1' } }, { requests: { memory: '1Gi' } }],
  [
    'with limits, what containers ask for is added',
    { limits: { cpu: '2' } },
    { requests: { memory: '1Gi' } },
    { limits: { cpu: '2' }, requests: { cpu: '2', memory: '1Gi' } },
  ],
  [
    'huge pages of containers limit the pod, and it asks for as many',
    { requests: { memory: '1Gi' } },
    { limits: { cpu: '1', 'hugepages-2Mi': '4Mi' } },
    { limits: { 'hugepages-2Mi': '4Mi' }, requests: { cpu: '1', memory: '1Gi', 'hugepages-2Mi': '4Mi' } },
  ],
  [
    'but for those that it asks for itself',
    { requests: { cpu: '1', 'hugepages-2Mi': '4Mi' } },
    { limits: { cpu: '1', 'hugepages-2Mi': '4Mi' } },
    { requests: { cpu: '1', 'hugepages-2Mi': '4Mi' } },
  ],
]
for (const [rule, whole, container, outcome] of rows)
  test(rule, () => {
    const spec = { resources: whole, containers: [{ name: 'c', resources: container }] } as unknown as Draft<PodSpec>
    fillPod({ spec })
    assert.deepEqual(spec.resources, outcome)
  })
