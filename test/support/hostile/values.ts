/** Values that no field wants, and objects grown from declarations. */
import { put } from '#schema/json-value.ts'
import { type Shape, shapeOf, type Type } from '#schema/vocabulary.ts'
import type { Chance } from './chance.ts'

/** Text that stands in JSON as it is: numbers and words that JavaScript cannot hold. */
export class Raw {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

const NUMBERS = ['1e400', '-1e400', '1e-400', '9223372036854775807', '9223372036854775808', '-9223372036854775809', '-0', '1.5', '1e21', '4294967296', '0.1e-7', '123456789012345678901234567890', '2147483648'] // biome-ignore format: a table
export const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', '', ' ', '$patch', '$retainKeys', '$setElementOrder/containers', '$deleteFromPrimitiveList/finalizers', 'metadata', 'kind', 'apiVersion', 'KIND', 'apiversion', 'managedFields', 'length', 'then', 'toJSON', '\0', '/', '~1', 'é', '😀', 'a.b', 'a/b', '0', '-1'] // biome-ignore format: a table
export const TEXTS = ['', ' ', 'a', 'A', '-', '.', '..', '/', '__proto__', 'constructor', 'é', '😀', '\ud800', '\0', '\n', '\r\nx: y', 'a'.repeat(64), 'a'.repeat(254), 'true', 'null', '1', '-1', '1e3', '1Gi', '1e9999Gi', '0.0000000001n', '100%', '-5%', '999999999999%', '*', '*/5 * * * *', '0 0 31 2 *', '10.0.0.1', '10.0.0.0/8', '::1', '256.1.1.1', '2020-01-01T00:00:00Z', '9999-12-31T23:59:60Z', '0001-01-01T00:00:00Z', '1h', '-9999999h', 'a=b', 'a in (b', '!a', '%s%n%d', '{{.}}', "'; drop", '\\', '"', 'Ym9n', '!!!', '../../etc/passwd', 'http://[::1', 'v1', 'apps/v1', 'a/b/c/d', '(((((((((((((((((((((((((((((a', 'a+a+a+a+a+a+!'] // biome-ignore format: a table

export function hostileValue(chance: Chance, depth = 0): unknown {
  return chance.way<unknown>([
    [3, () => null],
    [2, () => chance.once(2)],
    [3, () => chance.pick([0, 1, -1, 65_536, -2_147_483_649, 4_294_967_296, 0.5])],
    [3, () => new Raw(chance.pick(NUMBERS))],
    [6, () => chance.pick(TEXTS)],
    [1, () => chance.pick(TEXTS).repeat(chance.pick([10, 100, 1_000]))],
    [2, () => []],
    [2, () => ({})],
    [2, () => (depth > 2 ? [] : Array.from({ length: chance.below(4) }, () => hostileValue(chance, depth + 1)))],
    [2, () => (depth > 2 ? {} : hostileObject(chance, depth + 1))],
    [1, () => deep(chance)],
  ])
}
function hostileObject(chance: Chance, depth: number): object {
  const object = {}
  for (let left = chance.below(4); left > 0; left--) put(object, chance.pick(NAMES), hostileValue(chance, depth))
  return object
}
/** Nested as deep as the limits, or far deeper; as text, so that making it exhausts no stack of ours. */
function deep(chance: Chance): Raw {
  const depth = chance.pick([50, 280, 299, 300, 301, 1_000, 20_000])
  const [open, close] = chance.pick([
    ['[', ']'],
    ['{"a":', '}'],
    ['{"__proto__":', '}'],
    ['{"properties":', '}'],
  ])
  return new Raw(`${(open).repeat(depth)}1${(close).repeat(depth)}`)
}

/** An object of the declared type in which every field may occur, most of them with values that fit. */
export function grown(type: Type<unknown>, chance: Chance, depth = 0): unknown {
  const shape = shapeOf(type)
  switch (shape.form) {
    case 'scalar':
      return chance.once(12) ? hostileValue(chance) : scalarValue(shape, chance)
    case 'list':
      return Array.from({ length: depth > 6 ? 0 : chance.below(3) }, () => grown(shape.of, chance, depth + 1))
    case 'map': {
      const made = {}
      for (let left = depth > 6 ? 0 : chance.below(3); left > 0; left--)
        put(made, chance.once(4) ? chance.pick(NAMES) : chance.pick(['a', 'b', 'cpu', 'memory']), grown(shape.of, chance, depth + 1))
      return made
    }
    case 'struct': {
      const made: Record<string, unknown> = {}
      for (const [name, { type: of, rules }] of Object.entries(shape.fields)) {
        if (depth > 8) break
        if (rules.required ? chance.once(12) : !chance.once(depth > 4 ? 8 : 3)) continue
        made[name] = grown(of, chance, depth + 1)
      }
      return made
    }
  }
}
const FITTING: Readonly<Record<string, readonly unknown[]>> = {
  string: ['a', 'b', 'web', 'default', 'nginx', 'Always', 'TCP', '/v', '10.0.0.1', 'a.b/c'],
  bool: [true, false],
  int32: [0, 1, 5, 80, -1, 30_000, 2_147_483_647],
  int64: [0, 1, 5, 80, -1, 9_007_199_254_740_991],
  double: [0, 0.5, -1],
  bytes: ['', 'YQ=='],
  Time: ['2020-01-01T00:00:00Z', '2020-01-01T00:00:00.5+01:00'],
  MicroTime: ['2020-01-01T00:00:00.000001Z'],
  Duration: ['1h', '0s', '1.5s'],
  Quantity: ['1', '100m', '1Gi', '1e3', '0', '-1'],
  IntOrString: [1, '50%', 'web', 0],
}
function scalarValue(shape: Extract<Shape, { form: 'scalar' }>, chance: Chance): unknown {
  if (shape.values && !chance.once(10)) return chance.pick(shape.values)
  const fitting = Object.hasOwn(FITTING, shape.name) ? FITTING[shape.name] : undefined
  return fitting ? chance.pick(fitting) : hostileValue(chance)
}

/** Changes a value in one place: another value there, nothing there, something unknown beside it, or the same twice. */
export function mutated(value: unknown, chance: Chance): unknown {
  if (chance.once(25)) return hostileValue(chance)
  const copy = structuredCloneOf(value)
  let at: unknown = copy
  for (let left = 1 + chance.below(7); left > 0; left--) {
    if (at === null || typeof at !== 'object' || at instanceof Raw) break
    const keys = Object.keys(at)
    const key = keys.length ? chance.pick(keys) : ''
    const inner = (at as Record<string, unknown>)[key]
    if (left > 1 && inner !== null && typeof inner === 'object' && !(inner instanceof Raw)) {
      at = inner
      continue
    }
    change(at as Record<string, unknown>, key, chance)
    break
  }
  return copy
}
function change(at: Record<string, unknown>, key: string, chance: Chance): void {
  if (Array.isArray(at))
    return void at.splice(chance.below(at.length + 1), chance.below(2), chance.once(2) ? structuredCloneOf(at[0]) : hostileValue(chance))
  chance.way<void>([
    [4, () => put(at, key, hostileValue(chance))],
    [2, () => void delete at[key]],
    [3, () => put(at, chance.pick(NAMES), hostileValue(chance))],
    [2, () => put(at, chance.once(2) ? key.toLowerCase() : `${key}s`, at[key])],
    [1, () => put(at, key, [at[key]])],
    [1, () => put(at, key, { [key]: at[key] })],
  ])
}
export function structuredCloneOf<T>(value: T): T {
  if (Array.isArray(value)) return value.map(structuredCloneOf) as T
  if (value === null || typeof value !== 'object' || value instanceof Raw) return value
  const copy = {}
  for (const key of Object.keys(value)) put(copy, key, structuredCloneOf((value as Record<string, unknown>)[key]))
  return copy as T
}

/** JSON, in which members may stand twice. */
export function jsonOf(value: unknown, chance: Chance): string {
  if (value instanceof Raw) return value.text
  if (Array.isArray(value)) return `[${value.map(item => jsonOf(item, chance)).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  const members = Object.keys(value).map(key => `${JSON.stringify(key)}:${jsonOf((value as Record<string, unknown>)[key], chance)}`)
  if (members.length && chance.once(60)) members.push(chance.pick(members))
  return `{${members.join(chance.once(200) ? ',,' : ',')}}`
}
