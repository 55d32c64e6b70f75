/** What becomes of containers: how they end and what they leave, in which order they start, what is added while they run. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { eventually } from '../support/eventually.ts'
import { useNodeStage } from '../support/node-stage.ts'
import { AT_ONCE, conditionOf, podsOf, shell, waiting } from '../support/pods.ts'
import type { Any } from '../support/resource.ts'

const stage = useNodeStage()
const only = (pod: Any) => pod.status.containerStatuses[0]

interface Words {
  readonly name: string
  readonly script: string
  readonly container?: object
  readonly phase?: 'Failed'
  readonly message: string | undefined
}
const lastWords: readonly Words[] = [
  {
    name: '[sig-node] Container Runtime blackbox test on terminated container should report termination message if TerminationMessagePath is set as non-root user and at a non-default path [Conformance] [NodeConformance]',
    script: 'echo -n DONE > /dev/termination-custom-log',
    container: { terminationMessagePath: '/dev/termination-custom-log', securityContext: { runAsUser: 1000 } },
    message: 'DONE',
  },
  {
    name: '[sig-node] Container Runtime blackbox test on terminated container should report termination message from log output if TerminationMessagePolicy FallbackToLogsOnError is set [Conformance] [NodeConformance]',
    script: 'echo -n DONE; false',
    container: { terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'FallbackToLogsOnError' },
    phase: 'Failed',
    message: 'DONE',
  },
  {
    name: '[sig-node] Container Runtime blackbox test on terminated container should report termination message as empty when pod succeeds and TerminationMessagePolicy FallbackToLogsOnError is set [Conformance] [NodeConformance]',
    script: 'echo -n DONE',
    container: { terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'FallbackToLogsOnError' },
    message: undefined,
  },
  {
    name: '[sig-node] Container Runtime blackbox test on terminated container should report termination message from file when pod succeeds and TerminationMessagePolicy FallbackToLogsOnError is set [Conformance] [NodeConformance]',
    script: 'echo -n OK > /dev/termination-log; echo DONE',
    container: { terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'FallbackToLogsOnError' },
    message: 'OK',
  },
]

const init = (...commands: readonly string[]) =>
  commands.map((command, at) => shell('', { name: `init${at + 1}`, command: [`/bin/${command}`] }))
const states = (statuses: readonly Any[]) => statuses.map(({ ready, state }) => [ready, state.terminated?.exitCode])

/** What must hold of a pod at all times while its init containers fail. */
function assertHeldBack({ status }: Any, failing: number): void {
  for (const { state } of status.containerStatuses ?? []) assert.equal(state.waiting?.reason, 'PodInitializing')
  const after = (status.initContainerStatuses ?? []).slice(failing + 1)
  for (const { state } of after) assert.equal(state.waiting?.reason, 'PodInitializing')
  const ended = status.initContainerStatuses?.[failing]?.state.terminated
  if (ended) assert.notEqual(ended.exitCode, 0)
}
const debugging = shell('while true; do echo polo; sleep 2; done', { name: 'debugger', stdin: true, tty: true })
async function debugged() {
  const pods = await podsOf(stage, 'debug')
  const made = await pods.run('target', { containers: [waiting()] })
  assert.equal(made.metadata.generation, 1)
  await pods.ready('target')
  await pods.patch('target', { spec: { ephemeralContainers: [debugging] } }, { type: 'strategic', subresource: 'ephemeralcontainers' })
  const pod = await pods.until('target', pod => pod.status.ephemeralContainerStatuses?.[0].state.running)
  assert.equal(pod.metadata.generation, 2)
  assert.equal(await pods.exec('target', ['/bin/echo', 'marco'], 'debugger'), 'marco\n')
  await eventually(async () => assert.match(await pods.log('target', { container: 'debugger' }), /polo/))
  return pods
}

