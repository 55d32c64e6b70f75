/** What must hold before services are served: the cluster's own ServiceCIDR is there, and nothing is held by services that are not. */
import { type Clock, timestamp } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import { formatAddress, parseCidr } from '#base/cidr.ts'
import type { Random } from '#base/random.ts'
import { Service } from '#kinds/core/service.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { IPAddress } from '#kinds/networking/ip-address.ts'
import { ServiceCIDR } from '#kinds/networking/service-cidr.ts'
import type { Store } from '#store/store.ts'
import type { InProcess } from '../in-process.ts'
import type { Objects } from '../resources/objects.ts'
import { Claims, type Holder, isOf, isOfService } from './claims.ts'
import { holdingsOf } from './holdings.ts'
import { addressRange } from './range.ts'

/** Upstream's name for the range of the cluster itself. */
const DEFAULT_RANGE = 'kubernetes'
const PATH = '/apis/networking.k8s.io/v1/servicecidrs'
/** Another server may have taken an address and be about to store the service: what is younger is left alone. */
const LEAK_AGE_MS = 60_000

export interface PrepareOptions {
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly objects: Objects
  /** With all rights. */
  readonly transport: Pick<InProcess, 'send'>
  readonly serviceRanges: readonly string[]
}

/** Before anything else makes services. Done again at each start. Throws Refusal. */
export async function prepareServices(options: PrepareOptions): Promise<void> {
  await ensureRange(options)
  await repair(options)
}

/** The address that belongs to the service default/kubernetes: the first one of the first range. */
export const kubernetesAddress = (serviceRanges: readonly string[]): string => addressAt(serviceRanges, 0n)
/** The address on which cluster DNS is looked for everywhere: the tenth. */
export const dnsAddress = (serviceRanges: readonly string[]): string => addressAt(serviceRanges, 9n)

function addressAt([first]: readonly string[], offset: bigint): string {
  const cidr = parseCidr(first ?? '')
  const numbers = cidr && addressRange(cidr)
  if (!numbers) throw new Error(`read service range "${first}": it is no range of which services can have addresses`)
  return formatAddress({ family: cidr.address.family, bits: numbers.first + offset })
}

async function ensureRange({ transport, objects, serviceRanges, clock, log }: PrepareOptions): Promise<void> {
  const present = await objects.get(ServiceCIDR, { name: DEFAULT_RANGE })
  const spec = { cidrs: serviceRanges }
  if (present && (present.spec.cidrs ?? []).join() !== serviceRanges.join())
    log.warn(
      { wanted: serviceRanges, present: present.spec.cidrs },
      'the service range of this cluster was chosen when it was made, and stays',
    )
  try {
    if (!present)
      await transport.send({
        method: 'POST',
        path: PATH,
        body: { apiVersion: ServiceCIDR.apiVersion, kind: ServiceCIDR.name, metadata: { name: DEFAULT_RANGE }, spec },
      })
  } catch (error) {
    if (!isRefusal(error, 'AlreadyExists')) throw error
  }
  if (present?.status.conditions?.some(({ type }) => type === 'Ready')) return
  const ready = {
    type: 'Ready',
    status: 'True',
    reason: 'Ready',
    message: 'Kubernetes default Service CIDR is ready',
    lastTransitionTime: timestamp(clock.now()),
  }
  await transport.send({
    method: 'PATCH',
    path: `${PATH}/${DEFAULT_RANGE}/status`,
    contentType: 'application/strategic-merge-patch+json',
    body: { status: { conditions: [ready] } },
  })
}

/** Services are the truth: what they name is taken for them, what is taken for services that do not name it is given back. */
async function repair({ store, clock, random, log, objects }: PrepareOptions): Promise<void> {
  const claims = new Claims(store, clock, random)
  const services = await objects.list(Service)
  const holders = services.map(service => ({ holder: holderOf(service), ...holdingsOf(service.spec) }))
  const held = await claims.ports()
  for (const { holder, addresses, ports } of holders) {
    for (const address of addresses) {
      const present = await objects.get(IPAddress, { name: address })
      if (!present) await claims.takeAddress(address, holder)
      else if (!isOf(present, holder)) log.warn({ service: holder, address, holder: present.spec.parentRef }, 'two hold the same address')
    }
    for (const port of ports) if (!held.has(port)) await claims.takePort(port, holder)
  }
  const isHeld = (of: Holder, what: (holder: (typeof holders)[number]) => boolean) =>
    holders.some(one => one.holder.namespace === of.namespace && one.holder.name === of.name && what(one))
  const isOld = (takenAtMs: number) => clock.now() - takenAtMs >= LEAK_AGE_MS
  for (const address of await objects.list(IPAddress)) {
    const { metadata, spec } = address
    const { namespace = '', name } = spec.parentRef
    const holder = { namespace, name }
    if (!isOfService(address) || isHeld(holder, ({ addresses }) => addresses.has(metadata.name as string))) continue
    if (isOld(Date.parse(metadata.creationTimestamp ?? ''))) await claims.giveAddress(objects, metadata.name as string, holder)
  }
  for (const [port, claim] of held)
    if (!isHeld(claim, ({ ports }) => ports.has(port)) && isOld(claim.takenAt)) await claims.givePort(port, claim)
}
const holderOf = ({ metadata: { namespace = '', name = '' } }: Service): Holder => ({ namespace, name })
