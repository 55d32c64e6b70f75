/** Autoscalers that want the same pods. One row per rule. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { podOf } from '#test/support/workloads.ts'
import { rivalry } from './rivals.ts'

const one = (name: string, selector: string, namespace = 'default') => ({ namespace, name, selector })
const pods = [podOf('p', { labels: { app: 'web', tier: 'front' } })]
const own = one('a', 'app=web')
const rows: readonly [rule: string, is: string | undefined, wanted: string | undefined][] = [
  ['one alone has no rival', rivalry(own, [own], pods), undefined],
  [
    'another that selects one of its pods is one',
    rivalry(own, [one('b', 'tier=front'), own], pods),
    'pods by selector app=web are controlled by multiple HPAs: [{a default} {b default}]',
  ],
  ['one that selects other pods is none', rivalry(own, [own, one('b', 'tier=back')], pods), undefined],
  ['nor one of another namespace', rivalry(own, [own, one('b', 'app=web', 'other')], pods), undefined],
  ['without pods there is nothing to fight over', rivalry(own, [own, one('b', 'app=web')], []), undefined],
]
for (const [rule, is, wanted] of rows) test(rule, () => assert.equal(is, wanted))
