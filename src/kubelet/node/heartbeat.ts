/** The node's signs of life: its lease, renewed four times in the time for which it holds. Reference: concepts, "Nodes", heartbeats. */
import { type Clock, wait } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import { formatMicroseconds } from '#base/rfc3339.ts'
import type { Client } from '#client/transport.ts'
import { Lease } from '#kinds/coordination/lease.ts'
import { Node } from '#kinds/core/node.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'

const NAMESPACE = 'kube-node-lease'
/** After this time without renewal a node counts as gone, unless it is set otherwise. */
const LEASE_SECONDS = 40
/** So often it is renewed in that time. Upstream: nodeLeaseRenewIntervalFraction. */
const RENEWALS = 4
/** After a failed renewal: soon, there are only four chances. */
const RETRY_MS = 1_000

export interface HeartbeatOptions {
  readonly client: Client
  readonly clock: Clock
  readonly log: Log
  readonly name: string
  readonly leaseSeconds?: number
  readonly signal: AbortSignal
}

/** Renews until `signal` aborts. */
export async function beat({ client, clock, log, name, leaseSeconds = LEASE_SECONDS, signal }: HeartbeatOptions): Promise<void> {
  while (!signal.aborted) {
    try {
      await renew({ client, clock, name, leaseSeconds })
      await wait(clock, (leaseSeconds * 1000) / RENEWALS, signal)
    } catch (error) {
      if (signal.aborted) return
      log.warn({ error, node: name }, 'cannot renew the lease of the node, trying again')
      await wait(clock, RETRY_MS, signal)
    }
  }
}

/** Renews once; makes the lease when there is none. */
export async function renew({
  client,
  clock,
  name,
  leaseSeconds: leaseDurationSeconds = LEASE_SECONDS,
}: Pick<HeartbeatOptions, 'client' | 'clock' | 'name' | 'leaseSeconds'>): Promise<void> {
  const now = clock.now()
  const renewTime = formatMicroseconds({ seconds: Math.floor(now / 1000), nanos: (now % 1000) * 1_000_000 })
  const spec = { holderIdentity: name, leaseDurationSeconds, renewTime }
  try {
    await client.patch(Lease, { namespace: NAMESPACE, name }, 'merge', { spec })
  } catch (error) {
    if (!isRefusal(error, 'NotFound')) throw error
    const { uid } = (await client.get(Node, { name })).metadata
    const ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name, uid }]
    await client.create(Lease, { metadata: { name, namespace: NAMESPACE, ownerReferences }, spec } as Partial<Lease>)
  }
}
