/** What a pod needs a node to be able to do. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pathAt } from '#schema/path.ts'
import { checkDeclaredFeatures, DECLARED_FEATURES, lackingToBecome, lackingToRun } from './declared-features.ts'

const pod = (spec: object = {}) => ({ spec: { containers: [], ...spec } }) as never
const init = (cpu: string, restartPolicy?: string) =>
  pod({ initContainers: [{ name: 'i', restartPolicy, resources: { requests: { cpu } } }] })
const rules = [{ action: 'RestartAllContainers', exitCodes: { operator: 'In', values: [1] } }]

test('a pod that may restart as a whole goes where that can be done', () => {
  const restarting = pod({ containers: [{ name: 'c', restartPolicy: 'Never', restartPolicyRules: rules }] })
  assert.deepEqual(lackingToRun(restarting, undefined), ['RestartAllContainersOnContainerExits'])
  assert.deepEqual(lackingToRun(restarting, DECLARED_FEATURES), [])
  assert.deepEqual(lackingToRun(pod(), undefined), [])
})
const rows: readonly [string, never, never, readonly string[]][] = [
  ['nothing changes', pod(), pod(), []],
  ['the size of the pod as a whole', pod({ resources: { requests: { cpu: '1' } } }), pod(), ['InPlacePodLevelResourcesVerticalScaling']],
  ['an init container', init('1'), init('2'), ['InPlacePodVerticalScalingInitContainers']],
  ['a sidecar is older', init('1', 'Always'), init('2', 'Always'), []],
]
for (const [rule, next, before, expected] of rows)
  test(`a change: ${rule}`, () => {
    assert.deepEqual(lackingToBecome(next, before, []), expected)
    assert.deepEqual(lackingToBecome(next, before, DECLARED_FEATURES), [])
  })
test('a node lists names, each once, in order', () => {
  const at = pathAt()
  checkDeclaredFeatures(['B', 'A', 'A', 'a b'], at)
  assert.deepEqual(
    at.problems.map(({ field, message }) => `${field} ${message.slice(0, 60)}`),
    [
      '[1] Invalid value: "A": list must be sorted alphabetically',
      '[2] Duplicate value: "A"',
      '[3] Invalid value: "a b": invalid feature name "a b": must start',
    ],
  )
})
test('what Knarr declares keeps to that', () => {
  const at = pathAt()
  checkDeclaredFeatures(DECLARED_FEATURES, at)
  assert.deepEqual(at.problems, [])
})
