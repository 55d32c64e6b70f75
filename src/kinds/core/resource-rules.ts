/** Rules for the resources of containers: known names, sound amounts, requests within limits. Upstream: ValidateContainerResourceRequirements. */
import { amountOf, compareQuantities, parseQuantity } from '#schema/quantity.ts'
import type { Path } from '#schema/vocabulary.ts'
import { checkAmount, checkContainerResourceName, isHugePages, isOvercommittable } from './resource-names.ts'

interface Requirements {
  readonly limits?: Readonly<Record<string, string>>
  readonly requests?: Readonly<Record<string, string>>
  readonly claims?: readonly { readonly name: string; readonly request?: string }[]
}

export function checkRequirements({ limits = {}, requests = {}, claims = [] }: Requirements, at: Path): void {
  for (const [side, amounts] of [
    ['limits', limits],
    ['requests', requests],
  ] as const)
    for (const [name, amount] of Object.entries(amounts)) {
      const here = at.key(side).entry(name)
      checkContainerResourceName(name, here)
      checkAmount(name, amount, here)
      if (isHugePages(name)) checkHugePages(name, amount, here)
    }
  for (const [name, amount] of Object.entries(requests)) {
    const limit = amountOf(limits, name)
    if (limit === undefined) {
      if (!isOvercommittable(name)) at.key('limits').required('Limit must be set for non overcommitable resources')
    } else if (!isOvercommittable(name)) {
      if (compareQuantities(amount, limit) !== 0) at.key('requests').invalid(amount, `must be equal to ${name} limit of ${limit}`)
    } else if (compareQuantities(amount, limit) > 0)
      at.key('requests').invalid(amount, `must be less than or equal to ${name} limit of ${limit}`)
  }
  const names = new Set([...Object.keys(limits), ...Object.keys(requests)])
  if ([...names].some(isHugePages) && !names.has('cpu') && !names.has('memory')) at.forbidden('HugePages require cpu or memory')
  const seen = new Set<string>()
  for (const [i, { name, request = '' }] of claims.entries()) {
    const key = `${name}/${request}`
    if (seen.has(key))
      at.key('claims')
        .index(i)
        .duplicate(request ? key : name)
    seen.add(key)
  }
}
function checkHugePages(name: string, amount: string, at: Path): void {
  const page = parseQuantity(name.slice('hugepages-'.length)).nanos
  if (page > 0n && parseQuantity(amount).nanos % page !== 0n) at.invalid(amount, 'must be a multiple of the page size')
}
