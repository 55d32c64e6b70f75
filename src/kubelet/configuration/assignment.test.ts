/** Which of a node's configurations is in use, and what its status says of them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { choose, configStatus, type Configuration, configurationIn, type Memory, trialEnd } from './assignment.ts'
import { SETTINGS_DEFAULT } from './settings.ts'

const OWN = { ...SETTINGS_DEFAULT, podsMax: 7 }
const source = { namespace: 'kube-system', name: 'node', kubeletConfigKey: 'kubelet' }
const configuration = (name: string, lines: string): Configuration => ({
  source: { ...source, name },
  text: `apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n${lines}`,
})
const good = configuration('good', 'maxPods: 10')
const better = configuration('better', 'maxPods: 20')
const bad = configuration('bad', 'maxPods: many')
const WHY = 'failed to validate config: maxPods: "many" is no whole number from 0 to 2147483647; give one like 110'

const rows: readonly [rule: string, memory: Memory, podsMax: number, active: string | undefined, error: string | undefined][] = [
  ['nothing is assigned', {}, 7, undefined, undefined],
  ['nothing is assigned any more', { lastKnownGood: good }, 7, undefined, undefined],
  ['what is assigned', { assigned: better, lastKnownGood: good }, 20, 'better', undefined],
  ['what is assigned is wrong: the last that was right', { assigned: bad, lastKnownGood: good }, 10, 'good', WHY],
  ['what is assigned is wrong, and none was right: its own', { assigned: bad }, 7, undefined, WHY],
]
for (const [rule, memory, podsMax, active, error] of rows)
  test(`in use: ${rule}`, () => {
    const choice = choose(OWN, memory)
    assert.deepEqual([choice.settings.podsMax, choice.active?.source.name, choice.error], [podsMax, active, error])
  })
const trials: readonly [rule: string, memory: Memory, end: number | undefined][] = [
  ['its own needs none', {}, undefined],
  ['a new one has ten minutes', { assigned: better, lastKnownGood: good }, 600_005],
  ['one that is known to be good', { assigned: good, lastKnownGood: good }, undefined],
  ['one that is wrong is not in use', { assigned: bad, lastKnownGood: good }, undefined],
]
for (const [rule, memory, end] of trials) test(`on trial: ${rule}`, () => assert.equal(trialEnd(memory, choose(OWN, memory), 5), end))
test('its status', () => {
  assert.equal(configStatus({ lastKnownGood: good }, choose(OWN, {})), null)
  const memory = { assigned: bad, lastKnownGood: good }
  assert.deepEqual(configStatus(memory, choose(OWN, memory)), {
    assigned: { configMap: bad.source },
    active: { configMap: good.source },
    lastKnownGood: { configMap: good.source },
    error: WHY,
  })
})
test('what a ConfigMap says', () => {
  const metadata = { uid: 'u', resourceVersion: '5' }
  assert.deepEqual(configurationIn(source, { metadata, data: { kubelet: 'text' } }), {
    source: { ...source, uid: 'u', resourceVersion: '5' },
    text: 'text',
  })
  assert.deepEqual(configurationIn(source, undefined), { error: 'failed to download config: configmap "kube-system/node" not found' })
  assert.deepEqual(configurationIn(source, { metadata, data: { other: '' } }), {
    error: 'failed to load config: configmap "kube-system/node" has no key "kubelet"',
  })
})
