/** Rules by which pods get what drivers prepare, with a driver of our own that speaks over a socket. */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { systemClock } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import type { Client } from '#client/transport.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { refuse } from '#kinds/meta/refusal.ts'
import { startTestDriver, type TestDriver } from '#test/support/test-driver.ts'
import { ClaimedDevices } from './claimed-devices.ts'
import { Drivers } from './drivers.ts'
import { ClaimRecord } from './record.ts'

const folder = mkdtempSync(join(tmpdir(), 'knarr-dra-'))
after(() => rmSync(folder, { recursive: true, force: true }))
let count = 0

const pod = (uid: string, claims: readonly string[] = ['c']) =>
  ({
    metadata: { name: uid, namespace: 'd', uid },
    spec: {
      containers: [
        { name: 'main', resources: { claims: [{ name: 'c' }] } },
        { name: 'one', resources: { claims: [{ name: 'c', request: 'r2' }] } },
        { name: 'none' },
      ],
      resourceClaims: claims.map(name => ({ name, resourceClaimName: name })),
    },
    status: {},
  }) as unknown as Pod
const claim = (users: readonly string[], { uid = 'c1', driver = 'drv' } = {}) => ({
  metadata: { name: 'c', namespace: 'd', uid },
  spec: {},
  status: {
    allocation: { devices: { results: ['r1', 'r2'].map(request => ({ request, driver, pool: 'p', device: `of ${request}` })) } },
    reservedFor: users.map(each => ({ resource: 'pods', name: each, uid: each })),
  },
})

interface Scene extends AsyncDisposable {
  readonly driver: TestDriver
  readonly drivers: Drivers
  readonly file: string
  claims: readonly object[]
  open(appliesCdi?: boolean): ClaimedDevices
}
async function scene(services?: readonly string[]): Promise<Scene> {
  const own = join(folder, String(count++))
  const changes = Promise.withResolvers<void>()
  const drivers = new Drivers({ folder: own, clock: systemClock, log: silentLog, changed: () => changes.resolve() })
  const driver = await startTestDriver(own, 'drv', services)
  if (!services || services.some(each => each.startsWith('v1'))) await changes.promise
  const file = join(own, 'state', 'record')
  const made: Scene = {
    driver,
    drivers,
    file,
    claims: [],
    open: (appliesCdi = true) =>
      new ClaimedDevices({ client, record: new ClaimRecord(file), driver: name => drivers.get(name), appliesCdi }),
    async [Symbol.asyncDispose]() {
      await driver[Symbol.asyncDispose]()
      await drivers[Symbol.asyncDispose]()
    },
  }
  const client = {
    get: async (_: unknown, { name }: { name: string }) => {
      const found = made.claims.find(each => (each as { metadata: { name: string } }).metadata.name === name)
      if (!found) throw refuse.notFound({ group: 'resource.k8s.io', resource: 'resourceclaims' }, name)
      return found
    },
  } as unknown as Client
  return made
}
const [main, one, none] = pod('p').spec.containers as [never, never, never]

test('a driver prepares a claim, and containers get what they name', async () => {
  await using here = await scene()
  here.claims = [claim(['a'])]
  const devices = here.open()
  await devices.prepare(pod('a'))
  assert.deepEqual(here.driver.calls, ['prepare c1'])
  assert.deepEqual(devices.cdiNames(pod('a'), main), ['drv/class=of-c1-r1', 'drv/class=of-c1-r2'])
  assert.deepEqual(devices.cdiNames(pod('a'), one), ['drv/class=of-c1-r2'])
  assert.deepEqual(devices.cdiNames(pod('a'), none), [])
})
test('once for all pods that share it, and released with the last', async () => {
  await using here = await scene()
  here.claims = [claim(['a', 'b'])]
  const devices = here.open()
  await devices.prepare(pod('a'))
  await devices.prepare(pod('b'))
  await devices.prepare(pod('a'))
  await devices.release(pod('a'))
  assert.deepEqual(here.driver.calls, ['prepare c1'])
  await devices.release(pod('b'))
  await devices.release(pod('b'))
  assert.deepEqual(here.driver.calls, ['prepare c1', 'release c1'])
})
test('what is prepared is known after a restart, and released for pods that are gone', async () => {
  await using here = await scene()
  here.claims = [claim(['a'])]
  await here.open().prepare(pod('a'))
  const again = here.open()
  assert.deepEqual(again.cdiNames(pod('a'), one), ['drv/class=of-c1-r2'])
  await again.prepare(pod('a'))
  await again.releaseOthers(uid => uid === 'a', assert.ifError)
  assert.deepEqual(here.driver.calls, ['prepare c1'])
  await again.releaseOthers(() => false, assert.ifError)
  assert.deepEqual(here.driver.calls, ['prepare c1', 'release c1'])
})
test('the older protocol will do', async () => {
  await using here = await scene(['v1beta1.DRAPlugin'])
  here.claims = [claim(['a'])]
  await here.open().prepare(pod('a'))
  assert.deepEqual(here.driver.calls, ['prepare c1'])
})
test('a plugin that speaks none of them is told so', async () => {
  await using here = await scene(['v9.DRAPlugin'])
  assert.equal(
    await here.driver.refusal,
    'invalid supported gRPC versions of DRA driver plugin drv: none of services supported by the plugin (["v9.DRAPlugin"]) are supported by the kubelet (["v1.DRAPlugin" "v1beta1.DRAPlugin"])',
  )
})
test('a driver that goes is not there any more', async () => {
  await using here = await scene()
  await here.driver[Symbol.asyncDispose]()
  while (here.drivers.get('drv')) await new Promise(resolve => setImmediate(resolve))
  here.claims = [claim(['a'])]
  await assert.rejects(here.open().prepare(pod('a')), { message: 'DRA driver drv is not registered' })
  assert.ok(!existsSync(here.file), 'nothing is kept of a pod that never had its devices')
})

const rows: readonly [rule: string, claims: readonly object[], message: string, answer?: string, appliesCdi?: boolean][] = [
  ['a claim that is not there', [], 'fetch ResourceClaim c: resourceclaims.resource.k8s.io "c" not found'],
  ['one that others have', [claim(['b'])], 'pod a (a) is not allowed to use ResourceClaim c (c1)'],
  ['a driver that is not there', [claim(['a'], { driver: 'other' })], 'DRA driver other is not registered'],
  ['a driver that says no', [claim(['a'])], 'NodePrepareResources failed for ResourceClaim c: no power', 'no power'],
  ['a driver that forgets one', [claim(['a'])], 'NodePrepareResources skipped 1 ResourceClaims', 'forget'],
  ['a driver that fails', [claim(['a'])], 'NodePrepareResources: rpc error: code = Internal desc = broken', 'break'],
  [
    'a runtime that would leave its containers without',
    [claim(['a'])],
    'the container runtime does not know CDI devices, which driver drv gives; containerd does from 1.7 on',
    undefined,
    false,
  ],
]
for (const [rule, claims, message, answer, appliesCdi] of rows)
  test(rule, async () => {
    await using here = await scene()
    here.claims = claims
    here.driver.answer = answer
    await assert.rejects(here.open(appliesCdi).prepare(pod('a')), { message })
  })
test('a claim of the same name that is still prepared keeps the new one away', async () => {
  await using here = await scene()
  here.claims = [claim(['a'])]
  const devices = here.open()
  await devices.prepare(pod('a'))
  here.claims = [claim(['b'], { uid: 'c2' })]
  const message = 'old ResourceClaim with same name c and different UID c1 still exists (previous pod force-deleted?!)'
  await assert.rejects(devices.prepare(pod('b')), { message })
})
