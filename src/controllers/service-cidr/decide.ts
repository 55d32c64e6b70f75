/** When a range of service addresses is ready, and when it may go: not before the last address of it. Upstream: pkg/controller/servicecidrs. */
import { contains, parseAddress, parseCidr } from '#base/cidr.ts'
import { timestamp } from '#base/clock.ts'
import type { Plan, Sight } from '#client/plan.ts'
import type { IPAddress } from '#kinds/networking/ip-address.ts'
import type { ServiceCIDR } from '#kinds/networking/service-cidr.ts'

export const FINALIZER = 'networking.k8s.io/service-cidr-finalizer'
/** A service that is being made may have chosen an address of the range just before its deletion. Upstream waits 10 s, as its caches lag. */
const DELETION_GRACE_MS = 1_000

export interface Seen {
  readonly others: readonly ServiceCIDR[]
  readonly addresses: readonly IPAddress[]
}
type Condition = NonNullable<ServiceCIDR['status']['conditions']>[number]

/**
 * | the range | its addresses | plan |
 * |---|---|---|
 * | is wanted | | finalizer, Ready |
 * | is being deleted | some in use, in no other ready range | not Ready, it stays |
 * | is being deleted, since long enough | none, or all in others too | lets it go |
 */
export function decide({ object, more: { others, addresses }, now }: Sight<ServiceCIDR, Seen>): Plan<ServiceCIDR> {
  const { metadata, status } = object
  const finalizers = metadata.finalizers ?? []
  if (metadata.deletionTimestamp === undefined) {
    const message = 'Kubernetes Service CIDR is ready'
    const ready = status.conditions?.find(({ type }) => type === 'Ready')
    const conditions = conditionsWith(status.conditions, { status: 'True', reason: 'Ready', message }, now)
    return {
      ...(!finalizers.includes(FINALIZER) && { object: { ...object, metadata: { ...metadata, finalizers: [...finalizers, FINALIZER] } } }),
      // Who made the range may already have said so in words of its own.
      ...(ready?.status !== 'True' && { status: { ...status, conditions } }),
    }
  }
  if (!finalizers.includes(FINALIZER)) return {}
  const usable = others.filter(other => !other.metadata.deletionTimestamp && other.status.conditions?.some(isReady))
  const isOnlyHere = ({ metadata: { name = '' } }: IPAddress) => holds(object, name) && !usable.some(other => holds(other, name))
  if (addresses.some(isOnlyHere)) {
    const message = 'There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR'
    return {
      status: { ...status, conditions: conditionsWith(status.conditions, { status: 'False', reason: 'Terminating', message }, now) },
    }
  }
  const left = Date.parse(metadata.deletionTimestamp) + DELETION_GRACE_MS - now
  if (left > 0) return { lookAgainMs: left }
  return { object: { ...object, metadata: { ...metadata, finalizers: finalizers.filter(one => one !== FINALIZER) } } }
}
const isReady = ({ type, status }: Condition) => type === 'Ready' && status === 'True'

function holds({ spec }: ServiceCIDR, text: string): boolean {
  const address = parseAddress(text)
  return (spec.cidrs ?? []).some(range => {
    const cidr = parseCidr(range)
    return cidr !== undefined && address !== undefined && contains(cidr, address)
  })
}
/** The time of a condition is that of its last change. */
function conditionsWith(
  before: readonly Condition[] = [],
  wanted: Pick<Condition, 'status' | 'reason' | 'message'>,
  now: number,
): readonly Condition[] {
  const known = before.find(({ type }) => type === 'Ready')
  const lastTransitionTime = known?.status === wanted.status ? known.lastTransitionTime : timestamp(now)
  return [...before.filter(({ type }) => type !== 'Ready'), { type: 'Ready', ...wanted, lastTransitionTime }]
}
