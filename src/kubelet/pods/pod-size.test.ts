/** What a pod's status tells of its size. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { podSize } from './pod-size.ts'
import { grantsOf } from './resize.ts'

const pod = (resources: object | undefined, ...containers: readonly object[]) =>
  ({ spec: { ...(resources && { resources }), containers: containers.map((own, at) => ({ name: `c${at}`, resources: own })) } }) as never
const [one, two] = [{ requests: { cpu: '1' } }, { requests: { cpu: '2' } }]
const both = { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '2' } }

const rows: readonly [string, ReturnType<typeof podSize>, object][] = [
  ['one that asks for nothing', podSize(pod(undefined, {}), undefined, true), { resources: {} }],
  [
    'the sum of its containers, and limits where all are limited',
    podSize(pod(undefined, both, one), undefined, true),
    { allocatedResources: { cpu: '2', memory: '1Gi' }, resources: { requests: { cpu: '2', memory: '1Gi' } } },
  ],
  [
    'what it asks for as a whole goes before',
    podSize(pod(both, one), undefined, true),
    { allocatedResources: both.requests, resources: both },
  ],
  [
    'while it changes, what is in force is what its group has',
    podSize(pod(two, {}), grantsOf(pod(one, {})), true),
    { allocatedResources: two.requests, resources: one },
  ],
  [
    'before it runs, what is granted',
    podSize(pod(two, {}), grantsOf(pod(one, {})), false),
    { allocatedResources: two.requests, resources: two },
  ],
]
for (const [rule, told, expected] of rows) test(rule, () => assert.deepEqual(told, expected))
