/** Static pods of a node whose API cannot be reached: manifests alone say what runs. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { systemClock } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import { EventRecorder } from '#client/events.ts'
import { Mirror } from '#client/mirror.ts'
import type { Client } from '#client/transport.ts'
import { Pod } from '#kinds/core/pod.ts'
import { StatusWriter } from '../pods/status-writer.ts'
import { StaticPods } from './static-pods.ts'

const unreachable = async () => {
  throw new Error('the API cannot be reached')
}
const client = { list: unreachable, get: unreachable, create: unreachable, delete: unreachable, patch: unreachable } as unknown as Client

test('pods follow their manifests while the API cannot be reached', { timeout: 60_000 }, async () => {
  await using stack = new AsyncDisposableStack()
  // The system clock's timers keep no process alive.
  stack.adopt(
    setInterval(() => undefined, 1_000),
    clearInterval,
  )
  const folder = mkdtempSync(join(tmpdir(), 'manifests-'))
  stack.defer(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'web.json')
  const write = (image: string) =>
    writeFileSync(
      file,
      JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers: [{ name: 'c', image }] } }),
    )
  write('one')
  const base = { client, clock: systemClock, log: silentLog }
  const pods = stack.use(new Mirror(client, Pod, { clock: systemClock }))
  const statuses = stack.use(new StatusWriter(base))
  const recorder = new EventRecorder({ ...base, component: 'kubelet' })
  const source = stack.use(new StaticPods({ ...base, pods, statuses, recorder, nodeName: 'n1', folder }))
  const seen: string[] = []
  let heard: () => void = () => undefined
  let latest: Pod | undefined
  source.onChange(({ before, after }) => {
    latest = after
    const pod = after ?? before
    const state = !after ? 'gone' : after.metadata.deletionTimestamp ? 'ends' : 'runs'
    seen.push(`${pod?.metadata.name} ${pod?.spec.containers[0]?.image} ${state}`)
    heard()
  })
  const until = async (count: number) => {
    while (seen.length < count) await new Promise<void>(resolve => (heard = resolve))
  }
  await source.ready
  await until(1)
  write('two')
  await until(2)
  assert.equal(source.shown(latest as Pod), undefined)
  await source.ended(latest as Pod)
  rmSync(file)
  await until(5)
  await source.ended(latest as Pod)
  assert.deepEqual(seen, ['web-n1 one runs', 'web-n1 one ends', 'web-n1 one gone', 'web-n1 two runs', 'web-n1 two ends', 'web-n1 two gone'])
})
