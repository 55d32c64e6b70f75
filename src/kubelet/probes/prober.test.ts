/** At which pace a container is asked, also when somebody sets the clock. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VirtualClock } from '#base/clock.ts'
import type { Container } from '#kinds/core/container.ts'
import type { Target } from './actions.ts'
import { Prober } from './prober.ts'
import { GrpcError } from '#base/grpc/client.ts'

const HOUR_MS = 3_600_000
const container = {
  name: 'c',
  readinessProbe: { exec: { command: ['true'] }, periodSeconds: 10, initialDelaySeconds: 30 },
} as unknown as Container

type Step = (clock: VirtualClock, prober: Prober) => Promise<void>
/** How often the container was asked after each of the steps. */
async function asked(steps: readonly Step[], subject = container): Promise<readonly number[]> {
  const clock = new VirtualClock()
  let times = 0
  const runtime = { execSync: async () => (times++, { stdout: Buffer.of(), stderr: Buffer.of(), exitCode: 0 }) }
  const target = { runtime, containerId: 'c', container: subject, ip: '' } as unknown as Target
  using prober = new Prober({ clock, container: subject, target, startedAt: clock.now(), changed: () => undefined, told: () => undefined })
  const counts: number[] = []
  await settled()
  for (const step of steps) {
    await step(clock, prober)
    counts.push(times)
  }
  return counts
}
const settled = async () => {
  for (let i = 0; i < 5; i++) await new Promise(resolve => setImmediate(resolve))
}
/** All that is due on the way happens, each at its time. */
const pass =
  (seconds: number): Step =>
  async clock => {
    const end = clock.now() + seconds * 1_000
    for (let next = clock.next; next !== undefined && next <= end; next = clock.next) {
      clock.advance(next)
      await settled()
    }
    clock.advance(end)
  }
const set =
  (ms: number): Step =>
  async clock =>
    clock.set(clock.now() + ms)

const rows: readonly [rule: string, steps: readonly Step[], counts: readonly number[]][] = [
  ['first after its delay, then once in a period', [pass(29), pass(1), pass(9), pass(1), pass(10)], [0, 1, 1, 2, 3]],
  ['a clock that is set back holds no probe up', [pass(30), set(-HOUR_MS), pass(10), pass(10), pass(10)], [1, 1, 2, 3, 4]],
  ['a clock that is set ahead brings no probe forward', [pass(30), set(HOUR_MS), pass(9), pass(1), pass(10)], [1, 1, 1, 2, 3]],
]
for (const [rule, steps, counts] of rows) test(rule, async () => assert.deepEqual(await asked(steps), counts))
test('a container that was started by a clock which is set back since has its delay, and no more', async () =>
  assert.deepEqual(await asked([set(-HOUR_MS), pass(30), pass(10)]), [0, 1, 2]))
const ends: Step = async (_, prober) => prober.askForReadinessOnly()
const living = { name: 'c', livenessProbe: { exec: { command: ['true'] }, periodSeconds: 10 } } as unknown as Container
test('a container that ends is asked whether it is ready', async () =>
  assert.deepEqual(await asked([pass(30), ends, pass(10), pass(10)]), [1, 1, 2, 3]))
test('and no more whether it lives', async () => assert.deepEqual(await asked([pass(10), ends, pass(10), pass(10)], living), [2, 2, 2, 2]))

test('a container that cannot be asked is asked three times, and is neither the better nor the worse for it', async () => {
  const clock = new VirtualClock()
  const told: string[] = []
  let times = 0
  const execSync = async () => {
    times++
    throw new GrpcError('ExecSync', { code: 2, details: 'no such file' } as never)
  }
  const one = {
    name: 'c',
    livenessProbe: { exec: { command: ['/absent'] }, periodSeconds: 10, failureThreshold: 1 },
  } as unknown as Container
  const target = { runtime: { execSync }, containerId: 'c', container: one, ip: '' } as unknown as Target
  using prober = new Prober({
    clock,
    container: one,
    target,
    startedAt: clock.now(),
    changed: () => undefined,
    told: (name, { output, isUnknown }) => told.push(`${name} ${isUnknown} ${output}`),
  })
  await settled()
  await settled()
  await pass(10)(clock, prober)
  await settled()
  assert.equal(times, 6)
  assert.deepEqual(told, Array(2).fill('liveness true rpc error: code = Unknown desc = no such file'))
  assert.equal(prober.health.verdict, undefined)
})
