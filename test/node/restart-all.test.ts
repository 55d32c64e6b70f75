/** A container whose exit restarts its whole pod in place, on real containers. KEP-5532. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Pod } from '#kinds/core/pod.ts'
import { isTerminal } from '#kinds/core/pod/facts.ts'
import { NodeCluster, shell, WAITS } from './cluster.ts'

let cluster: NodeCluster
before(async () => {
  cluster = await NodeCluster.start(['busybox'])
})
after(() => cluster?.[Symbol.asyncDispose]())

const rule = { action: 'RestartAllContainers', exitCodes: { operator: 'In', values: [88] } }
const volumeMounts = [{ name: 'v', mountPath: '/v' }]
const container = (name: string, script: string, more: object = {}) => ({
  ...shell(script, { volumeMounts, ...more }).containers[0],
  name,
})
const counts = (pod: Pod | undefined) => [
  ...(pod?.status.initContainerStatuses ?? []).map(({ name, restartCount }) => `${name} ${restartCount}`),
  ...(pod?.status.containerStatuses ?? []).map(({ name, restartCount }) => `${name} ${restartCount}`),
]
const condition = (pod: Pod | undefined) => pod?.status.conditions?.find(({ type }) => type === 'AllContainersRestarting')
/** Writes its name each time that it begins, into a volume that stays. */
const begins = (name: string) => `echo ${name} >> /v/log`

test('a sidecar restarts its pod: init containers run again, in the same sandbox, with the same volumes and address', async () => {
  const watcher = `${begins('watcher')}; until [ -e /v/again ]; do sleep 0.1; done; rm /v/again; exit 88`
  await cluster.create('worker', {
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: 30,
    volumes: [{ name: 'v', emptyDir: {} }],
    initContainers: [
      container('setup', begins('setup')),
      container('watcher', watcher, { restartPolicy: 'Always', restartPolicyRules: [rule] }),
    ],
    // It is deaf to its signal: no grace is waited for.
    containers: [container('main', `${begins('main')}; sleep 1000`), container('brief', begins('brief'))],
  })
  const first = await cluster.until('worker', pod =>
    pod?.status.containerStatuses?.every(({ name, state }) => (name === 'brief' ? state.terminated : state.running)),
  )
  assert.deepEqual([condition(first)?.status, counts(first)], ['False', ['setup 0', 'watcher 0', 'main 0', 'brief 0']])
  const { runtime } = cluster.kubelet.context
  const main = first?.status.containerStatuses?.find(({ name }) => name === 'main')
  const began = Date.now()
  await runtime.execSync({ containerId: (main?.containerID ?? '').replace('containerd://', ''), cmd: ['touch', '/v/again'], timeout: 10 })

  const restarting = await cluster.until('worker', pod => condition(pod)?.status === 'True')
  assert.deepEqual(
    [condition(restarting)?.reason, condition(restarting)?.message],
    ['RestartAllContainersStarted', 'container exited with restart policy rule'],
  )
  const gone = { reason: 'RestartingAllContainers', message: 'The container is removed because RestartAllContainers in place' }
  const waits = await cluster.until('worker', pod => pod?.status.containerStatuses?.[0]?.state.waiting?.reason === gone.reason)
  assert.deepEqual(waits?.status.containerStatuses?.[0]?.state.waiting, gone)
  const second = await cluster.until(
    'worker',
    pod =>
      condition(pod)?.status === 'False' &&
      pod?.status.containerStatuses?.every(({ restartCount, state }) => restartCount === 1 && (state.running ?? state.terminated)),
  )
  assert.ok(Date.now() - began < 10_000, 'its grace was waited for')
  assert.deepEqual(counts(second), ['setup 1', 'watcher 1', 'main 1', 'brief 1'])
  for (const { name, lastState } of [...(second?.status.initContainerStatuses ?? []), ...(second?.status.containerStatuses ?? [])]) {
    const { exitCode, reason, message } = lastState.terminated ?? {}
    assert.deepEqual([name, exitCode, { reason, message }], [name, 137, gone])
  }
  assert.deepEqual(
    [second?.metadata.uid, second?.status.podIP, second?.status.phase],
    [first?.metadata.uid, first?.status.podIP, 'Running'],
  )
  const again = second?.status.containerStatuses?.find(({ name }) => name === 'main')
  const { stdout } = await runtime.execSync({
    containerId: (again?.containerID ?? '').replace('containerd://', ''),
    cmd: ['cat', '/v/log'],
    timeout: 10,
  })
  const lines = Buffer.from(stdout).toString().trim().split('\n')
  assert.deepEqual(lines.slice(0, 2), ['setup', 'watcher'])
  assert.deepEqual(lines.slice(4, 6), ['setup', 'watcher'])
  assert.deepEqual(lines.slice(2, 4).toSorted(), ['brief', 'main'])
})

test('an init container that fails after that fails the pod as its policy says; again and again it is restarted with growing pauses', async () => {
  const once = `[ -e /v/once ] && exit 1; touch /v/once`
  await cluster.create('fails', {
    restartPolicy: 'Never',
    volumes: [{ name: 'v', emptyDir: {} }],
    initContainers: [container('setup', once)],
    containers: [container('main', 'exit 88', { restartPolicy: 'Never', restartPolicyRules: [rule] })],
  })
  const pod = await cluster.until('fails', seen => seen && isTerminal(seen))
  assert.deepEqual([pod?.status.phase, condition(pod)?.status, condition(pod)?.reason], ['Failed', 'False', 'PodFailed'])

  const together = 'until [ -e /v/up ]; do sleep 0.1; done; rm /v/up; exit 88'
  await cluster.create('loops', {
    restartPolicy: 'Never',
    volumes: [{ name: 'v', emptyDir: {} }],
    containers: [
      container('main', together, { restartPolicy: 'Never', restartPolicyRules: [rule] }),
      container('other', `touch /v/up; ${WAITS}`),
    ],
  })
  const paused = await cluster.until('loops', seen =>
    seen?.status.containerStatuses?.some(({ state }) => state.waiting?.reason === 'CrashLoopBackOff'),
  )
  assert.deepEqual(counts(paused), ['main 1', 'other 1'])
})

test('a kubelet that starts anew in the midst of it goes on', async () => {
  await cluster.create('midst', {
    restartPolicy: 'Never',
    volumes: [{ name: 'v', emptyDir: {} }],
    containers: [
      container('main', `[ -e /v/once ] && sleep 1000; touch /v/once; exit 88`, { restartPolicy: 'Never', restartPolicyRules: [rule] }),
    ],
  })
  await cluster.until('midst', pod => pod?.status.containerStatuses?.[0]?.state.running ?? pod?.status.containerStatuses?.[0]?.restartCount)
  await cluster.restartKubelet()
  const pod = await cluster.until(
    'midst',
    seen => seen?.status.containerStatuses?.[0]?.restartCount === 1 && seen.status.containerStatuses[0]?.state.running,
  )
  assert.deepEqual(counts(pod), ['main 1'])
})
