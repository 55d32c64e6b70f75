/** Rules, defaults and columns of flow control. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { causes, cells, prepared } from '#test/support/kinds.ts'
import { FlowSchema } from './flow-schema.ts'
import { PriorityLevelConfiguration } from './priority-level-configuration.ts'

const rules = [{ subjects: [{ kind: 'User', user: { name: 'ann' } }], nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['/healthz'] }] }]
const schema = (spec: object) => ({ metadata: { name: 's' }, spec: { priorityLevelConfiguration: { name: 'l' }, rules, ...spec } })
for (const [rule, kind, manifest, expected] of [
  ['a plain one is fine', FlowSchema, schema({}), []],
  [
    'precedence has bounds',
    FlowSchema,
    schema({ matchingPrecedence: 10_001 }),
    ['spec.matchingPrecedence: Invalid value: 10001: must not be greater than 10000'],
  ],
  [
    'only one comes first',
    FlowSchema,
    schema({ matchingPrecedence: 1 }),
    ["spec.matchingPrecedence: Invalid value: 1: only the schema named 'exempt' may have matchingPrecedence 1"],
  ],
  [
    'rules speak of requests',
    FlowSchema,
    schema({ rules: [{ subjects: rules[0]?.subjects }] }),
    ['spec.rules[0]: Required value: at least one of resourceRules and nonResourceRules has to be non-empty'],
  ],
  [
    'limits are there',
    PriorityLevelConfiguration,
    { spec: { type: 'Limited' } },
    ['spec.limited: Required value: must not be empty when type is Limited'],
  ],
  [
    'what is turned away does not wait',
    PriorityLevelConfiguration,
    { spec: { type: 'Limited', limited: { limitResponse: { type: 'Reject', queuing: {} } } } },
    ['spec.limited.limitResponse.queuing: Forbidden: must be nil if limited.limitResponse.type is not Limited'],
  ],
] as const)
  test(`${kind.name}: ${rule}`, () => assert.deepEqual(causes(kind, manifest), expected))

test('PriorityLevelConfiguration: queues have a size', () => {
  const object = prepared(PriorityLevelConfiguration, {
    spec: { type: 'Limited', limited: { limitResponse: { type: 'Queue', queuing: {} } } },
  })
  assert.deepEqual(Object.values(cells(PriorityLevelConfiguration, object, 0)), ['Limited', 30, 64, 8, 50, '<unknown>'])
})
test('FlowSchema: columns', () =>
  assert.deepEqual(Object.values(cells(FlowSchema, prepared(FlowSchema, schema({})), 0)), ['l', 1_000, '<none>', '<unknown>', '?']))
