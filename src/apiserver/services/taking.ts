/** One service's taking of addresses and ports: all that it lacks, or none of it. */
import { type Address, formatAddress, parseAddress } from '#base/cidr.ts'
import type { Random } from '#base/random.ts'
import type { Service } from '#kinds/core/service.ts'
import type { ServiceSpec } from '#kinds/core/service-spec.ts'
import { type Refusal, refuse } from '#kinds/meta/refusal.ts'
import { IPAddress } from '#kinds/networking/ip-address.ts'
import { ServiceCIDR } from '#kinds/networking/service-cidr.ts'
import { pathAt } from '#schema/path.ts'
import type { Draft, Problem } from '#schema/vocabulary.ts'
import type { Objects } from '../resources/objects.ts'
import type { Claims, Holder } from './claims.ts'
import type { Family } from './families.ts'
import { type Holdings, lacksOf } from './holdings.ts'
import { candidates, includes, type NumberRange } from './range.ts'
import { outsideRanges, readyRanges } from './ready-ranges.ts'

export interface TakingOptions {
  readonly claims: Claims
  readonly objects: Objects
  readonly random: Random
  readonly nodePorts: NumberRange
  readonly dryRun: boolean
}
const ABOUT = { group: '', resource: 'services', kind: 'Service' }
const FULL = 'range is full'
export const invalidService = (name: string, problems: readonly Problem[]): Refusal => refuse.invalid(ABOUT, name, problems)

export class Taking {
  readonly #options: TakingOptions
  readonly #service: Draft<Service>
  readonly #holder: Holder
  readonly #addresses: string[] = []
  readonly #ports = new Set<number>()

  constructor(service: Draft<Service>, options: TakingOptions) {
    const { namespace = '', name = '' } = service.metadata
    this.#service = service
    this.#holder = { namespace, name }
    this.#options = options
  }

  /** Takes what the service lacks and writes it into its spec. Throws Refusal, and has then taken nothing. */
  async take(held: Holdings, isNew: boolean): Promise<void> {
    const { spec } = this.#service
    const lacks = lacksOf(spec, held)
    try {
      for (const { position, given } of lacks.addresses) await this.#settleAddress(spec, position, given)
      if (spec.clusterIPs?.[0]) spec.clusterIP = spec.clusterIPs[0]
      await this.#settlePorts(spec, lacks.ports, isNew)
      if (lacks.healthCheck !== undefined) spec.healthCheckNodePort = await this.#healthCheckPort(lacks.healthCheck)
    } catch (error) {
      await this.giveBack()
      throw error
    }
  }
  async giveBack(): Promise<void> {
    const { claims, objects } = this.#options
    for (const address of this.#addresses.splice(0)) await claims.giveAddress(objects, address, this.#holder)
    for (const port of this.#ports) await claims.givePort(port, this.#holder)
    this.#ports.clear()
  }

  async #settleAddress(spec: Draft<ServiceSpec>, position: number, given: string): Promise<void> {
    const parsed = parseAddress(given)
    // What is no address at all is told by the service's own rules.
    if (given && !parsed) return
    if (!parsed) {
      spec.clusterIPs ??= []
      spec.clusterIPs[position] = await this.#nextAddress(spec.ipFamilies?.[position] as Family)
      return
    }
    const wrong = await this.#takeGiven(parsed, given)
    if (!wrong) return
    const at = pathAt('spec')
    at.key('clusterIPs').invalid(spec.clusterIPs, `failed to allocate IP ${given}: ${wrong}`)
    throw invalidService(this.#holder.name, at.problems)
  }
  async #takeGiven(parsed: Address, given: string): Promise<string | undefined> {
    const { objects } = this.#options
    const outside = outsideRanges(readyRanges(await objects.list(ServiceCIDR)), parsed, given)
    return outside ?? ((await this.#takeAddress(formatAddress(parsed))) ? undefined : 'provided IP is already allocated')
  }
  async #nextAddress(family: Family): Promise<string> {
    const { objects, random } = this.#options
    for (const { cidr, numbers } of readyRanges(await objects.list(ServiceCIDR))) {
      if (`IPv${cidr.address.family}` !== family) continue
      for (const bits of candidates(numbers, random)) {
        const address = formatAddress({ family: cidr.address.family, bits })
        if (await this.#takeAddress(address)) return address
      }
    }
    throw refuse.internal(`failed to allocate a serviceIP: ${FULL}`)
  }
  async #takeAddress(address: string): Promise<boolean> {
    const { claims, objects, dryRun } = this.#options
    if (await objects.get(IPAddress, { name: address })) return false
    if (dryRun) return true
    if (!(await claims.takeAddress(address, this.#holder))) return false
    this.#addresses.push(address)
    return true
  }

  /** In a new service, ports of the same number (TCP and UDP) share a node port unless they say otherwise. */
  async #settlePorts(spec: Draft<ServiceSpec>, lacks: ReturnType<typeof lacksOf>['ports'], isNew: boolean): Promise<void> {
    const ports = spec.ports ?? []
    for (const { position, given } of lacks) {
      const port = ports[position] as (typeof ports)[number]
      const shared = isNew ? ports.find(one => one.port === port.port && one.nodePort)?.nodePort : undefined
      if (given !== 0 || shared) {
        const wanted = given || (shared as number)
        const wrong = await this.#takeGivenPort(wanted)
        if (wrong) {
          const at = pathAt('spec')
          at.key('ports').index(position).key('nodePort').invalid(wanted, wrong)
          throw invalidService(this.#holder.name, at.problems)
        }
        port.nodePort = wanted
      } else port.nodePort = await this.#nextPort('failed to allocate a nodePort')
    }
  }
  async #healthCheckPort(given: number): Promise<number> {
    if (given === 0) return await this.#nextPort('failed to allocate a HealthCheck NodePort 0')
    const wrong = await this.#takeGivenPort(given)
    if (wrong) throw refuse.internal(`failed to allocate requested HealthCheck NodePort ${given}: ${wrong}`)
    return given
  }
  async #takeGivenPort(port: number): Promise<string | undefined> {
    const { first, last } = this.#options.nodePorts
    if (!includes(this.#options.nodePorts, BigInt(port)))
      return `provided port is not in the valid range. The range of valid ports is ${first}-${last}`
    return (await this.#takePort(port)) ? undefined : 'provided port is already allocated'
  }
  async #nextPort(failure: string): Promise<number> {
    for (const number of candidates(this.#options.nodePorts, this.#options.random)) {
      const port = Number(number)
      if (!this.#ports.has(port) && (await this.#takePort(port))) return port
    }
    throw refuse.internal(`${failure}: ${FULL}`)
  }
  async #takePort(port: number): Promise<boolean> {
    const { claims, dryRun } = this.#options
    if (this.#ports.has(port)) return true
    if (dryRun ? await claims.isPortTaken(port) : !(await claims.takePort(port, this.#holder))) return false
    this.#ports.add(port)
    return true
  }
}
