/** Rules for limit ranges: in each item, minimum ≤ request ≤ limit ≤ maximum. Upstream: ValidateLimitRange. */
import { isQualifiedName } from '#kinds/meta/names.ts'
import { amountOf, compareQuantities, parseQuantity } from '#schema/quantity.ts'
import type { Path } from '#schema/vocabulary.ts'
import { checkAmount, checkResourceName } from '../resource-names.ts'

type Amounts = Readonly<Record<string, string>>
interface Item {
  readonly type: string
  readonly max?: Amounts
  readonly min?: Amounts
  readonly default?: Amounts
  readonly defaultRequest?: Amounts
  readonly maxLimitRequestRatio?: Amounts
}
const TYPES = new Set(['Pod', 'Container', 'PersistentVolumeClaim'])
const SIDES = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const

export function checkLimits(limits: readonly Item[], at: Path): void {
  const types = new Set<string>()
  for (const [i, item] of limits.entries()) {
    checkType(item.type, at.index(i).key('type'))
    if (types.has(item.type)) at.index(i).key('type').duplicate(item.type)
    types.add(item.type)
    checkItem(item, at.index(i))
  }
}
function checkType(type: string, at: Path): void {
  const wrong = isQualifiedName(type)
  if (wrong) at.invalid(type, wrong)
  else if (!type.includes('/') && !TYPES.has(type)) at.invalid(type, 'must be a standard limit type or fully qualified')
}
function checkItem(item: Item, at: Path): void {
  if (item.type === 'Pod')
    for (const side of ['default', 'defaultRequest'] as const)
      if (Object.keys(item[side] ?? {}).length) at.key(side).forbidden("may not be specified when `type` is 'Pod'")
  if (item.type === 'PersistentVolumeClaim' && item.min?.['storage'] === undefined && item.max?.['storage'] === undefined)
    at.key('limits').required('either minimum or maximum storage value is required, but neither was provided')
  const names = new Set<string>()
  for (const side of SIDES)
    for (const [name, amount] of Object.entries(item[side] ?? {})) {
      checkResourceName(name, at.key(side).entry(name))
      if (side !== 'maxLimitRequestRatio') checkAmount(name, amount, at.key(side).entry(name))
      names.add(name)
    }
  for (const name of names) checkOrder(name, item, at)
}
function checkOrder(name: string, item: Item, at: Path): void {
  const { max, min, default: limit, defaultRequest, maxLimitRequestRatio } = item
  const compare = (
    low: Amounts | undefined,
    high: Amounts | undefined,
    { side, words, shown = 0 }: { side: keyof Item; words: readonly [string, string]; shown?: 0 | 1 },
  ) => {
    const [a, b] = [amountOf(low, name), amountOf(high, name)]
    if (a !== undefined && b !== undefined && compareQuantities(a, b) > 0)
      at.key(side).entry(name).invalid([a, b][shown], `${words[0]} ${a} is greater than ${words[1]} ${b}`)
  }
  compare(min, max, { side: 'min', words: ['min value', 'max value'] })
  compare(min, defaultRequest, { side: 'defaultRequest', words: ['min value', 'default request value'] })
  compare(defaultRequest, max, { side: 'defaultRequest', words: ['default request value', 'max value'] })
  compare(defaultRequest, limit, { side: 'defaultRequest', words: ['default request value', 'default limit value'] })
  compare(min, limit, { side: 'default', words: ['min value', 'default value'] })
  compare(limit, max, { side: 'default', words: ['default value', 'max value'], shown: 1 })
  const ratio = amountOf(maxLimitRequestRatio, name)
  if (ratio !== undefined && parseQuantity(ratio).nanos < 1_000_000_000n)
    at.key('maxLimitRequestRatio').entry(name).invalid(ratio, `ratio ${ratio} is less than 1`)
}
