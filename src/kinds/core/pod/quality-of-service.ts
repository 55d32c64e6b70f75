/** The class by which the node decides whose pods suffer first when it runs short. */
import { compareQuantities } from '#schema/quantity.ts'
import type { PodSpec } from '../pod-spec.ts'
import { containers } from './facts.ts'
import { type Amounts, isPositive, plus } from './resources.ts'

export type QualityOfService = 'Guaranteed' | 'Burstable' | 'BestEffort'

/** Only these decide. */
const DECIDING = ['cpu', 'memory'] as const

/** Guaranteed: everything limited and requested alike. BestEffort: nothing asked for. Burstable: the rest. */
export function qosClass(spec: PodSpec): QualityOfService {
  const parts = spec.resources ? [spec.resources] : containers(spec).map(({ resources }) => resources ?? {})
  const requests = parts.map(({ requests }) => deciding(requests)).reduce(plus, {})
  const limits = parts.map(({ limits }) => deciding(limits)).reduce(plus, {})
  if (Object.keys(requests).length === 0 && Object.keys(limits).length === 0) return 'BestEffort'
  const isLimited = parts.every(part => DECIDING.every(name => isPositive(part.limits?.[name])))
  const isEqual = DECIDING.every(name => compareQuantities(requests[name] ?? '0', limits[name] ?? '0') === 0)
  return isLimited && isEqual ? 'Guaranteed' : 'Burstable'
}
const deciding = (amounts: Amounts = {}): Amounts =>
  Object.fromEntries(DECIDING.filter(name => isPositive(amounts[name])).map(name => [name, amounts[name] as string]))
