/** ServiceAllocation: gives services their addresses and node ports, and takes them back. Upstream: registry/core/service/storage. */
import type { Clock } from '#base/clock.ts'
import { parseCidr } from '#base/cidr.ts'
import type { Random } from '#base/random.ts'
import { Service } from '#kinds/core/service.ts'
import type { IPAddress } from '#kinds/networking/ip-address.ts'
import type { Draft } from '#schema/vocabulary.ts'
import type { Store } from '#store/store.ts'
import type { Admission, AdmissionPlugin, Settlement } from '../admit/admission.ts'
import { is } from '../admit/denied.ts'
import type { Objects } from '../resources/objects.ts'
import { Claims, type Holder, isOfService } from './claims.ts'
import { type Family, settleFamilies } from './families.ts'
import { type Holdings, holdingsOf, NOTHING, without } from './holdings.ts'
import { portRange } from './range.ts'
import { invalidService, Taking } from './taking.ts'

/** Upstream's default of --service-node-port-range. */
const NODE_PORTS = { first: 30_000, last: 32_767 }

export interface ServiceAllocationOptions {
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
  /** The cluster's ranges (CIDR), one for each family, the default family first. */
  readonly serviceRanges: readonly string[]
  readonly nodePorts?: { readonly first: number; readonly last: number }
}

export function serviceAllocation({
  store,
  clock,
  random,
  serviceRanges,
  nodePorts = NODE_PORTS,
}: ServiceAllocationOptions): AdmissionPlugin {
  const claims = new Claims(store, clock, random)
  const ports = portRange(nodePorts.first, nodePorts.last)
  const families = serviceRanges.map(text => `IPv${parseCidr(text)?.address.family}` as Family)
  return {
    name: 'ServiceAllocation',
    concerns: admission => is(admission, 'services') || is(admission, 'ipaddresses.networking.k8s.io'),
    async reserve(admission) {
      if (is(admission, 'ipaddresses.networking.k8s.io')) return restoration(claims, admission)
      const { objects, operation, dryRun } = admission
      if (operation === 'DELETE') return dryRun ? undefined : deletion(claims, admission)
      if (operation !== 'CREATE' && operation !== 'UPDATE') return undefined
      const service = admission.draft as Draft<Service>
      const before = admission.before as Service | undefined
      const problems = settleFamilies(service.spec, families, before?.spec)
      if (problems.length) throw invalidService(service.metadata.name ?? '', problems)
      const held = before ? holdingsOf(before.spec) : NOTHING
      const taking = new Taking(service, { claims, objects, random, nodePorts: ports, dryRun })
      await taking.take(held, before === undefined)
      if (dryRun) return undefined
      return async ending => {
        if (ending === 'failed') return await taking.giveBack()
        const holds = holdingsOf(service.spec)
        const kept = ending === 'gone' ? NOTHING : holds
        await giveBack(claims, objects, { holder: holderOf(service), holdings: without(union(held, holds), kept) })
      }
    },
  }
}
const deletion =
  (claims: Claims, { before, objects }: Admission): Settlement =>
  async ending => {
    if (ending === 'gone')
      await giveBack(claims, objects, { holder: holderOf(before as Service), holdings: holdingsOf((before as Service).spec) })
  }

/** An address that somebody deletes although its service has it comes back at once: else it would be given to another service, too. */
function restoration(claims: Claims, { operation, before, objects, dryRun }: Admission): Settlement | undefined {
  if (operation !== 'DELETE' || dryRun || !isOfService(before as IPAddress)) return undefined
  const { metadata, spec } = before as IPAddress
  const { namespace = '', name } = spec.parentRef
  return async ending => {
    const service = ending === 'gone' ? await objects.get(Service, { namespace, name }) : undefined
    const address = metadata.name as string
    if (service && holdingsOf(service.spec).addresses.has(address)) await claims.takeAddress(address, { namespace, name })
  }
}

async function giveBack(claims: Claims, objects: Objects, { holder, holdings }: { holder: Holder; holdings: Holdings }): Promise<void> {
  for (const address of holdings.addresses) await claims.giveAddress(objects, address, holder)
  for (const port of holdings.ports) await claims.givePort(port, holder)
}
const union = (one: Holdings, other: Holdings): Holdings => ({
  addresses: one.addresses.union(other.addresses),
  ports: one.ports.union(other.ports),
})
const holderOf = ({ metadata: { namespace = '', name = '' } }: Pick<Service, 'metadata'>): Holder => ({ namespace, name })
