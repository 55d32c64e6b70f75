/** What a pod asks for in all: its containers, init containers, sidecars and overhead. Upstream: component-helpers, resource. */
import { addQuantities, amountOf, compareQuantities, formatQuantity, parseQuantity } from '#schema/quantity.ts'
import type { Container } from '../container.ts'
import type { PodSpec } from '../pod-spec.ts'
import { isSidecar } from './facts.ts'

/** Quantities by resource name. */
export type Amounts = Readonly<Record<string, string>>
interface Asking {
  readonly spec: PodSpec
}
type Side = 'requests' | 'limits'

/** What the scheduler and quota count: requests of all containers at their highest, and the pod's overhead. A container that does not ask for something in `missing` is taken to ask for that. */
export const requestsOf = ({ spec }: Asking, missing?: Amounts): Amounts => plus(effective(spec, 'requests', missing), spec.overhead ?? {})

/** What the pod may use at most, as far as it is limited; the overhead counts only where there is a limit. */
export function limitsOf({ spec }: Asking): Amounts {
  const limits = effective(spec, 'limits')
  const overhead = Object.entries(spec.overhead ?? {}).filter(([name]) => amountOf(limits, name) !== undefined)
  return plus(limits, Object.fromEntries(overhead))
}

/** Without overhead: the pod's own amounts (KEP-2837) go before those of its containers. */
const effective = (spec: PodSpec, side: Side, missing?: Amounts): Amounts => ({
  ...ofContainers(spec, side, missing),
  ...podLevel(spec.resources?.[side]),
})
const podLevel = (amounts: Amounts = {}): Amounts =>
  Object.fromEntries(Object.entries(amounts).filter(([name]) => isPodLevelResource(name)))
/** The resources that can be asked for by a pod as a whole. */
export const isPodLevelResource = (name: string): boolean => name === 'cpu' || name === 'memory' || name.startsWith('hugepages-')

/** Whether the pod says anything of its size as a whole. */
export const isSizedAsWhole = ({ resources }: PodSpec): boolean =>
  Object.keys({ ...resources?.requests, ...resources?.limits }).some(isPodLevelResource)
/** Whether it asks for anything as a whole. */
export const asksAsWhole = ({ resources }: PodSpec): boolean => Object.keys(resources?.requests ?? {}).some(isPodLevelResource)

/**
 * Init containers run one after the other, so only the largest counts; but sidecars stay (KEP-753), so each later init container
 * runs beside the sidecars before it, and all of them run beside the regular containers.
 */
export function ofContainers(spec: PodSpec, side: Side, missing: Amounts = {}): Amounts {
  const amountsOf = ({ resources }: Pick<Container, 'resources'>): Amounts => ({ ...missing, ...resources?.[side] })
  let together = (spec.containers ?? []).map(amountsOf).reduce(plus, {})
  let staying: Amounts = {}
  let starting: Amounts = {}
  for (const container of spec.initContainers ?? []) {
    const own = amountsOf(container)
    if (isSidecar(container)) {
      together = plus(together, own)
      staying = plus(staying, own)
      starting = larger(starting, staying)
    } else starting = larger(starting, plus(own, staying))
  }
  return larger(together, starting)
}

/** The sum, resource by resource. */
export function plus(a: Amounts, b: Amounts): Amounts {
  const sum: Record<string, string> = { ...a }
  for (const [name, amount] of Object.entries(b)) {
    const held = amountOf(sum, name)
    sum[name] = held === undefined ? amount : formatQuantity(addQuantities(held, amount))
  }
  return sum
}
/** The larger amount, resource by resource. */
export function larger(a: Amounts, b: Amounts): Amounts {
  const most: Record<string, string> = { ...a }
  for (const [name, amount] of Object.entries(b)) {
    const held = amountOf(most, name)
    if (held === undefined || compareQuantities(amount, held) > 0) most[name] = amount
  }
  return most
}
export const isPositive = (amount: string | undefined): boolean => amount !== undefined && parseQuantity(amount).nanos > 0n
