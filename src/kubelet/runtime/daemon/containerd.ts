/** What containerd itself keeps, below what it tells as a container runtime: its containers, and the leases that keep what is in the making. */
import { GrpcClient, method } from '#base/grpc/client.ts'
import { bool, int, many, message, one, text, texts } from '#base/grpc/message.ts'
import { NAMESPACE_OF_CRI } from '../../images/import.ts'

const Nothing = message({})
const Named = message({ id: text(1) })
const Time = message({ seconds: int(1) })
const Lease = message({ id: text(1), createdAt: one(2, Time) })
const LIST_CONTAINERS = method(
  '/containerd.services.containers.v1.Containers/List',
  message({ filters: texts(1) }),
  message({ containers: many(1, Named) }),
)
const LIST_LEASES = method(
  '/containerd.services.leases.v1.Leases/List',
  message({ filters: texts(1) }),
  message({ leases: many(1, Lease) }),
)
const DELETE_LEASE = method('/containerd.services.leases.v1.Leases/Delete', message({ id: text(1), sync: bool(2) }), Nothing)
const OPTIONS = { metadata: { 'containerd-namespace': NAMESPACE_OF_CRI }, timeoutMs: 30_000 }

/** The ids of all containers. Throws GrpcError. */
export async function containersOf(socket: string): Promise<ReadonlySet<string>> {
  using client = new GrpcClient(`unix:${socket}`)
  const { containers } = await client.call(LIST_CONTAINERS, { filters: [] }, OPTIONS)
  return new Set(containers.map(({ id }) => id))
}

/** Leases live for a day, and what they keep with them: those of a daemon that died are nobody's. Throws GrpcError. */
export async function removeLeases(socket: string, { before }: { readonly before: number }): Promise<void> {
  using client = new GrpcClient(`unix:${socket}`)
  const { leases } = await client.call(LIST_LEASES, { filters: [] }, OPTIONS)
  const old = leases.filter(({ createdAt }) => createdAt !== undefined && (createdAt.seconds + 1) * 1000 < before)
  for (const { id } of old) await client.call(DELETE_LEASE, { id, sync: true }, OPTIONS)
}
