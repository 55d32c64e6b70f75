/** What a revision of a template holds. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ControllerRevision } from '#kinds/apps/controller-revision.ts'
import { historyOf, type Versioned } from './history.ts'

const owner = (template: object) =>
  ({
    metadata: { name: 'web', namespace: 'default' },
    spec: { template: { metadata: {}, ...template } },
    status: {},
  }) as unknown as Versioned
const dataOf = (template: object) => {
  const { create } = historyOf(owner(template), { revisions: [], refusals: [], label: 'hash' })
  const [revision] = create.map(({ object }) => object as ControllerRevision)
  return JSON.stringify(revision?.data)
}

test('the members of a revision stand in the order of their names, whatever the order of the template', () => {
  const expected =
    '{"spec":{"template":{"$patch":"replace","metadata":{},"spec":{"containers":[{"image":"a","name":"b"}],"dnsPolicy":"Default"}}}}'
  assert.equal(dataOf({ spec: { dnsPolicy: 'Default', containers: [{ name: 'b', image: 'a' }] } }), expected)
  assert.equal(dataOf({ spec: { containers: [{ image: 'a', name: 'b' }], dnsPolicy: 'Default' } }), expected)
})
