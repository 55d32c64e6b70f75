/**
 * Pods of a RuntimeClass on real containers: another OCI runtime runs them, and the class says where and at what cost.
 * The other one is youki where the machine has it; else a program of that name which hands everything to runc and writes down that it was asked.
 */
import assert from 'node:assert/strict'
import { chmodSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { after, before, test } from 'node:test'
import { Event } from '#kinds/core/event.ts'
import { Node } from '#kinds/core/node.ts'
import { isReady } from '#kinds/core/pod/facts.ts'
import { Pod } from '#kinds/core/pod.ts'
import { RuntimeClass } from '#kinds/node/runtime-class.ts'
import { connectRuntime } from '#kubelet/runtime/cri/client.ts'
import { eventually } from '#test/conformance/support/eventually.ts'
import { type NodeCluster, startNodeCluster } from '#test/support/node-cluster.ts'

const OTHER = 'youki'
/** Takes the place of a program that is there and does not work. */
const BROKEN = 'crun'
const programs = mkdtempSync('/tmp/kn-programs-')
const asked = join(programs, 'asked')
const path = process.env['PATH'] ?? ''
const isThere = path.split(delimiter).some(folder => existsSync(join(folder, OTHER)))

let cluster: NodeCluster
let node: string
before(async () => {
  mkdirSync(programs, { recursive: true })
  program(BROKEN, 'echo "it does not work" >&2; exit 1')
  if (!isThere) program(OTHER, `echo "$@" >> ${asked}; exec runc "$@"`)
  // containerd looks for its runtimes where it is started.
  process.env['PATH'] = `${programs}${delimiter}${path}`
  cluster = await startNodeCluster(['busybox'])
  node = (await cluster.client.list(Node)).items[0]?.metadata.name ?? ''
})
after(async () => {
  await cluster[Symbol.asyncDispose]()
  process.env['PATH'] = path
  rmSync(programs, { recursive: true })
})
function program(name: string, script: string): void {
  writeFileSync(join(programs, name), `#!/bin/sh\n${script}\n`)
  chmodSync(join(programs, name), 0o755)
}

const KEY = 'example.com/other'
const SCHEDULING = { nodeSelector: { [KEY]: 'yes' }, tolerations: [{ key: KEY, operator: 'Exists', effect: 'NoSchedule' }] }
const classOf = (name: string, handler: string, more: object = {}) =>
  cluster.client.create(RuntimeClass, { metadata: { name }, handler, ...more })
const start = (name: string, spec: object) =>
  cluster.client.create(Pod, {
    metadata: { namespace: 'default', name },
    spec: {
      terminationGracePeriodSeconds: 1,
      containers: [
        {
          name: 'c',
          image: 'busybox',
          imagePullPolicy: 'Never',
          command: ['sh', '-c', 'echo here; trap "exit 0" TERM; sleep 1000 & wait'],
          resources: { limits: { cpu: '200m', memory: '64Mi' } },
        },
      ],
      ...spec,
    },
  } as unknown as Partial<Pod>)
const until = (name: string, holds: (pod: Pod | undefined) => unknown) => cluster.until('default', name, holds)
const unschedulable = (pod: Pod | undefined) =>
  pod?.status.conditions?.find(({ type, reason }) => type === 'PodScheduled' && reason === 'Unschedulable')
const eventsOf = async (name: string) =>
  (await cluster.client.list(Event, { namespace: 'default', fieldSelector: `involvedObject.name=${name}` })).items

test('a class of another runtime: its pods go where it wants them, have its overhead, and are run by it', async () => {
  await classOf('other', OTHER, { overhead: { podFixed: { cpu: '100m', memory: '32Mi' } }, scheduling: SCHEDULING })
  const made = await start('classy', { runtimeClassName: 'other' })
  assert.deepEqual(made.spec.overhead, { cpu: '100m', memory: '32Mi' })
  assert.deepEqual(made.spec.nodeSelector, SCHEDULING.nodeSelector)
  assert.deepEqual(
    made.spec.tolerations?.filter(({ key }) => key === KEY),
    SCHEDULING.tolerations,
  )
  assert.match(unschedulable(await until('classy', unschedulable))?.message ?? '', /didn't match Pod's node affinity\/selector/)

  const taints = [{ key: KEY, value: 'yes', effect: 'NoSchedule' }]
  await cluster.client.patch(Node, { name: node }, 'merge', { metadata: { labels: { [KEY]: 'yes' } }, spec: { taints } })
  const pod = (await until('classy', one => one && isReady(one))) as Pod
  await start('common', {})
  assert.match(unschedulable(await until('common', unschedulable))?.message ?? '', /had untolerated taint/)

  using runtime = connectRuntime(join(cluster.folder.runtime, 'containerd.sock'))
  const { items } = await runtime.listPodSandbox({ filter: { labelSelector: { 'io.kubernetes.pod.uid': pod.metadata.uid ?? '' } } })
  assert.deepEqual(
    items.map(({ runtimeHandler }) => runtimeHandler),
    [OTHER],
  )
  if (!isThere) assert.match(readFileSync(asked, 'utf8'), new RegExp(`create .*${items[0]?.id}`))
  // The pod's own limits, and what it costs to have it at all.
  const [limit] = globSync([
    `/sys/fs/cgroup/memory/knarr/${cluster.folder.name}/**/pod${pod.metadata.uid}/memory.limit_in_bytes`,
    `/sys/fs/cgroup/knarr/${cluster.folder.name}/**/pod${pod.metadata.uid}/memory.max`,
  ])
  assert.equal(readFileSync(limit ?? '', 'utf8').trim(), String((64 + 32) * 1024 * 1024))
  assert.match(await cluster.ok(['describe', 'node', node]), /classy +300m \(\d+%\) +300m \(\d+%\) +96Mi \(\d+%\) +96Mi/)

  assert.equal(await cluster.ok(['logs', 'classy']), 'here\n')
  assert.equal(await cluster.ok(['exec', 'classy', '--', 'hostname']), 'classy\n')
  await cluster.client.delete(Pod, { namespace: 'default', name: 'classy' })
  await until('classy', one => one === undefined)
  await cluster.client.patch(Node, { name: node }, 'merge', { spec: { taints: [] } })
  await until('common', one => one && isReady(one))
})

test('a runtime that does not work: the pod says so and is tried again, the node and all other pods are well', async () => {
  await classOf('broken', BROKEN)
  const { metadata } = await start('unlucky', { runtimeClassName: 'broken' })
  await eventually(async () => {
    const failed = (await eventsOf('unlucky')).filter(({ reason }) => reason === 'FailedCreatePodSandBox')
    assert.ok((failed[0]?.count ?? 0) + failed.length > 2, 'tried again')
    assert.match(
      failed[0]?.message ?? '',
      /^Failed to create pod sandbox: rpc error: code = Unknown desc = failed to create containerd task: .*crun did not terminate successfully/,
    )
  })
  const { status } = await cluster.client.get(Pod, { namespace: 'default', name: 'unlucky' })
  assert.deepEqual([status.phase, status.containerStatuses?.[0]?.state.waiting?.reason], ['Pending', 'ContainerCreating'])
  const { status: ofNode } = await cluster.client.get(Node, { name: node })
  assert.equal(ofNode.conditions?.find(({ type }) => type === 'Ready')?.status, 'True')
  await start('lucky', {})
  await until('lucky', pod => pod && isReady(pod))

  await cluster.client.delete(Pod, { namespace: 'default', name: 'unlucky' })
  await until('unlucky', pod => pod === undefined)
  using runtime = connectRuntime(join(cluster.folder.runtime, 'containerd.sock'))
  await eventually(async () => {
    const { items } = await runtime.listPodSandbox({ filter: { labelSelector: { 'io.kubernetes.pod.uid': metadata.uid ?? '' } } })
    assert.deepEqual(items, [])
    assert.deepEqual(globSync(`/sys/fs/cgroup/**/pod${metadata.uid}`), [])
  })
})