describe('what becomes of containers', AT_ONCE, () => {
  test('[sig-node] InitContainer should not start app containers if init containers fail on a RestartAlways pod [Conformance] [NodeConformance]', async () => {
    const pods = await podsOf(stage, 'init')
    await pods.run('init', { initContainers: init('false', 'true'), containers: [waiting()] })
    // The third restart comes after pauses of 10 and 20 seconds.
    const pod = await pods.until(
      'init',
      pod => {
        assertHeldBack(pod, 0)
        return pod.status.initContainerStatuses?.[0].restartCount >= 3
      },
      90_000,
    )
    const { status, reason, message } = conditionOf(pod, 'Initialized')
    assert.equal(pod.status.phase, 'Pending')
    assert.deepEqual([status, reason, message], ['False', 'ContainersNotInitialized', 'containers with incomplete status: [init1 init2]'])
  })

  for (const { name, script, container, phase, message } of lastWords)
    test(name, async () => {
      const pods = await podsOf(stage, 'last-words')
      await pods.run('ends', { restartPolicy: 'Never', containers: [shell(script, container)] })
      const pod = await pods.ended('ends', phase)
      assert.equal(only(pod).state.terminated.message, message)
    })

  test('[sig-node] Container Runtime blackbox test when starting a container that exits should run with the expected status [Conformance] [NodeConformance]', async () => {
    const pods = await podsOf(stage, 'exits')
    // Counts its own starts: fails at the first two, succeeds at the third.
    const script = 'echo x >> /count/n; [ "$(wc -l < /count/n)" -ge 3 ]'
    const spec = {
      containers: [shell(script, { volumeMounts: [{ name: 'count', mountPath: '/count' }] })],
      volumes: [{ name: 'count', emptyDir: {} }],
    }
    await Promise.all([
      pods.run('always', { ...spec, restartPolicy: 'Always' }),
      pods.run('on-failure', { ...spec, restartPolicy: 'OnFailure' }),
      pods.run('never', { ...spec, restartPolicy: 'Never' }),
    ])
    const [always, onFailure, never] = await Promise.all([
      pods.until('always', pod => pod.status.containerStatuses?.[0].restartCount >= 2),
      pods.ended('on-failure'),
      pods.ended('never', 'Failed'),
    ])
    assert.equal(always.status.phase, 'Running')
    assert.deepEqual([only(onFailure).restartCount, only(onFailure).ready, only(onFailure).state.terminated.exitCode], [2, false, 0])
    assert.deepEqual([only(never).restartCount, only(never).ready, only(never).state.terminated.exitCode], [0, false, 1])
  })

  test('[sig-node] Kubelet when scheduling a busybox command in a pod should print the output to logs [Conformance] [NodeConformance]', async () => {
    const pods = await podsOf(stage, 'prints')
    await pods.run('prints', { containers: [shell("echo 'Hello World' ; sleep 240")] })
    await pods.running('prints')
    await eventually(async () => assert.equal(await pods.log('prints'), 'Hello World\n'))
  })
  test('[sig-node] Kubelet when scheduling a busybox command that always fails in a pod should have an terminated reason [Conformance] [NodeConformance]', async () => {
    const pods = await podsOf(stage, 'fails')
    await pods.run('fails', { restartPolicy: 'Never', containers: [shell('', { command: ['/bin/false'] })] })
    const pod = await pods.until('fails', pod => pod.status.containerStatuses?.[0].state.terminated)
    assert.equal(pod.status.containerStatuses.length, 1)
    const { exitCode, reason } = only(pod).state.terminated
    assert.deepEqual([exitCode, reason], [1, 'Error'])
  })
  test('[sig-node] Kubelet when scheduling a busybox command that always fails in a pod should be possible to delete [Conformance] [NodeConformance]', async () => {
    const pods = await podsOf(stage, 'fails')
    await pods.run('fails', { restartPolicy: 'Never', containers: [shell('', { command: ['/bin/false'] })] })
    await pods.ended('fails', 'Failed')
    await pods.delete('fails')
    await pods.gone('fails')
  })

  test('[sig-node] InitContainer should invoke init containers on a RestartNever pod [Conformance] [NodeConformance]', async () => {
    const pods = await podsOf(stage, 'init')
    await pods.run('init', { restartPolicy: 'Never', initContainers: init('true', 'true'), containers: [shell('true')] })
    const pod = await pods.ended('init')
    assert.equal(conditionOf(pod, 'Initialized').status, 'True')
    assert.deepEqual(states(pod.status.initContainerStatuses), [
      [true, 0],
      [true, 0],
    ])
  })
  test('[sig-node] InitContainer should invoke init containers on a RestartAlways pod [Conformance] [NodeConformance]', async () => {
    const pods = await podsOf(stage, 'init')
    await pods.run('init', { initContainers: init('true', 'true'), containers: [waiting({ resources: { limits: { cpu: '100m' } } })] })
    const pod = await pods.running('init')
    assert.equal(conditionOf(pod, 'Initialized').status, 'True')
    assert.deepEqual(states(pod.status.initContainerStatuses), [
      [true, 0],
      [true, 0],
    ])
  })

  test('[sig-node] InitContainer should not start app containers and fail the pod if init containers fail on a RestartNever pod [Conformance] [NodeConformance]', async () => {
    const pods = await podsOf(stage, 'init')
    await pods.run('init', { restartPolicy: 'Never', initContainers: init('true', 'false'), containers: [shell('true')] })
    const pod = await pods.until('init', pod => {
      assertHeldBack(pod, 1)
      return pod.status.phase === 'Failed'
    })
    const { status, reason, message } = conditionOf(pod, 'Initialized')
    assert.deepEqual([status, reason, message], ['False', 'ContainersNotInitialized', 'containers with incomplete status: [init2]'])
    assert.deepEqual(states(pod.status.initContainerStatuses), [
      [true, 0],
      [false, 1],
    ])
    assert(only(pod).state.waiting)
  })

  test('[sig-node] Ephemeral Containers will start an ephemeral container in an existing pod [Conformance] [NodeConformance]', async () => {
    await debugged()
  })
  test('[sig-node] Ephemeral Containers should update the ephemeral containers in an existing pod [Conformance] [NodeConformance]', async () => {
    const pods = await debugged()
    const count = async () => (await pods.get('target', 'ephemeralcontainers')).spec.ephemeralContainers.length
    assert.equal(await count(), 1)
    await pods.change('target', ({ spec }) => spec.ephemeralContainers.push(waiting({ name: 'debugger2' })), 'ephemeralcontainers')
    assert.equal(await count(), 2)
    await pods.until('target', pod => pod.status.ephemeralContainerStatuses?.[1]?.state.running)
  })

  test('[sig-node] Kubelet when scheduling an agnhost Pod with hostAliases should write entries to /etc/hosts [Conformance] [NodeConformance]', async () => {
    const pods = await podsOf(stage, 'aliases')
    const hostAliases = [{ ip: '123.45.67.89', hostnames: ['foo', 'bar'] }]
    const output = await pods.output('aliases', { hostAliases, containers: [shell('cat /etc/hosts')] })
    assert(output.includes('# Entries added by HostAliases.\n123.45.67.89\tfoo\tbar'), output)
  })
  test('[sig-node] KubeletManagedEtcHosts should test kubelet managed /etc/hosts file [Conformance] [NodeConformance]', async () => {
    const pods = await podsOf(stage, 'hosts')
    const volumes = [{ name: 'hosts', hostPath: { path: '/etc/hosts', type: 'FileOrCreate' } }]
    const original = { name: 'hosts', mountPath: '/etc/hosts-original' }
    const own = { name: 'hosts', mountPath: '/etc/hosts' }
    const container = (name: string, volumeMounts: object[]) => waiting({ name, volumeMounts })
    const usual = [container('busybox-1', [original]), container('busybox-2', [original])]
    await pods.run('pod-network', { volumes, containers: [...usual, container('busybox-3', [original, own])] })
    await pods.run('host-network', { volumes, hostNetwork: true, containers: usual })
    for (const [pod, name, isManaged] of [
      ['pod-network', 'busybox-1', true],
      ['pod-network', 'busybox-2', true],
      ['pod-network', 'busybox-3', false],
      ['host-network', 'busybox-1', false],
      ['host-network', 'busybox-2', false],
    ] as const) {
      await pods.ready(pod)
      const content = await pods.exec(pod, ['cat', '/etc/hosts'], name)
      const original = await pods.exec(pod, ['cat', '/etc/hosts-original'], name)
      assert.equal(content.startsWith('# Kubernetes-managed hosts file.') && content !== original, isManaged, `${pod} ${name}: ${content}`)
    }
  })
  test('[sig-node] Kubelet when scheduling a read only busybox container should not write to root filesystem [LinuxOnly] [Conformance] [NodeConformance]', async () => {
    const pods = await podsOf(stage, 'read-only')
    const script = 'echo test > /file; sleep 240'
    await pods.run('read-only', { containers: [shell(script, { securityContext: { readOnlyRootFilesystem: true } })] })
    await pods.running('read-only')
    await eventually(async () => assert.match(await pods.log('read-only'), /can't create \/file: Read-only file system/))
  })
})
