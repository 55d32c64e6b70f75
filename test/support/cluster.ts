/** A cluster for tests: the whole control plane in this process, on the memory store. */
import { InProcess } from '#apiserver/in-process.ts'
import { Pipeline } from '#apiserver/pipeline.ts'
import { mastersAuthorizer } from '#apiserver/authorize/masters.ts'
import { systemClock } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import { createClient } from '#client/requests.ts'
import type { Client, Transport } from '#client/transport.ts'
import { catalogue } from '#kinds/catalogue.ts'
import { Namespace } from '#kinds/core/namespace.ts'
import { openMemory } from '#store/engines/memory/engine.ts'

export interface TestCluster extends AsyncDisposable {
  /** A client with all rights. */
  readonly client: Client
  readonly transport: Transport
  /** Makes a namespace of its own for a test, named after it. */
  namespace(base: string): Promise<string>
}

export async function startTestCluster(): Promise<TestCluster> {
  const store = await openMemory({ clock: systemClock })
  const pipeline = new Pipeline({
    store,
    catalogue,
    clock: systemClock,
    log: silentLog,
    gates: () => ({ authenticators: [], authorizer: mastersAuthorizer }),
    admission: [],
  })
  const transport = new InProcess(pipeline, {
    user: { name: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'], extra: {} },
    agent: 'test',
  })
  const client = createClient(transport)
  let made = 0
  return {
    client,
    transport,
    namespace: async base => {
      const name = `${base}-${++made}`
      await client.create(Namespace, { metadata: { name } } as Partial<Namespace>)
      return name
    },
    async [Symbol.asyncDispose]() {
      await pipeline[Symbol.asyncDispose]()
      await store[Symbol.asyncDispose]()
    },
  }
}
