/** As whom containers run and what they may do; and pods that ask for a runtime of a class. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Event } from '#kinds/core/event.ts'
import { RuntimeClass } from '#kinds/node/runtime-class.ts'
import { eventually } from '../support/eventually.ts'
import { useNodeStage } from '../support/node-stage.ts'
import { AT_ONCE, conditionOf, type Pods, podsOf, shell, waiting } from '../support/pods.ts'
import { refused } from '../support/resource.ts'

const stage = useNodeStage(['setUserId'])

const IMAGE = 'knarr.test/set-user-id:1'

interface Row {
  readonly name: string
  readonly script: string
  readonly container?: object
  readonly pod?: object
  readonly output: RegExp
}
const rows: readonly Row[] = [
  {
    name: '[sig-node] Security Context When creating a container with runAsUser should run the container with uid 65534 [LinuxOnly] [Conformance] [NodeConformance]',
    script: 'test $(id -u) -eq 65534 && id -u',
    container: { runAsUser: 65_534 },
    output: /^65534\n$/,
  },
  {
    name: '[sig-node] Security Context When creating a pod with privileged should run the container as unprivileged when false [LinuxOnly] [Conformance] [NodeConformance]',
    script: 'ip link add dummy0 type dummy || true',
    container: { privileged: false },
    output: /Operation not permitted/,
  },
  {
    name: '[sig-node] Security Context When creating a pod with readOnlyRootFilesystem should run the container with writable rootfs when readOnlyRootFilesystem=false [Conformance] [NodeConformance]',
    script: 'touch checkfile && ls checkfile',
    container: { readOnlyRootFilesystem: false },
    output: /^checkfile\n$/,
  },
  {
    name: '[sig-node] Security Context should support container.SecurityContext.RunAsUser And container.SecurityContext.RunAsGroup [LinuxOnly] [Conformance]',
    script: 'id',
    container: { runAsUser: 1001, runAsGroup: 2002 },
    output: /^uid=1001 gid=2002/,
  },
  {
    name: '[sig-node] Security Context should support pod.Spec.SecurityContext.RunAsUser And pod.Spec.SecurityContext.RunAsGroup [LinuxOnly] [Conformance]',
    script: 'id',
    pod: { runAsUser: 1001, runAsGroup: 2002 },
    output: /^uid=1001 gid=2002/,
  },
  {
    name: '[sig-node] Security Context when creating containers with AllowPrivilegeEscalation should not allow privilege escalation when false [LinuxOnly] [Conformance] [NodeConformance]',
    script: 'as-owner -u; grep NoNewPrivs /proc/self/status',
    container: { allowPrivilegeEscalation: false, runAsUser: 1000 },
    output: /^1000\nNoNewPrivs:\s1\n$/,
  },
  {
    name: 'privilege escalation, where it is allowed',
    script: 'as-owner -u; grep NoNewPrivs /proc/self/status',
    container: { allowPrivilegeEscalation: true, runAsUser: 1000 },
    output: /^0\nNoNewPrivs:\s0\n$/,
  },
  {
    name: '[sig-node] Sysctls [LinuxOnly] should support sysctls [Environment:NotInUserNS] [Conformance] [NodeConformance]',
    script: 'sysctl kernel.shm_rmid_forced',
    pod: { sysctls: [{ name: 'kernel.shm_rmid_forced', value: '1' }] },
    output: /kernel\.shm_rmid_forced = 1/,
  },
]

describe('as whom containers run', AT_ONCE, () => {
  for (const { name, script, container = {}, pod = {}, output } of rows)
    test(name, async () => {
      const pods = await podsOf(stage, 'security')
      const spec = { securityContext: pod, containers: [shell(script, { image: IMAGE, securityContext: container })] }
      assert.match(await pods.output('runs', spec), output)
    })

  test('[sig-node] Sysctls [LinuxOnly] should reject invalid sysctls [Conformance] [NodeConformance]', async () => {
    const pods = await podsOf(stage, 'sysctls')
    const sysctls = ['foo-', 'kernel.shmmax', 'safe-and-unsafe', 'bar..'].map(name => ({ name, value: '100000000' }))
    const { message } = await refused('Invalid', pods.run('runs', { securityContext: { sysctls }, containers: [shell('true')] }))
    for (const name of ['foo-', 'bar..']) assert(message.includes(`Invalid value: "${name}"`), message)
    for (const name of ['safe-and-unsafe', 'kernel.shmmax']) assert(!message.includes(name), message)
  })

  const classOf = (pods: Pods) => `${pods.namespace}-class`
  const asks = (pods: Pods) => pods.run('classed', { runtimeClassName: classOf(pods), containers: [waiting({ image: IMAGE })] })
  async function assertRejected(pods: Pods): Promise<void> {
    const { message } = await refused('Forbidden', asks(pods))
    assert.match(message, new RegExp(`pod rejected: RuntimeClass "${classOf(pods)}" not found`))
  }
  const classes = () => stage.resource(RuntimeClass)

  test('[sig-node] RuntimeClass should reject a Pod requesting a non-existent RuntimeClass [Conformance] [NodeConformance]', async () => {
    await assertRejected(await podsOf(stage, 'no-class'))
  })
  test('[sig-node] RuntimeClass should reject a Pod requesting a deleted RuntimeClass [Conformance] [NodeConformance]', async () => {
    const pods = await podsOf(stage, 'deleted-class')
    await classes().create({ metadata: { name: classOf(pods) }, handler: 'runc' })
    await classes().delete(classOf(pods))
    await classes().gone(classOf(pods))
    await assertRejected(pods)
  })
  for (const [name, overhead] of [
    [
      '[sig-node] RuntimeClass should schedule a Pod requesting a RuntimeClass without PodOverhead [Conformance] [NodeConformance]',
      undefined,
    ],
    [
      '[sig-node] RuntimeClass should schedule a Pod requesting a RuntimeClass and initialize its Overhead [Conformance] [NodeConformance]',
      { cpu: '10m', memory: '1Mi' },
    ],
  ] as const)
    test(name, async () => {
      const pods = await podsOf(stage, 'class')
      await classes().create({
        metadata: { name: classOf(pods) },
        handler: 'test-handler',
        ...(overhead && { overhead: { podFixed: overhead } }),
      })
      await asks(pods)
      const pod = await pods.until('classed', pod => conditionOf(pod, 'PodScheduled')?.status === 'True')
      assert.deepEqual(pod.spec.overhead, overhead)
      assert(pod.spec.nodeName)
    })

  test('a class whose handler the runtime does not have keeps its pods waiting, and an event says so', async () => {
    const pods = await podsOf(stage, 'no-handler')
    await classes().create({ metadata: { name: classOf(pods) }, handler: 'absent' })
    await asks(pods)
    const fieldSelector = 'involvedObject.name=classed,reason=FailedCreatePodSandBox'
    const event = await eventually(async () => {
      const [first] = (await pods.beside(Event).list({ fieldSelector })).items
      assert(first, 'no event yet')
      return first
    })
    assert.equal(event.type, 'Warning')
    assert.match(event.message, /^Failed to create pod sandbox: .*no runtime for "absent" is configured/)
    const { status } = await pods.get('classed')
    assert.equal(status.phase, 'Pending')
    assert.equal(status.containerStatuses[0].state.waiting.reason, 'ContainerCreating')
  })
})
