/** Simulated nodes of a cluster, and the server that answers for them. */
import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import type { Client } from '#client/transport.ts'
import { startSimulatedNodes } from '#kubelet/simulated/nodes.ts'
import { startRefusingServer } from '#kubelet/simulated/refusing-server.ts'
import type { Pki } from './pki.ts'
import { kubernetesVersion } from './version.ts'

export interface SimulatedOptions {
  readonly client: Client
  readonly clock: Clock
  readonly log: Log
  readonly pki: Pki
  readonly count: number
}

/** Resolves when all of them are Ready. */
export async function startSimulated({ client, clock, log, pki, count }: SimulatedOptions): Promise<AsyncDisposable> {
  await using stack = new AsyncDisposableStack()
  const { port } = stack.use(await startRefusingServer(pki.kubeletServer))
  stack.use(await startSimulatedNodes({ client, clock, log, count, version: kubernetesVersion.gitVersion, kubeletPort: port }))
  return stack.move()
}
