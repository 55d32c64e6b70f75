/** Pods from their making to their end: labels, addresses, generations, streams over WebSocket, deadlines, deletion. */
import assert from 'node:assert/strict'
import { isIP } from 'node:net'
import { describe, test } from 'node:test'
import { messages } from '../support/channels.ts'
import { eventually } from '../support/eventually.ts'
import { useNodeStage } from '../support/node-stage.ts'
import { AT_ONCE, conditionOf, podsOf, shell, waiting } from '../support/pods.ts'
import { type Any, refused } from '../support/resource.ts'

const stage = useNodeStage(['busybox', 'nginx'])
const one = { containers: [waiting()] }
/** Makes a pod with a label of its own and waits until it is ready. */
async function labelled(time: string) {
  const pods = await podsOf(stage, 'pods')
  const selector = { labelSelector: `time=${time}` }
  await pods.counted(0, selector)
  await using watching = await pods.watch(selector)
  await pods.run('labelled', one, { labels: { name: 'foo', time } })
  await pods.counted(1, selector)
  await watching.expect('ADDED')
  await pods.ready('labelled')
  return { pods, selector }
}
const QUERY = (...command: string[]) =>
  new URLSearchParams([['stdout', '1'], ['stderr', '1'], ...command.map(word => ['command', word] as [string, string])])

