/** Where pods may go, on simulated nodes: room, labels and ports of the host. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { milliValue } from '#schema/quantity.ts'
import type { Any, Resource } from '../support/resource.ts'
import { settledOne } from '../support/settled.ts'
import { useStage } from '../support/stage.ts'

const stage = useStage()
const podsIn = async (base: string): Promise<Resource> => stage.resource(Pod, await stage.namespace(base))
const pod = (name: string, spec: object, one: object = {}) => ({
  metadata: { name, labels: { name } },
  spec: { containers: [{ name: 'c', image: 'registry.k8s.io/pause', ...one }], ...spec },
})
const running = (pods: Resource, name: string): Promise<Any> =>
  settledOne(pods, name, object => {
    assert.equal(object.status.phase, 'Running')
    return object
  })
/** Waits until the scheduler has said that it finds no place, and gives what it said. */
const unschedulable = (pods: Resource, name: string): Promise<string> =>
  settledOne(pods, name, ({ spec, status }) => {
    assert.equal(spec.nodeName, undefined)
    const found = (status.conditions ?? []).find((one: Any) => one.type === 'PodScheduled')
    assert.deepEqual([found?.status, found?.reason], ['False', 'Unschedulable'])
    return found.message
  })
const asking = (cpu: string) => ({ resources: { requests: { cpu }, limits: { cpu } } })

test('[sig-scheduling] SchedulerPredicates validates resource limits of pods that are allowed to run [Conformance] [Serial]', async () => {
  const pods = await podsIn('limits')
  const { items: nodes } = await stage.resource(Node).list()
  for (const { metadata, status } of nodes) {
    const milli = milliValue(status.allocatable.cpu) * 0.7
    const nodeSelector = { 'kubernetes.io/hostname': metadata.name }
    await pods.create(pod(`filler-${metadata.name}`, { nodeSelector }, asking(`${milli}m`)))
  }
  for (const { metadata } of nodes) await running(pods, `filler-${metadata.name}`)
  const half = Math.max(...nodes.map(({ status }: Any) => milliValue(status.allocatable.cpu))) * 0.5
  await pods.create(pod('additional-pod', {}, asking(`${half}m`)))
  assert.match(await unschedulable(pods, 'additional-pod'), /^0\/2 nodes are available: 2 Insufficient cpu\./)
  // It gets the room that another one leaves.
  const [{ metadata }] = nodes
  await pods.delete(`filler-${metadata.name}`)
  assert.equal((await running(pods, 'additional-pod')).spec.nodeName, metadata.name)
})

test('[sig-scheduling] SchedulerPredicates validates that NodeSelector is respected if not matching [Conformance] [Serial]', async () => {
  const pods = await podsIn('not-matching')
  await pods.create(pod('restricted-pod', { nodeSelector: { label: 'nonempty' } }))
  assert.match(
    await unschedulable(pods, 'restricted-pod'),
    /^0\/2 nodes are available: 2 node\(s\) didn't match Pod's node affinity\/selector\./,
  )
})

test('[sig-scheduling] SchedulerPredicates validates that NodeSelector is respected if matching [Conformance] [Serial]', async () => {
  const pods = await podsIn('matching')
  const nodes = stage.resource(Node)
  const { name } = (await nodes.list()).items[1].metadata
  const label = { 'kubernetes.io/e2e-matching': '42' }
  await nodes.patch(name, { metadata: { labels: label } }, { type: 'strategic' })
  await pods.create(pod('with-labels', { nodeSelector: { ...label, 'kubernetes.io/hostname': name } }))
  assert.equal((await running(pods, 'with-labels')).spec.nodeName, name)
})

test('[sig-scheduling] SchedulerPredicates validates that there exists conflict between pods with same hostPort and protocol but one using 0.0.0.0 hostIP [Conformance] [Serial]', async () => {
  const pods = await podsIn('host-port')
  const nodes = stage.resource(Node)
  const { metadata, status } = (await nodes.list()).items[0]
  const label = { 'kubernetes.io/e2e-host-port': '95' }
  await nodes.patch(metadata.name, { metadata: { labels: label } }, { type: 'strategic' })
  const onPort = (hostIP: string) => ({ ports: [{ containerPort: 5555, hostPort: 54_322, protocol: 'TCP', hostIP }] })
  await pods.create(pod('pod4', { nodeSelector: label }, onPort('0.0.0.0')))
  await running(pods, 'pod4')
  await pods.create(pod('pod5', { nodeSelector: label }, onPort(status.addresses[0].address)))
  assert.match(await unschedulable(pods, 'pod5'), /1 node\(s\) didn't have free ports for the requested pod ports/)
})
