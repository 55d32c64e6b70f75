/** Addresses and node ports in the store: an IPAddress object or a key for each, so that several servers never give one away twice. */
import { type Clock, timestamp } from '#base/clock.ts'
import type { Random } from '#base/random.ts'
import { IPAddress } from '#kinds/networking/ip-address.ts'
import { Mismatch, prefixEnd, type Store } from '#store/store.ts'
import { Collection } from '../resources/collection.ts'
import { MadeItem } from '../resources/item.ts'
import type { Objects } from '../resources/objects.ts'
import { familyOf } from './families.ts'

/** The service that something belongs to. */
export interface Holder {
  readonly namespace: string
  readonly name: string
}
const MANAGED_BY = 'ipallocator.k8s.io'
const LABELS = { family: 'ipaddress.kubernetes.io/ip-family', managedBy: 'ipaddress.kubernetes.io/managed-by' } as const
const PORTS = '/registry/ranges/nodeports/'
const ENCODER = new TextEncoder()

export const isOf = ({ spec: { parentRef } }: IPAddress, { namespace, name }: Holder): boolean =>
  isOfService({ spec: { parentRef } }) && parentRef.namespace === namespace && parentRef.name === name
export const isOfService = ({ spec: { parentRef } }: Pick<IPAddress, 'spec'>): boolean =>
  !parentRef.group && parentRef.resource === 'services'

export class Claims {
  readonly #store: Store
  readonly #clock: Clock
  readonly #random: Random
  readonly #addresses: Collection

  constructor(store: Store, clock: Clock, random: Random) {
    this.#store = store
    this.#clock = clock
    this.#random = random
    const { group, options } = IPAddress
    this.#addresses = new Collection(store, clock, { group, plural: options.plural, isNamespaced: false })
  }

  /** False when somebody has it already. */
  async takeAddress(address: string, { namespace, name }: Holder): Promise<boolean> {
    const object = {
      kind: IPAddress.name,
      apiVersion: IPAddress.apiVersion,
      metadata: {
        name: address,
        uid: this.#random.uuid(),
        creationTimestamp: timestamp(this.#clock.now()),
        labels: { [LABELS.family]: familyOf(address) as string, [LABELS.managedBy]: MANAGED_BY },
      },
      spec: { parentRef: { resource: 'services', namespace, name } },
    }
    return taken(() => this.#addresses.put(object, 0))
  }
  /** Gives an address back if the holder has it. */
  async giveAddress(objects: Objects, address: string, holder: Holder): Promise<void> {
    for (;;) {
      const found = await objects.get(IPAddress, { name: address })
      if (!found || !isOf(found, holder)) return
      const item = new MadeItem(this.#addresses.key('', address), Number(found.metadata.resourceVersion), found)
      if (await taken(() => this.#addresses.delete(item))) return
    }
  }

  async takePort(port: number, { namespace, name }: Holder): Promise<boolean> {
    const value = ENCODER.encode(JSON.stringify({ namespace, name, takenAt: this.#clock.now() } satisfies PortClaim))
    return taken(() => this.#store.put(PORTS + port, () => value, { expected: 0 }))
  }
  async givePort(port: number, holder: Holder): Promise<void> {
    const entry = await this.#store.get(PORTS + port)
    if (!entry) return
    const { namespace, name } = claimIn(entry.value)
    if (namespace === holder.namespace && name === holder.name)
      await taken(() => this.#store.delete(PORTS + port, { expected: entry.revision }))
  }
  async isPortTaken(port: number): Promise<boolean> {
    return (await this.#store.get(PORTS + port)) !== undefined
  }
  /** All node ports that are taken, with their holders. */
  async ports(): Promise<ReadonlyMap<number, PortClaim>> {
    const { entries } = await this.#store.range({ start: PORTS, end: prefixEnd(PORTS) })
    return new Map(entries.map(({ key, value }) => [Number(key.slice(PORTS.length)), claimIn(value)]))
  }
}
export interface PortClaim extends Holder {
  /** Milliseconds since the epoch. */
  readonly takenAt: number
}
const claimIn = (value: Uint8Array) => JSON.parse(new TextDecoder().decode(value)) as PortClaim

/** Whether a conditional write went through. */
async function taken(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write()
    return true
  } catch (error) {
    if (error instanceof Mismatch) return false
    throw error
  }
}
