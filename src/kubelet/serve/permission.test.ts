/** Which right each path of the kubelet takes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { subresourcesOf, verbOf } from './permission.ts'

const rows: readonly [path: string, subresources: readonly string[]][] = [
  ['/stats/summary', ['stats']],
  ['/metrics', ['metrics']],
  ['/metrics/resource', ['metrics']],
  ['/logs/', ['log']],
  ['/logs/apt/history.log', ['log']],
  ['/pods', ['pods', 'proxy']],
  ['/runningpods/', ['pods', 'proxy']],
  ['/healthz', ['healthz', 'proxy']],
  ['/configz', ['configz', 'proxy']],
  ['/exec/default/web/c', ['proxy']],
  ['/logsandmore', ['proxy']],
  ['/constructor', ['proxy']],
]
for (const [path, subresources] of rows)
  test(`${path} takes ${subresources.join(' or ')}`, () => assert.deepEqual(subresourcesOf(path), subresources))
test('the verb follows from the method', () => assert.deepEqual(['GET', 'POST', 'DELETE'].map(verbOf), ['get', 'create', 'delete']))
