/** What services and controllers select together. One row per rule. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Mirrors } from '#client/mirrors.ts'
import { ReplicaSet } from '#kinds/apps/replica-set.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { ReplicationController } from '#kinds/core/replication-controller.ts'
import { Service } from '#kinds/core/service.ts'
import { siblingsFrom } from './siblings.ts'

interface There {
  readonly services?: readonly object[]
  readonly sets?: object
  readonly controllers?: object
}
const mirrorsOf = ({ services = [], sets, controllers }: There) => {
  const found = new Map<unknown, object | undefined>([
    [ReplicaSet, sets && { spec: { selector: sets } }],
    [ReplicationController, controllers && { spec: { selector: controllers } }],
  ])
  const of = (kind: unknown) => ({
    ready: Promise.resolve(),
    list: () => (kind === Service ? services.map(selector => ({ spec: { selector } })) : []),
    get: () => found.get(kind),
  })
  return { of } as unknown as Mirrors
}
const ownedBy = (apiVersion: string, kind: string) =>
  ({
    metadata: { namespace: 'd', labels: { app: 'web', tier: 'x' }, ownerReferences: [{ apiVersion, kind, name: 'o', controller: true }] },
  }) as unknown as Pod
const inSet = ownedBy('apps/v1', 'ReplicaSet')
const only = (key: string, value: string) => ({ key, operator: 'In', values: [value] })
const web = { matchLabels: { app: 'web' } }

const rows: readonly [rule: string, pod: Pod, there: There, selector: object | undefined][] = [
  ['nobody selects it', inSet, {}, undefined],
  ['a service does', inSet, { services: [{ app: 'web' }, { app: 'db' }, {}] }, { matchLabels: { app: 'web' }, matchExpressions: [] }],
  ['its set does', inSet, { sets: web }, { matchLabels: {}, matchExpressions: [only('app', 'web')] }],
  [
    'both do, and contradict each other',
    inSet,
    { services: [{ app: 'web' }], sets: { matchLabels: { app: 'db' } } },
    { matchLabels: { app: 'web' }, matchExpressions: [only('app', 'db')] },
  ],
  [
    'a ReplicationController overrules services',
    ownedBy('v1', 'ReplicationController'),
    { services: [{ app: 'web' }, { tier: 'x' }], controllers: { app: 'db' } },
    { matchLabels: { app: 'db', tier: 'x' }, matchExpressions: [] },
  ],
  ['sets of another version are not known', ownedBy('apps/v1beta2', 'ReplicaSet'), { sets: web }, undefined],
]
for (const [rule, pod, there, selector] of rows) test(rule, () => assert.deepEqual(siblingsFrom(mirrorsOf(there)).siblings(pod), selector))
