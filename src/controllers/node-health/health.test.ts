/** What is said of nodes that are silent, and of the pods on them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Node } from '#kinds/core/node.ts'
import { ago, NOW, podOf, stored } from '#test/support/workloads.ts'
import { patienceMs, silenced, unready } from './health.ts'

const node = (conditions: Record<string, string>) =>
  stored(Node, {
    metadata: { name: 'n', creationTimestamp: ago(90) },
    spec: {},
    status: { conditions: Object.entries(conditions).map(([type, status]) => ({ type, status, lastTransitionTime: ago(60) })) },
  })
const said = (conditions: Record<string, string>) =>
  silenced(node(conditions), NOW)?.map(({ type, status, reason }) => `${type} ${status} ${reason}`)
const all = { Ready: 'True', MemoryPressure: 'False', DiskPressure: 'False', PIDPressure: 'False' }

test('nothing is known of a silent node', () =>
  assert.deepEqual(
    said(all),
    Object.keys(all).map(type => `${type} Unknown NodeStatusUnknown`),
  ))
test('a node that never spoke is told apart', () =>
  assert.deepEqual(
    said({}),
    Object.keys(all).map(type => `${type} Unknown NodeStatusNeverUpdated`),
  ))
test('findings of others stay', () =>
  assert.equal(said({ ...all, NetworkUnavailable: 'False' })?.at(-1), 'NetworkUnavailable False undefined'))
test('it is said once', () =>
  assert.equal(said({ Ready: 'Unknown', MemoryPressure: 'Unknown', DiskPressure: 'Unknown', PIDPressure: 'Unknown' }), undefined))
test('its pods are not ready', () => {
  assert.deepEqual(unready(podOf('p', { ready: 60 }), NOW), [
    { type: 'Ready', status: 'False', lastProbeTime: null, lastTransitionTime: ago(0) },
  ])
  assert.equal(unready(podOf('p'), NOW), undefined)
})
test('a node that has not spoken yet has longer', () => {
  const node = (conditions: object[]) => stored(Node, { metadata: { name: 'n' }, status: { conditions } })
  assert.deepEqual([patienceMs(node([{ type: 'Ready', status: 'True' }])), patienceMs(node([]))], [50_000, 60_000])
})
