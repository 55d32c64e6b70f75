/**
 * Law: whatever becomes of pods, and whenever, when they are gone the machine is as before.
 * KNARR_PODS says how many (500 for the whole law), KNARR_SEED repeats a run.
 */
import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { systemClock, wait } from '#base/clock.ts'
import { systemRandom } from '#base/random.ts'
import { ConfigMap } from '#kinds/core/config-map.ts'
import { Pod } from '#kinds/core/pod.ts'
import { Secret } from '#kinds/core/secret.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { connectRuntime, type Runtime } from '#kubelet/runtime/cri/client.ts'
import { findDaemon } from '#kubelet/runtime/daemon/daemon.ts'
import { CONTAINER_NAME, POD_UID } from '#kubelet/runtime/labels.ts'
import { eventually } from '#test/conformance/support/eventually.ts'
import { type NodeCluster, startNodeCluster } from '#test/support/node-cluster.ts'
import { machineState } from './random/machine-state.ts'
import { type Fault, planOf, type PodPlan } from './random/plan.ts'

const COUNT = Number(process.env['KNARR_PODS'] ?? 40)
const SEED = Number(process.env['KNARR_SEED'] ?? systemRandom.integer(2 ** 31))
/** So many are there at a time. */
const AT_ONCE = 12
const GONE_MS = 120_000

let cluster: NodeCluster
before(async () => {
  cluster = await startNodeCluster(['busybox'])
  await cluster.client.create(ConfigMap, { metadata: { namespace: 'default', name: 'config' }, data: { key: 'value' } })
  await cluster.client.create(Secret, { metadata: { namespace: 'default', name: 'secret' }, stringData: { word: 'hush' } })
})
after(() => cluster?.[Symbol.asyncDispose]())

test(`${COUNT} pods by chance, seed ${SEED}: when they are gone the machine is as before`, { timeout: 3_600_000 }, async t => {
  t.diagnostic(`repeat it with KNARR_PODS=${COUNT} KNARR_SEED=${SEED}`)
  // A first pod brings what is made once and stays.
  await live({
    name: 'first',
    spec: planOf(1, 1)[0]?.spec ?? {},
    fault: 'nothing',
    faultAfterMs: 2_000,
    deletedAfterMs: 0,
    graceSeconds: 0,
  })
  const state = await eventually(async () => {
    const now = await machineState(cluster)
    assert.deepEqual(
      now.filter(line => !/^(containerd|link|nft|snapshot): /.test(line)),
      [],
    )
    return now
  })
  const openFiles = filesOpen()
  const left = [...planOf(SEED, COUNT)]
  const next = async (): Promise<void> => {
    for (let plan = left.shift(); plan; plan = left.shift()) await live(plan)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, next))
  await eventually(async () => assert.deepEqual(await machineState(cluster), state), { timeoutMs: GONE_MS })
  await eventually(() => assert.ok(filesOpen() <= openFiles + AT_ONCE, `${filesOpen()} files are open, ${openFiles} were`))
})

/** From its making until the API has forgotten it. */
async function live({ name, spec, fault, faultAfterMs, deletedAfterMs, graceSeconds }: PodPlan): Promise<void> {
  const { metadata } = await cluster.client.create(Pod, { metadata: { namespace: 'default', name }, spec } as unknown as Partial<Pod>)
  await wait(systemClock, faultAfterMs)
  await FAULTS[fault](metadata.uid ?? '')
  await wait(systemClock, deletedAfterMs)
  await cluster.client.delete(
    Pod,
    { namespace: 'default', name },
    { ...(graceSeconds !== undefined && { gracePeriodSeconds: graceSeconds }) },
  )
  await cluster.until('default', name, pod => pod === undefined || pod.metadata.uid !== metadata.uid, GONE_MS)
}

const FAULTS: Readonly<Record<Fault, (uid: string) => Promise<void> | void>> = {
  nothing: () => undefined,
  'kill a container': uid =>
    withRuntime(async runtime => {
      const { containers } = await runtime.listContainers({ filter: { labelSelector: { [POD_UID]: uid } } })
      const [one] = containers.filter(({ labels }) => labels[CONTAINER_NAME])
      if (one) kill((await runtime.containerStatus({ containerId: one.id, verbose: true })).info)
    }),
  'kill the sandbox': uid =>
    withRuntime(async runtime => {
      const { items } = await runtime.listPodSandbox({ filter: { labelSelector: { [POD_UID]: uid } } })
      if (items[0]) kill((await runtime.podSandboxStatus({ podSandboxId: items[0].id, verbose: true })).info)
    }),
  'kill containerd': () => {
    const pid = findDaemon(cluster.folder.runtime)
    if (pid !== undefined) process.kill(pid, 'SIGKILL')
  },
}
/** What the runtime does not know, or cannot be asked about just now, meets no fault. */
async function withRuntime(act: (runtime: Runtime) => Promise<void>): Promise<void> {
  using runtime = connectRuntime(join(cluster.folder.runtime, 'containerd.sock'))
  try {
    await act(runtime)
  } catch (error) {
    if ((error as Error).name !== 'GrpcError' && !isRefusal(error)) throw error
  }
}
function kill(info: Readonly<Record<string, string>>): void {
  const { pid = 0 } = JSON.parse(info['info'] ?? '{}') as { readonly pid?: number }
  if (pid > 0 && existsSync(`/proc/${pid}`)) process.kill(pid, 'SIGKILL')
}
const filesOpen = (): number => readdirSync('/proc/self/fd').length
