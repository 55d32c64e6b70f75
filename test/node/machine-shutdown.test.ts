/** A machine that shuts down lets the node's pods end first: real containers, a real bus, a logind that does what the test says. Upstream: test/e2e_node, GracefulNodeShutdown. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { systemClock as clock } from '#base/clock.ts'
import { type Log, silentLog } from '#base/log.ts'
import { run } from '#base/processes.ts'
import { Event } from '#kinds/core/event.ts'
import { Node } from '#kinds/core/node.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { withCritical } from '#kubelet/machine/shutdown-order.ts'
import { ShutdownWatch } from '#kubelet/node-shutdown/watch.ts'
import { eventually } from '../conformance/support/eventually.ts'
import { NODE, NodeCluster, shell, WAITS } from './cluster.ts'
import { mockLogind, type MockedLogind, OWN_DELAY_SECONDS } from './logind.ts'

const LOCK = 'shutdown knarr delay'
const settings = { shutdown: withCritical(30, 10) }
let logind: MockedLogind
let cluster: NodeCluster
before(async () => {
  logind = await mockLogind()
  cluster = await NodeCluster.start(['busybox'], { settings, logind: logind.place })
})
after(async () => {
  await cluster[Symbol.asyncDispose]()
  await logind[Symbol.asyncDispose]()
})
const locked = (expected: readonly string[]) => eventually(async () => assert.deepEqual(await logind.locks(), expected))
const ready = async () => {
  const { reason, message, status } = (await cluster.client.get(Node, { name: NODE })).status.conditions?.at(-1) ?? {}
  return { status, reason, message }
}
const isRunning = (pod: Pod | undefined) => pod?.status.containerStatuses?.[0]?.ready

test('a node holds back shutdowns for as long as its pods may need', async () => {
  await locked([LOCK])
  assert.equal(await logind.delaySeconds(), 30)
})

test('a machine that shuts down waits for the pods, the critical ones last, takes no others, and comes back when that is called off', async () => {
  const folder = join(cluster.folder, 'shared')
  mkdirSync(folder)
  const notes = (name: string, meanwhile: string) => ({
    ...shell(`trap "${meanwhile}; echo ${name} >> /shared/order; exit 0" TERM; sleep 1000 & wait`, {
      volumeMounts: [{ name: 'v', mountPath: '/shared' }],
    }),
    volumes: [{ name: 'v', hostPath: { path: folder } }],
    terminationGracePeriodSeconds: 600,
  })
  await cluster.create('critical', { ...notes('critical', 'true'), priority: 2_000_001_000 })
  await cluster.create('ordinary', notes('ordinary', 'sleep 2'))
  await cluster.create('done', { ...shell('exit 0'), restartPolicy: 'Never' })
  await cluster.until('done', pod => pod?.status.phase === 'Succeeded')
  for (const name of ['critical', 'ordinary']) await cluster.until(name, isRunning)

  await logind.announce(true)
  await eventually(async () =>
    assert.deepEqual(await ready(), { status: 'False', reason: 'KubeletNotReady', message: 'node is shutting down' }),
  )
  // While pods end, the machine waits.
  assert.deepEqual(await logind.locks(), [LOCK])
  await cluster.create('late', shell(WAITS))
  const { status: late } = (await cluster.until('late', pod => pod?.status.phase === 'Failed')) as Pod
  assert.deepEqual([late.reason, late.message], ['NodeShutdown', 'Pod was rejected: Pod was rejected as the node is shutting down.'])
  await locked([])
  assert.equal(readFileSync(join(folder, 'order'), 'utf8'), 'ordinary\ncritical\n')
  // All that is told when the machine goes down.
  const message = 'Pod was terminated in response to imminent node shutdown.'
  for (const name of ['critical', 'ordinary']) {
    const { status } = await cluster.get(name)
    assert.deepEqual([status.phase, status.reason, status.message], ['Failed', 'Terminated', message])
    const target = status.conditions?.find(({ type }) => type === 'DisruptionTarget')
    assert.deepEqual([target?.status, target?.reason, target?.message], ['True', 'TerminationByKubelet', message])
  }
  assert.equal((await cluster.get('done')).status.phase, 'Succeeded')

  await logind.announce(false)
  await eventually(async () => assert.equal((await ready()).status, 'True'))
  await locked([LOCK])
  await cluster.create('after', shell(WAITS))
  await cluster.until('after', isRunning)
  const events = await eventually(async () => {
    const { items } = await cluster.client.list(Event, { fieldSelector: `involvedObject.kind=Node,reason=Shutdown` })
    assert.equal(items.length, 2)
    return items
  })
  const told = new Set(events.map(({ message }) => message))
  assert.deepEqual(told, new Set(['Shutdown manager detected shutdown event', 'Shutdown manager detected shutdown cancellation']))
})

test('a node that begins while the machine shuts down takes no pods; a kubelet that ends leaves no lock and no configuration', async () => {
  await logind.announce(true)
  await locked([])
  await cluster.restartKubelet({ settings, logind: logind.place })
  await eventually(async () => assert.equal((await ready()).message, 'node is shutting down'))
  await logind.announce(false)
  await locked([LOCK])
  await cluster.restartKubelet({ logind: logind.place })
  await locked([])
  await eventually(async () => assert.equal(await logind.delaySeconds(), OWN_DELAY_SECONDS))
})

test('a process that is killed holds nothing back, and nothing of it goes on listening', async () => {
  const script = `
    import { Logind } from ${JSON.stringify(import.meta.resolve('#kubelet/node-shutdown/logind.ts'))}
    const logind = new Logind(${JSON.stringify(logind.place)})
    await logind.listen(new AbortController().signal)
    await logind.hold({ who: 'killed', why: '' })
    setInterval(() => undefined, 1_000)`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'ignore' })
  const listeners = async () => (await run(['sh', '-c', `grep -l ${logind.place.busAddress} /proc/[0-9]*/environ | wc -l`])).trim()
  const before = await listeners()
  await locked(['shutdown killed delay'])
  assert.notEqual(await listeners(), before)
  child.kill('SIGKILL')
  await locked([])
  await eventually(async () => assert.equal(await listeners(), before))
})
test('without a logind there is nothing to hold back: that is said once', async () => {
  const told: string[] = []
  const note = (_: object, message: string) => void told.push(message)
  const log: Log = { ...silentLog, info: note, warn: note, error: note }
  const nowhere = { busAddress: 'unix:path=/nonexistent/bus', folder: '/nonexistent' }
  const watch = new ShutdownWatch({ clock, log, cluster: 'dev', periods: settings.shutdown, place: nowhere })
  const never = () => assert.fail('nothing was announced')
  watch.start({ record: never, endPods: never })
  await eventually(() => assert.deepEqual(told, ['no systemd-logind answers: pods are not ended before the machine shuts down']))
  await watch[Symbol.asyncDispose]()
  assert.equal(watch.isUnderWay, false)
  assert.equal(told.length, 1)
})
