/** Quantities in expressions: `device.capacity["x"].memory.isGreaterThan(quantity("10Gi"))`. Upstream: apiserver, cel/library/quantity.go. */
import type { Environment } from '#base/cel/expression.ts'
import { parseQuantity } from '#schema/quantity.ts'

const UNIT = 1_000_000_000n
const INT_MAX = 2n ** 63n - 1n
export const QUANTITY = 'kubernetes.Quantity'
export class CelQuantity {
  readonly nanos: bigint
  constructor(nanos: bigint) {
    this.nanos = nanos
  }
}
/** Throws Error in upstream's words. */
export const quantityOf = (text: string): CelQuantity => new CelQuantity(parseQuantity(text).nanos)

function isQuantity(text: string): boolean {
  try {
    parseQuantity(text)
    return true
  } catch {
    return false
  }
}
const sign = (value: bigint) => (value < 0n ? -1n : value > 0n ? 1n : 0n)
const isInteger = ({ nanos }: CelQuantity) => nanos % UNIT === 0n && nanos / UNIT <= INT_MAX && nanos / UNIT >= -INT_MAX - 1n
function asInteger(quantity: CelQuantity): bigint {
  if (!isInteger(quantity)) throw new Error('cannot convert value to integer')
  return quantity.nanos / UNIT
}

type Q = CelQuantity
export const registerQuantity = (made: Environment): unknown =>
  made
    .registerType(QUANTITY, CelQuantity)
    .registerOperator(`${QUANTITY} == ${QUANTITY}`, (a: Q, b: Q) => a.nanos === b.nanos)
    .registerFunction(`quantity(string): ${QUANTITY}`, quantityOf)
    .registerFunction('isQuantity(string): bool', isQuantity)
    .registerFunction(`${QUANTITY}.sign(): int`, ({ nanos }: Q) => sign(nanos))
    .registerFunction(`${QUANTITY}.isInteger(): bool`, isInteger)
    .registerFunction(`${QUANTITY}.asInteger(): int`, asInteger)
    .registerFunction(`${QUANTITY}.asApproximateFloat(): double`, ({ nanos }: Q) => Number(nanos) / Number(UNIT))
    .registerFunction(`${QUANTITY}.isGreaterThan(${QUANTITY}): bool`, (a: Q, b: Q) => a.nanos > b.nanos)
    .registerFunction(`${QUANTITY}.isLessThan(${QUANTITY}): bool`, (a: Q, b: Q) => a.nanos < b.nanos)
    .registerFunction(`${QUANTITY}.compareTo(${QUANTITY}): int`, (a: Q, b: Q) => sign(a.nanos - b.nanos))
    .registerFunction(`${QUANTITY}.add(${QUANTITY}): ${QUANTITY}`, (a: Q, b: Q) => new CelQuantity(a.nanos + b.nanos))
    .registerFunction(`${QUANTITY}.add(int): ${QUANTITY}`, (a: Q, b: bigint) => new CelQuantity(a.nanos + b * UNIT))
    .registerFunction(`${QUANTITY}.sub(${QUANTITY}): ${QUANTITY}`, (a: Q, b: Q) => new CelQuantity(a.nanos - b.nanos))
    .registerFunction(`${QUANTITY}.sub(int): ${QUANTITY}`, (a: Q, b: bigint) => new CelQuantity(a.nanos - b * UNIT))
