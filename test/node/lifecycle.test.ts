/** How pods begin, go on and end: init containers, sidecars, probes, hooks, grace, deadlines, errors. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Event } from '#kinds/core/event.ts'
import { ConfigMap } from '#kinds/core/config-map.ts'
import { Pod } from '#kinds/core/pod.ts'
import { Secret } from '#kinds/core/secret.ts'
import { NodeCluster, shell, WAITS } from './cluster.ts'

let cluster: NodeCluster
before(async () => {
  cluster = await NodeCluster.start(['busybox'])
})
after(async () => {
  await cluster[Symbol.asyncDispose]()
})
const container = (name: string, script: string, more: object = {}) => ({ ...(shell(script, more).containers[0] as object), name })
const isReady = (pod: Pod | undefined) => pod?.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')
const first = (pod: Pod | undefined) => pod?.status.containerStatuses?.[0]
async function events(name: string): Promise<readonly string[]> {
  await cluster.kubelet.context.recorder.flush()
  const { items } = await cluster.client.list(Event, { namespace: 'default', fieldSelector: `involvedObject.name=${name}` })
  return items.map(({ reason, message }) => `${reason}: ${message}`)
}

test('init containers run in order before the others', async () => {
  const mounts = { volumeMounts: [{ name: 'v', mountPath: '/v' }] }
  await cluster.create('inits', {
    volumes: [{ name: 'v', emptyDir: {} }],
    initContainers: [container('a', 'echo a >> /v/log', mounts), container('b', 'echo b >> /v/log', mounts)],
    containers: [container('c', 'echo c >> /v/log; cat /v/log > /dev/termination-log', mounts)],
    restartPolicy: 'Never',
  })
  const pod = await cluster.until('inits', pod => pod?.status.phase === 'Succeeded')
  assert.equal(first(pod)?.state.terminated?.message, 'a\nb\nc\n')
  assert.deepEqual(
    pod?.status.initContainerStatuses?.map(({ ready, state }) => [ready, state.terminated?.reason]),
    [
      [true, 'Completed'],
      [true, 'Completed'],
    ],
  )
})
test('an init container that fails fails a pod that is never restarted', async () => {
  await cluster.create('init-fails', { initContainers: [container('a', 'exit 1')], ...shell(WAITS), restartPolicy: 'Never' })
  const pod = await cluster.until('init-fails', pod => pod?.status.phase === 'Failed')
  assert.equal(first(pod)?.state.waiting?.reason, 'PodInitializing')
  assert.equal(pod?.status.conditions?.find(({ type }) => type === 'Initialized')?.message, 'containers with incomplete status: [a]')
})
test('a sidecar runs beside the others and ends after them', async () => {
  const startupProbe = { exec: { command: ['test', '-e', '/tmp/up'] }, periodSeconds: 1 }
  const script = 'trap "exit 0" TERM; touch /tmp/up; sleep 1000 & wait'
  const sidecar = container('s', script, { restartPolicy: 'Always', startupProbe })
  await cluster.create('sidecar', {
    initContainers: [sidecar],
    ...shell('true'),
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: 600,
  })
  const pod = await cluster.until('sidecar', pod => pod?.status.phase === 'Succeeded')
  const [ended] = pod?.status.initContainerStatuses ?? []
  assert.equal(ended?.state.terminated?.exitCode, 0)
})
test('readiness follows its probe', async () => {
  const readinessProbe = { exec: { command: ['test', '-e', '/tmp/ready'] }, periodSeconds: 1, failureThreshold: 1 }
  await cluster.create('readiness', shell(WAITS, { readinessProbe }))
  const pod = await cluster.until('readiness', pod => pod?.status.phase === 'Running' && !isReady(pod))
  const containerId = first(pod)?.containerID?.replace('containerd://', '') ?? ''
  const inside = (...cmd: string[]) => cluster.kubelet.context.runtime.execSync({ containerId, cmd, timeout: 30 })
  await inside('touch', '/tmp/ready')
  await cluster.until('readiness', isReady)
  await inside('rm', '/tmp/ready')
  await cluster.until('readiness', pod => !isReady(pod))
  assert.equal(
    (await events('readiness')).some(text => text.startsWith('Unhealthy: Readiness probe failed:')),
    true,
  )
})
test('a container whose liveness probe fails is restarted', async () => {
  const livenessProbe = { httpGet: { path: '/', port: 8080 }, periodSeconds: 1, failureThreshold: 1 }
  await cluster.create('liveness', { ...shell(WAITS, { livenessProbe }), terminationGracePeriodSeconds: 1 })
  const pod = await cluster.until('liveness', pod => (first(pod)?.restartCount ?? 0) > 0)
  assert.match(
    (await events('liveness')).join('\n'),
    /Unhealthy: Liveness probe failed: Get "http:\/\/[\d.]+:8080\/": dial tcp [\d.]+:8080: connect: connection refused/,
  )
  assert.match((await events('liveness')).join('\n'), /Killing: Container c failed liveness probe, will be restarted/)
  assert.ok(first(pod)?.lastState.terminated)
})
test('a probe has a grace of its own, for who does not live up to it', async () => {
  const livenessProbe = { exec: { command: ['false'] }, periodSeconds: 1, failureThreshold: 1, terminationGracePeriodSeconds: 1 }
  const script = 'trap "" TERM; while true; do sleep 0.1; done'
  await cluster.create('probe-grace', { ...shell(script, { livenessProbe }), terminationGracePeriodSeconds: 600 })
  const pod = await cluster.until('probe-grace', pod => (first(pod)?.restartCount ?? 0) > 0)
  assert.equal(first(pod)?.lastState.terminated?.exitCode, 137)
})
test('containers have restart policies and rules of their own', async () => {
  const mounts = { volumeMounts: [{ name: 'v', mountPath: '/v' }] }
  // The first time with one code, then with another.
  const ends = (name: string, once: number, then: number) => `if [ -e /v/${name} ]; then exit ${then}; fi; touch /v/${name}; exit ${once}`
  const restartPolicyRules = [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }]
  await cluster.create('rules', {
    volumes: [{ name: 'v', emptyDir: {} }],
    containers: [
      container('ruled', ends('ruled', 42, 1), { ...mounts, restartPolicy: 'Never', restartPolicyRules }),
      container('tried', ends('tried', 1, 0), { ...mounts, restartPolicy: 'OnFailure' }),
      container('left', 'exit 1', { restartPolicy: 'Never' }),
    ],
    restartPolicy: 'Never',
  })
  const pod = await cluster.until('rules', pod => pod?.status.phase === 'Failed')
  const told = pod?.status.containerStatuses?.map(({ name, restartCount, state }) => [name, restartCount, state.terminated?.exitCode])
  assert.deepEqual(told?.toSorted(), [
    ['left', 0, 1],
    ['ruled', 1, 1],
    ['tried', 1, 0],
  ])
})
test('a container is not ready before its startup probe has succeeded', async () => {
  const startupProbe = { tcpSocket: { port: 8080 }, periodSeconds: 1 }
  await cluster.create('startup', shell('sleep 1; exec nc -ll -p 8080 -e cat', { startupProbe }))
  await cluster.until('startup', pod => pod?.status.phase === 'Running' && first(pod)?.started === false)
  await cluster.until('startup', pod => isReady(pod) && first(pod)?.started)
})
test('hooks run after the start and before the end', async () => {
  const lifecycle = {
    // By then the script listens for its end.
    postStart: { exec: { command: ['sh', '-c', 'until [ -e /tmp/up ]; do sleep 0.05; done; echo post >> /tmp/log'] } },
    preStop: { exec: { command: ['sh', '-c', 'echo pre >> /tmp/log'] } },
  }
  const script = 'trap "cat /tmp/log > /dev/termination-log; exit 0" TERM; touch /tmp/up; while true; do sleep 0.05; done'
  await cluster.create(
    'hooks',
    { ...shell(script, { lifecycle }), terminationGracePeriodSeconds: 600 },
    { finalizers: ['example.com/hold'] },
  )
  await cluster.until('hooks', isReady)
  await cluster.client.delete(Pod, { namespace: 'default', name: 'hooks' })
  const pod = await cluster.until('hooks', pod => first(pod)?.state.terminated)
  assert.equal(first(pod)?.state.terminated?.message, 'post\npre\n')
  assert.equal(pod?.status.phase, 'Succeeded')
  await cluster.client.patch(Pod, { namespace: 'default', name: 'hooks' }, 'merge', { metadata: { finalizers: null } })
  await cluster.until('hooks', pod => pod === undefined)
})
test('a postStart hook that fails ends the container', async () => {
  await cluster.create('hook-fails', shell(WAITS, { lifecycle: { postStart: { exec: { command: ['false'] } } } }))
  await cluster.until('hook-fails', pod => (first(pod)?.restartCount ?? 0) > 0)
  assert.match((await events('hook-fails')).join('\n'), /FailedPostStartHook/)
})
test('grace ends with the kill, and can be shortened', async () => {
  await cluster.create('stubborn', { ...shell('trap "" TERM; while true; do sleep 0.1; done'), terminationGracePeriodSeconds: 1 })
  await cluster.create('very-stubborn', { ...shell('trap "" TERM; while true; do sleep 0.1; done'), terminationGracePeriodSeconds: 600 })
  await cluster.until('stubborn', isReady)
  await cluster.until('very-stubborn', isReady)
  for (const name of ['stubborn', 'very-stubborn']) await cluster.client.delete(Pod, { namespace: 'default', name })
  const pod = await cluster.until('stubborn', pod => pod === undefined || first(pod)?.state.terminated)
  assert.equal(first(pod)?.state.terminated?.exitCode, 137)
  await cluster.client.delete(Pod, { namespace: 'default', name: 'very-stubborn' }, { gracePeriodSeconds: 1 })
  await cluster.until('very-stubborn', pod => pod === undefined)
})
test('a pod has no more time than its deadline', async () => {
  await cluster.create('deadline', { ...shell(WAITS), activeDeadlineSeconds: 1 })
  const pod = await cluster.until('deadline', pod => pod?.status.phase === 'Failed')
  assert.equal(pod?.status.reason, 'DeadlineExceeded')
  assert.equal(pod?.status.message, 'Pod was active on the node longer than the specified deadline')
  // On a busy machine the deadline may come before the container does.
  await cluster.until('deadline', pod => first(pod) && !first(pod)?.state.running)
})
test('what is wrong with an image or a container is told', async () => {
  const rows: readonly [string, object, string, RegExp][] = [
    ['bad-name', { image: 'Bad Name' }, 'InvalidImageName', /couldn't parse image name "Bad Name": invalid reference format/],
    [
      'never',
      { image: 'absent', imagePullPolicy: 'Never' },
      'ErrImageNeverPull',
      /Container image "absent" is not present with pull policy of Never/,
    ],
    ['absent', { image: 'localhost:1/absent' }, 'ErrImagePull', /failed to pull/],
    ['absent', {}, 'ImagePullBackOff', /Back-off pulling image "localhost:1\/absent"/],
    [
      'root',
      { securityContext: { runAsNonRoot: true } },
      'CreateContainerConfigError',
      /container has runAsNonRoot and image will run as root \(pod: "root_default\(.*\)", container: c\)/,
    ],
    ['no-command', { command: ['/absent'] }, 'RunContainerError', /\/absent/],
    ['no-command', {}, 'CrashLoopBackOff', /back-off 10s restarting failed container=c pod=no-command_default/],
  ]
  const made = new Set<string>()
  for (const [name, more] of rows) {
    if (made.has(name)) continue
    made.add(name)
    await cluster.create(name, shell(WAITS, more))
  }
  // Some reasons are shown for a moment only.
  await Promise.all(
    rows.map(async ([name, , reason, message]) => {
      const pod = await cluster.until(name, pod => first(pod)?.state.waiting?.reason === reason)
      assert.match(first(pod)?.state.waiting?.message ?? '', message)
    }),
  )
})
test('a container that takes more memory than it may is killed for it', async () => {
  await cluster.create('greedy', { ...shell('tail /dev/zero', { resources: { limits: { memory: '16Mi' } } }), restartPolicy: 'Never' })
  // The runtime may hear of the exit before it hears of its reason.
  const pod = await cluster.until('greedy', pod => pod?.status.phase === 'Failed' && first(pod)?.state.terminated?.reason === 'OOMKilled')
  assert.equal(first(pod)?.state.terminated?.exitCode, 137)
})
test('an ephemeral container joins a running pod', async () => {
  await cluster.create('debugged', shell(WAITS))
  await cluster.until('debugged', isReady)
  const ephemeralContainers = [
    { ...container('debug', 'ps | grep -c "sleep 1000" > /dev/termination-log; sleep 1000'), targetContainerName: 'c' },
  ]
  await cluster.client.patch(
    Pod,
    { namespace: 'default', name: 'debugged' },
    'strategic',
    { spec: { ephemeralContainers } },
    { subresource: 'ephemeralcontainers' },
  )
  await cluster.until('debugged', pod => pod?.status.ephemeralContainerStatuses?.[0]?.state.running)
})
test('an ephemeral container may name objects that no other container of its pod does', async () => {
  await cluster.create('looked-into', shell(WAITS))
  await cluster.until('looked-into', isReady)
  const at = { namespace: 'default', name: 'looked-into' }
  const value = (text: string) => Buffer.from(text).toString('base64')
  const env = [
    { name: 'COLOR', valueFrom: { configMapKeyRef: { name: 'for-debug', key: 'color' } } },
    { name: 'WORD', valueFrom: { secretKeyRef: { name: 'for-debug', key: 'word' } } },
  ]
  const debug = { ...container('debug', 'echo -n $COLOR $WORD > /dev/termination-log'), env }
  await cluster.client.create(ConfigMap, { metadata: { ...at, name: 'for-debug' }, data: { color: 'blue' } })
  await cluster.client.patch(Pod, at, 'strategic', { spec: { ephemeralContainers: [debug] } }, { subresource: 'ephemeralcontainers' })
  const waits = await cluster.until(
    'looked-into',
    pod => pod?.status.ephemeralContainerStatuses?.[0]?.state.waiting?.reason === 'CreateContainerConfigError',
  )
  assert.equal(waits?.status.ephemeralContainerStatuses?.[0]?.state.waiting?.message, 'secret "for-debug" not found')
  await cluster.client.create(Secret, { metadata: { ...at, name: 'for-debug' }, data: { word: value('hello') } })
  const pod = await cluster.until('looked-into', seen => seen?.status.ephemeralContainerStatuses?.[0]?.state.terminated)
  assert.equal(pod?.status.ephemeralContainerStatuses?.[0]?.state.terminated?.message, 'blue hello')
})
test('what a container wrote last is its message, when it failed and left none', async () => {
  await cluster.create('words', {
    ...shell('echo -n LAST; exit 1', { terminationMessagePolicy: 'FallbackToLogsOnError' }),
    restartPolicy: 'Never',
  })
  const pod = await cluster.until('words', pod => pod?.status.phase === 'Failed')
  assert.equal(first(pod)?.state.terminated?.message, 'LAST')
})
test('a pod that the node refuses has failed', async () => {
  await cluster.create('refused', { ...shell(WAITS), securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '1' }] } })
  const pod = await cluster.until('refused', pod => pod?.status.phase === 'Failed')
  assert.equal(pod?.status.reason, 'SysctlForbidden')
  assert.deepEqual(await events('refused'), ['SysctlForbidden: forbidden sysctl: "kernel.msgmax" not allowlisted'])
})
