/** An API server with services: the whole catalogue, the memory store, real admission, a range for services, and controllers on request. */
import type { AdmissionPlugin } from '#apiserver/admit/admission.ts'
import { limitRanger } from '#apiserver/admit/limit-ranger.ts'
import { resourceQuota } from '#apiserver/admit/resource-quota.ts'
import { serviceAllocation } from '#apiserver/services/allocation.ts'
import { discoveryRoute } from '#apiserver/describe/discovery-route.ts'
import { prepareServices } from '#apiserver/services/prepare.ts'
import { type Clock, systemClock } from '#base/clock.ts'
import { type Log, silentLog } from '#base/log.ts'
import { seededRandom } from '#base/random.ts'
import type { Runner } from '#client/controller.ts'
import { Mirrors } from '#client/mirrors.ts'
import { createClient } from '#client/requests.ts'
import type { Client } from '#client/transport.ts'
import { catalogue } from '#kinds/catalogue.ts'
import { Namespace } from '#kinds/core/namespace.ts'
import { startServer } from '#test/integration/apiserver/fixture.ts'

export interface World extends AsyncDisposable {
  readonly client: Client
  /** Resolves with what `look` gives as soon as it gives something; fails after a while. */
  readonly until: <T>(look: () => Promise<T | undefined | false | 0>) => Promise<T>
  /** Does again what is done at each start. */
  prepare(): Promise<void>
  readonly store: Parameters<typeof prepareServices>[0]['store']
}
/** So long something may take on a busy machine. */
const PATIENCE_MS = 60_000
const LOOK_EVERY_MS = 5
const noisy: Log = {
  ...silentLog,
  warn: (fields, message) => console.error(message, fields),
  error: (fields, message) => console.error(message, fields),
  child: () => noisy,
}

export async function startWorld({
  serviceRanges = ['10.96.0.0/16'],
  runners = [],
  nodePorts,
}: {
  readonly serviceRanges?: readonly string[]
  readonly runners?: readonly Runner[]
  readonly nodePorts?: { readonly first: number; readonly last: number }
} = {}): Promise<World> {
  // Controllers wait in real time, and compare it with the server's.
  const clock: Clock = systemClock
  const random = seededRandom(7)
  const late: AdmissionPlugin[] = []
  const server = await startServer({ catalogue, admission: late, clock, routes: ({ registry }) => [discoveryRoute(registry, () => '')] })
  const { store } = server
  late.push(
    limitRanger,
    serviceAllocation({ store, clock, random, serviceRanges, ...(nodePorts && { nodePorts }) }),
    resourceQuota({ store, clock }),
  )
  const client = createClient(server.local)
  const prepare = () =>
    prepareServices({
      store: server.store,
      clock,
      random,
      log: noisy,
      objects: server.pipeline.objects,
      transport: server.local,
      serviceRanges,
    })
  await prepare()
  await client.create(Namespace, { metadata: { name: 'default' } })
  const running = new AsyncDisposableStack()
  const mirrors = running.use(new Mirrors(client, { clock, log: noisy }))
  for (const runner of runners) running.use(runner.start({ client, mirrors, clock, log: noisy }))
  return {
    client,
    store: server.store,
    prepare,
    async until(look) {
      for (const end = clock.now() + PATIENCE_MS; ; ) {
        const found = await look()
        if (found) return found
        if (clock.now() > end) throw new Error(`waited ${PATIENCE_MS} ms in vain for: ${look.toString()}`)
        await new Promise<void>(resolve => void clock.after(LOOK_EVERY_MS, resolve))
      }
    },
    async [Symbol.asyncDispose]() {
      await running[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}
