/** The bounds of one item of a limit range, and how they are broken. Messages are upstream's (plugin/pkg/admission/limitranger). */
import { amountOf, compareQuantities, parseQuantity } from '#schema/quantity.ts'

type Amounts = Readonly<Record<string, string>>
export interface LimitItem {
  readonly type: string
  readonly max?: Amounts
  readonly min?: Amounts
  readonly default?: Amounts
  readonly defaultRequest?: Amounts
  readonly maxLimitRequestRatio?: Amounts
}
/** What an object asks for. Without `limits` it has none by nature, and only its requests are bounded. */
interface Asked {
  readonly requests: Amounts
  readonly limits: Amounts | undefined
}

export const breachesOf = ({ type, min = {}, max = {}, maxLimitRequestRatio = {} }: LimitItem, asked: Asked): readonly string[] =>
  [
    ...Object.entries(min).map(([name, bound]) => belowMinimum({ name, type, bound }, asked)),
    ...Object.entries(max).map(([name, bound]) => aboveMaximum({ name, type, bound }, asked)),
    ...(asked.limits ? Object.entries(maxLimitRequestRatio) : []).map(([name, bound]) => aboveRatio({ name, type, bound }, asked)),
  ].filter(breach => breach !== undefined)

interface Bound {
  readonly name: string
  readonly type: string
  readonly bound: string
}
function belowMinimum({ name, type, bound }: Bound, { requests, limits = {} }: Asked): string | undefined {
  const says = `minimum ${name} usage per ${type} is ${bound}`
  const [request, limit] = [amountOf(requests, name), amountOf(limits, name)]
  if (request === undefined) return `${says}.  No request is specified`
  if (compareQuantities(request, bound) < 0) return `${says}, but request is ${request}`
  return limit !== undefined && compareQuantities(limit, bound) < 0 ? `${says}, but limit is ${limit}` : undefined
}
function aboveMaximum({ name, type, bound }: Bound, { requests, limits }: Asked): string | undefined {
  const says = `maximum ${name} usage per ${type} is ${bound}`
  const [request, limit] = [amountOf(requests, name), amountOf(limits, name)]
  if (limits && limit === undefined) return `${says}.  No limit is specified`
  if (!limits && request === undefined) return `${says}.  No request is specified`
  if (limit !== undefined && compareQuantities(limit, bound) > 0) return `${says}, but limit is ${limit}`
  return request !== undefined && compareQuantities(request, bound) > 0 ? `${says}, but request is ${request}` : undefined
}
function aboveRatio({ name, type, bound }: Bound, { requests, limits = {} }: Asked): string | undefined {
  const says = `${name} max limit to request ratio per ${type} is ${bound}`
  const [request, limit] = [amountOf(requests, name), amountOf(limits, name)].map(amount => parseQuantity(amount ?? '0').nanos)
  if (!request) return `${says}, but no request is specified or request is 0`
  if (!limit) return `${says}, but no limit is specified or limit is 0`
  const isBroken = limit * 1_000_000_000n > parseQuantity(bound).nanos * request
  return isBroken ? `${says}, but provided ratio is ${(Number(limit) / Number(request)).toFixed(6)}` : undefined
}