describe('pods', AT_ONCE, () => {
  test('[sig-node] Pods should get a host IP [Conformance] [NodeConformance]', async () => {
    const pods = await podsOf(stage, 'pods')
    await pods.run('hosted', one)
    const { status } = await pods.until('hosted', pod => pod.status.hostIP)
    assert.notEqual(isIP(status.hostIP), 0)
    await pods.ready('hosted')
  })

  test('[sig-node] Pods should be submitted and removed [Conformance] [NodeConformance]', async () => {
    const { pods, selector } = await labelled('removed')
    await using watching = await pods.watch(selector)
    await pods.delete('labelled', { gracePeriodSeconds: 30 })
    const { object } = await watching.until(({ type }) => type === 'DELETED')
    assert(object.metadata.deletionTimestamp)
    assert.notEqual(object.spec.terminationGracePeriodSeconds, 0)
    await pods.counted(0, selector)
  })

  test('[sig-node] Pods should be updated [Conformance] [NodeConformance]', async () => {
    const { pods } = await labelled('before')
    await pods.change('labelled', ({ metadata }) => (metadata.labels.time = 'after'))
    await pods.running('labelled')
    await pods.counted(1, { labelSelector: 'time=after' })
  })

  test('[sig-node] Pods should allow activeDeadlineSeconds to be updated [Conformance] [NodeConformance]', async () => {
    const { pods } = await labelled('deadline')
    await pods.change('labelled', ({ spec }) => (spec.activeDeadlineSeconds = 5))
    const { status } = await pods.ended('labelled', 'Failed')
    assert.equal(status.reason, 'DeadlineExceeded')
  })

  test('[sig-node] Pods should support remote command execution over websockets [Conformance] [NodeConformance]', async () => {
    const pods = await podsOf(stage, 'pods')
    await pods.run('speaks', { containers: [shell('echo container is alive; sleep 600')] })
    await pods.ready('speaks')
    const path = `${pods.path('speaks', 'exec')}?${QUERY('echo', 'remote execution test').toString()}`
    const got = await messages(stage.cluster.folder, path, 'channel.k8s.io')
    // Nothing but standard output says anything.
    for (const message of got) assert(message.length <= 1 || message[0] === 1, String(message))
    assert.equal(Buffer.concat(got.map(message => message.subarray(1))).toString(), 'remote execution test\n')
  })

  test('[sig-node] Pods should support retrieving logs from the container over websockets [Conformance] [NodeConformance]', async () => {
    const pods = await podsOf(stage, 'pods')
    await pods.run('speaks', { containers: [shell('echo container is alive; sleep 10000')] })
    await pods.ready('speaks')
    await eventually(async () => {
      const got = await messages(stage.cluster.folder, `${pods.path('speaks', 'log')}?container=c`, 'binary.k8s.io')
      assert.equal(Buffer.concat(got).toString(), 'container is alive\n')
    })
  })

  test('[sig-node] Pods should delete a collection of pods [Conformance]', async () => {
    const pods = await podsOf(stage, 'pods')
    const selector = { labelSelector: 'type=Testing' }
    const names = ['test-pod-1', 'test-pod-2', 'test-pod-3']
    for (const name of names) await pods.run(name, { ...one, restartPolicy: 'Never' }, { labels: { type: 'Testing' } })
    for (const name of names) await pods.ready(name)
    await pods.counted(3, selector)
    await pods.deleteCollection(selector)
    for (const name of names) await pods.gone(name)
    await pods.counted(0, selector)
  })

  test('[sig-node] Pods should run through the lifecycle of Pods and PodStatus [Conformance]', async () => {
    const pods = await podsOf(stage, 'pods')
    const labels = { 'test-pod-static': 'true' }
    const selector = { labelSelector: 'test-pod-static=true' }
    await using watching = await pods.watch(selector)
    await pods.run('pod-test', one, { labels })
    await watching.until(({ object }) => conditionOf(object, 'Ready')?.status === 'True')
    const patch = { metadata: { labels: { 'test-pod': 'patched' } }, spec: { containers: [{ name: 'c', image: 'nginx' }] } }
    await pods.patch('pod-test', patch, { type: 'strategic' })
    await watching.until(({ type, object }) => type === 'MODIFIED' && object.metadata.labels['test-pod'] === 'patched')
    const patched = await pods.get('pod-test')
    assert.deepEqual([patched.metadata.labels['test-pod'], patched.spec.containers[0].image], ['patched', 'nginx'])
    const isReady = ({ type }: Any) => type === 'Ready' || type === 'ContainersReady'
    // The new image starts the container anew, while which the pod is not ready anyway.
    await pods.until('pod-test', pod => pod.status.containerStatuses[0].restartCount === 1 && conditionOf(pod, 'Ready').status === 'True')
    const told = await pods.change(
      'pod-test',
      ({ status }) => {
        for (const condition of status.conditions.filter(isReady)) condition.status = 'False'
      },
      'status',
    )
    assert.deepEqual(
      told.status.conditions.filter(isReady).map(({ status }: Any) => status),
      ['False', 'False'],
    )
    await pods.deleteCollection(selector)
    await watching.until(({ type }) => type === 'DELETED')
    await refused('NotFound', pods.get('pod-test'))
  })

  test('[sig-node] Pods should patch a pod status [Conformance]', async () => {
    const pods = await podsOf(stage, 'pods')
    await pods.run('patched', one)
    await pods.ready('patched')
    const patch = { metadata: { annotations: { patched: 'true' } }, status: { message: 'Patched by e2e test', reason: 'E2E' } }
    const { metadata, status } = await pods.patch('patched', patch, { type: 'strategic', subresource: 'status' })
    assert.equal(metadata.annotations?.patched, 'true')
    assert.deepEqual([status.phase, status.message, status.reason], ['Running', 'Patched by e2e test', 'E2E'])
  })

  test('[sig-node] Pods Extended Pods Set QOS Class should be set on Pods with matching resource requests and limits for memory and cpu [Conformance]', async () => {
    const pods = await podsOf(stage, 'pods')
    const amounts = { cpu: '100m', memory: '100Mi' }
    await pods.run('guaranteed', { containers: [waiting({ resources: { requests: amounts, limits: amounts } })] })
    assert.equal((await pods.get('guaranteed')).status.qosClass, 'Guaranteed')
  })

  test('[sig-node] Pods Extended (pod generation) Pod Generation pod generation should start at 1 and increment per update [MinimumKubeletVersion:1.34] [Conformance]', async () => {
    const pods = await podsOf(stage, 'generation')
    await pods.run('counted', { initContainers: [shell('true', { name: 'init' })], containers: [waiting()] })
    assert.equal((await pods.ready('counted')).metadata.generation, 1)
    const changes: readonly [string, (pod: Any) => void, boolean][] = [
      ['nothing', () => undefined, false],
      ['a toleration', ({ spec }) => spec.tolerations.push({ key: 'foo', value: 'bar', effect: 'NoSchedule' }), true],
      ['the deadline', ({ spec }) => (spec.activeDeadlineSeconds = 5000), true],
      ['the image', ({ spec }) => (spec.containers[0].image = 'nginx'), true],
      ['the image of the init container', ({ spec }) => (spec.initContainers[0].image = 'nginx'), true],
      ['metadata', ({ metadata }) => (metadata.annotations = { key: 'value' }), false],
      ['the generation itself', ({ metadata }) => (metadata.generation = 1), false],
    ]
    let expected = 1
    for (const [what, change, counts] of changes) {
      if (counts) expected++
      const { metadata } = await pods.change('counted', change)
      assert.equal(metadata.generation, expected, what)
      assert.equal((await pods.get('counted')).metadata.generation, expected, what)
      await pods.until('counted', pod => pod.status.observedGeneration === expected)
    }
  })

  test('[sig-node] Pods Extended (pod generation) Pod Generation custom-set generation on new pods and graceful delete [Conformance]', async () => {
    const pods = await podsOf(stage, 'generation')
    // Deaf to the request to end, so that the pod can still be seen when it was deleted.
    const { metadata } = await pods.run('custom', { containers: [shell('sleep 3600')] }, { generation: 100 })
    assert.equal(metadata.generation, 1)
    await pods.ready('custom')
    await pods.delete('custom', { gracePeriodSeconds: 60 })
    assert.equal((await pods.get('custom')).metadata.generation, 2)
    await pods.until('custom', pod => pod.status.observedGeneration === 2)
    await pods.delete('custom', { gracePeriodSeconds: 0 })
  })

  test('[sig-node] Pods Extended (pod generation) Pod Generation issue 500 podspec updates and verify generation and observedGeneration eventually converge [MinimumKubeletVersion:1.34] [Conformance]', async () => {
    const pods = await podsOf(stage, 'generation')
    await pods.run('counted', one)
    await pods.ready('counted')
    const UPDATES = 499
    for (let i = 0; i < UPDATES; i++) await pods.change('counted', ({ spec }) => (spec.activeDeadlineSeconds = 5000 - i))
    assert.equal((await pods.get('counted')).metadata.generation, UPDATES + 1)
    await pods.until('counted', pod => pod.status.observedGeneration === UPDATES + 1)
  })
})
