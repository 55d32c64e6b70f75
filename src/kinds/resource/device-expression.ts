/** Expressions that select devices: `device.attributes["gpu.example.com"].model == "x"`. Upstream: dynamic-resource-allocation, cel. */
import { type Environment, type Expression, ExpressionError, expressionIn } from '#base/cel/expression.ts'
import { kubernetesEnvironment } from '#kinds/cel/environment.ts'
import { CelQuantity, QUANTITY, quantityOf } from '#kinds/cel/quantity.ts'
import { CelSemver, semverOf } from '#kinds/cel/semver.ts'
import type { Device, DeviceAttribute } from './device.ts'

export const EXPRESSION_MAX = 10 * 1024
/** So that no request of somebody holds the scheduler up. */
export const COST_MAX = 1_000_000
/** So many expressions stay read; there are few classes, and claims are made from templates. */
const KNOWN_MAX = 1_000
/** No device has more of them, and no text is longer. */
const SIZES = { attributes: 32, capacity: 32, driver: 63 }

/** What an expression sees as `device`. */
class Seen {
  readonly driver: string
  readonly allowMultipleAllocations: boolean
  readonly attributes: Domains
  readonly capacity: Domains
  constructor(driver: string, device: Device) {
    this.driver = driver
    this.allowMultipleAllocations = device.allowMultipleAllocations ?? false
    this.attributes = domains(driver, device.attributes ?? {}, valueOf)
    this.capacity = domains(driver, device.capacity ?? {}, ({ value }) => quantityOf(value))
  }
}
type Domains = Map<string, ReadonlyMap<string, unknown>>
const NOTHING: ReadonlyMap<string, unknown> = new Map()

/** Names without a domain are the driver's own. A domain that nobody uses is empty, so that only the lookup of a name in it can fail. */
function domains<T>(driver: string, entries: Readonly<Record<string, T>>, read: (value: T, name: string) => unknown): Domains {
  const found = new Map<string, Map<string, unknown>>()
  for (const [name, value] of Object.entries(entries)) {
    const slash = name.indexOf('/')
    const domain = slash < 0 ? driver : name.slice(0, slash)
    const inside = found.get(domain) ?? new Map<string, unknown>()
    found.set(domain, inside.set(name.slice(slash + 1), read(value, name)))
  }
  // The library takes maps only of the plain class.
  return Object.assign(found, { get: (domain: string) => Map.prototype.get.call(found, domain) ?? NOTHING })
}
function valueOf({ int, bool, string, version }: DeviceAttribute, name: string): unknown {
  if (int !== undefined) return BigInt(int)
  if (bool !== undefined) return bool
  if (string !== undefined) return string
  if (version !== undefined) return semverOf(version)
  throw new ExpressionError(`attribute ${name}: unsupported attribute value`)
}

let made: Environment | undefined
/** Made when the first expression comes: most clusters have none. */
function deviceEnvironment(): Environment {
  return (made ??= kubernetesEnvironment()
    .registerType('kubernetes.DRADevice', {
      ctor: Seen,
      fields: {
        driver: 'string',
        allowMultipleAllocations: 'bool',
        attributes: 'map<string, map<string, dyn>>',
        capacity: `map<string, map<string, ${QUANTITY}>>`,
      },
    })
    .registerVariable('device', 'kubernetes.DRADevice'))
}

const known = new Map<string, Expression>()
/** Throws ExpressionError in upstream's words where they depend on the type. */
export function deviceExpression(text: string): Expression {
  const before = known.get(text)
  if (before) return before
  const expression = expressionIn(deviceEnvironment(), text, SIZES)
  if (expression.type !== 'bool' && expression.type !== 'dyn')
    throw new ExpressionError(`must evaluate to bool or the unknown type, not ${expression.type}`)
  if (known.size >= KNOWN_MAX) known.clear()
  known.set(text, expression)
  return expression
}

const seen = new WeakMap<Device, Seen>()
/** Throws ExpressionError. */
export function isMatching(expression: Expression, driver: string, device: Device): boolean {
  const view = seen.get(device) ?? new Seen(driver, device)
  seen.set(device, view)
  const result = expression.evaluate({ device: view })
  if (typeof result !== 'boolean') throw new ExpressionError(`CEL result of type ${typeName(result)} could not be converted to bool`)
  return result
}
function typeName(value: unknown): string {
  if (typeof value === 'bigint') return 'int'
  if (typeof value === 'string') return 'string'
  if (value instanceof CelSemver) return 'kubernetes.Semver'
  return value instanceof CelQuantity ? QUANTITY : typeof value
}
