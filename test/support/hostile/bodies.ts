/** Hostile bodies: in JSON, YAML and protobuf, whole and broken, and patches of all four types. */
import { formatYaml } from '#base/yaml.ts'
import type { AnyKind } from '#kinds/catalogue.ts'
import { decode } from '#schema/decode.ts'
import { put } from '#schema/json-value.ts'
import { encodeProtobuf } from '#schema/protobuf.ts'
import { encodeEnvelope } from '#schema/protobuf-envelope.ts'
import type { Chance } from './chance.ts'
import { MANIFESTS } from './manifests.ts'
import { grown, hostileValue, jsonOf, mutated, NAMES, Raw, structuredCloneOf, TEXTS } from './values.ts'

export interface Body {
  readonly type: string
  readonly bytes: Uint8Array
}
export interface Subject {
  readonly kind: AnyKind
  readonly name: string
  readonly namespace: string
}

/** A whole object for this place; sound when `mistakes` is 0 and the kind has a manifest. */
export function objectFor({ kind, name, namespace }: Subject, chance: Chance, mistakes: number): unknown {
  const key = `${kind.group}/${kind.options.plural}`
  const manifest = Object.hasOwn(MANIFESTS, key) && (mistakes === 0 || !chance.once(3)) ? MANIFESTS[key] : undefined
  const { metadata: named, ...fields } = (manifest ?? (grown(kind as never, chance) as object)) as {
    readonly metadata?: { readonly name?: string }
  }
  const metadata = {
    ...(chance.once(6) && mistakes ? (grown(kind.fields['metadata']?.type as never, chance) as object) : {}),
    name: named?.name ?? name,
    ...(namespace && { namespace }),
  }
  let object: unknown = { apiVersion: kind.apiVersion, kind: kind.name, metadata, ...structuredCloneOf(fields) }
  for (let left = mistakes; left > 0; left--) object = mutated(object, chance)
  return object
}

export function objectBody(subject: Subject, chance: Chance): Body {
  const mistakes = chance.pick([0, 0, 0, 0, 1, 1, 1, 2, 3])
  const object = objectFor(subject, chance, mistakes)
  return chance.way<Body>([
    [14, () => json(jsonOf(object, chance))],
    [3, () => ({ type: 'application/yaml', bytes: Buffer.from(yamlOf(object, chance)) })],
    [4, () => ({ type: 'application/vnd.kubernetes.protobuf', bytes: protobufOf(subject, object, chance) })],
    [2, () => json(damagedText(jsonOf(object, chance), chance))],
    [2, () => ({ ...json(''), bytes: damaged(Buffer.from(jsonOf(object, chance)), chance) })],
    [1, () => json(chance.pick(NOT_OBJECTS))],
    [1, () => ({ type: chance.pick(MEDIA), bytes: Buffer.from(jsonOf(object, chance)) })],
  ])
}
const json = (text: string): Body => ({ type: 'application/json', bytes: Buffer.from(text) })
const NOT_OBJECTS = ['', ' ', 'null', 'true', '1', '""', '[]', '{}', '[{}]', '{', '}', '"', '\u0000', '\ufeff{}', '{"a":1}{"b":2}', '// x', '<html>', 'NaN', '[[[[', '{"__proto__":{"polluted":1}}', '{"constructor":{"prototype":{"polluted":1}}}', '{"kind":1}', '{"apiVersion":{}}', '{"metadata":1}', '{"metadata":null}', '{"metadata":[]}', '{"metadata":{"name":1}}', '{"metadata":{"name":null,"labels":[]}}'] // biome-ignore format: a table
export const MEDIA = ['', ' ', 'application/json', 'application/json; charset=utf-8', 'APPLICATION/JSON', 'application/yaml', 'application/vnd.kubernetes.protobuf', 'application/cbor', 'text/plain', 'text/html', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded', 'application/json-patch+json', 'application/merge-patch+json', 'application/strategic-merge-patch+json', 'application/apply-patch+yaml', 'application/apply-patch+cbor', '*/*', '__proto__', 'constructor', ';;;', 'a/b/c', 'application/json;q=zero'] // biome-ignore format: a table

function protobufOf({ kind }: Subject, object: unknown, chance: Chance): Uint8Array {
  let raw: Uint8Array
  try {
    raw = encodeProtobuf(kind as never, decode(kind as never, JSON.parse(jsonOf(object, chance))).value as never)
  } catch {
    // What cannot be decoded has no protobuf form: any bytes will do.
    raw = Uint8Array.from({ length: chance.below(60) }, () => chance.below(256))
  }
  const header = {
    apiVersion: chance.once(9) ? chance.pick(TEXTS) : kind.apiVersion,
    kind: chance.once(9) ? chance.pick(TEXTS) : kind.name,
  }
  const whole = encodeEnvelope({ ...header, raw: chance.once(3) ? damaged(raw, chance) : raw })
  return chance.once(3) ? damaged(whole, chance) : whole
}

/** Cut off, with other bytes in it, or with a part of it twice. */
function damaged(bytes: Uint8Array, chance: Chance): Uint8Array {
  const copy = Uint8Array.from(bytes)
  const at = chance.below(copy.length + 1)
  return chance.way<Uint8Array>([
    [2, () => copy.subarray(0, at)],
    [2, () => Buffer.concat([copy.subarray(0, at), Uint8Array.from([0xff, 0xfe, 0xc0, 0x80]), copy.subarray(at)])],
    [1, () => Buffer.concat([copy, copy.subarray(at)])],
    [
      3,
      () => {
        for (let left = 1 + chance.below(5); left > 0 && copy.length; left--) copy[chance.below(copy.length)] = chance.below(256)
        return copy
      },
    ],
  ])
}
const TOKENS = ['{', '}', '[', ']', ':', ',', '"', '\\', '\\u', '\\ud800', '\n', '\t', ' ', '0', '-', 'e', 'null', '"__proto__":{"polluted":true},', '/*', '#', '&a ', '*a', '<<: *a\n'] // biome-ignore format: a table
function damagedText(text: string, chance: Chance): string {
  let made = text
  for (let left = 1 + chance.below(3); left > 0; left--) {
    const at = chance.below(made.length + 1)
    made = made.slice(0, at) + (chance.once(3) ? '' : chance.pick(TOKENS)) + made.slice(at + (chance.once(2) ? 1 : 0))
  }
  return made
}

const YAML_PIECES = [
  'a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: &d [*c, *c]\ne: &e [*d, *d]\nf: [*e, *e]\n',
  'a: &a\n  <<: *a\n',
  'x: !!binary "???"\n',
  'x: !!js/function "function(){}"\n',
  'x: !<tag:yaml.org,2002:set> {a, b}\n',
  'x: !!omap [a: 1]\n',
  'x: !!timestamp 2001-12-14t21:59:43.10-05:00\n',
  'x: .inf\n',
  'x: .nan\n',
  '? [a, b]\n: c\n',
  '? {a: b}\n: c\n',
  '1: a\ntrue: b\nnull: c\n',
  '__proto__:\n  polluted: true\n',
  'constructor: {prototype: {polluted: true}}\n',
  '<<: {__proto__: {polluted: true}}\n',
  '<<: [1, 2]\n',
  'x: |\n',
  'x: >-9\n',
  '\tx: 1\n',
  '%YAML 9.9\n---\na: b\n',
  '%TAG ! x\n---\n',
  '---\n---\n',
  '--- a\n--- b\n',
  '...\n',
  'x: "\\ud800"\n',
  '*unknown\n',
  `${'- '.repeat(400)}a\n`,
  `${'['.repeat(5_000)}\n`,
  `${'{a: '.repeat(3_000)}\n`,
  'x: 0o9\ny: 0x\nz: 1_000\nw: 1e999\n',
]
function yamlOf(object: unknown, chance: Chance): string {
  const text = yamlText(object, chance)
  return chance.way<string>([
    [4, () => text],
    [2, () => `${text}${chance.pick(YAML_PIECES)}`],
    [2, () => `${chance.pick(YAML_PIECES)}${text}`],
    [1, () => chance.pick(YAML_PIECES)],
    [2, () => damagedText(text, chance)],
    [1, () => jsonOf(object, chance)],
  ])
}
function yamlText(object: unknown, chance: Chance): string {
  const text = jsonOf(object, chance)
  if (text.length > 20_000) return text
  try {
    return formatYaml(JSON.parse(text))
  } catch {
    // Damaged on purpose; flow style is YAML as well, or as good as.
    return text
  }
}

/** A patch of one of the four types, whose content may be meant for another one. */
export function patchBody(subject: Subject, chance: Chance): Body {
  const [type, make] = chance.pick(PATCHES)
  const text = chance.once(15) ? chance.pick(NOT_OBJECTS) : make(subject, chance)
  const bytes = chance.once(12) ? damaged(Buffer.from(text), chance) : Buffer.from(chance.once(12) ? damagedText(text, chance) : text)
  return { type: chance.once(25) ? chance.pick(MEDIA) : type, bytes }
}
type Patch = (subject: Subject, chance: Chance) => string
const PATCHES: readonly (readonly [string, Patch])[] = [
  ['application/json-patch+json', operations],
  ['application/merge-patch+json', partOf],
  ['application/strategic-merge-patch+json', (subject, chance) => (chance.once(2) ? directives(subject, chance) : partOf(subject, chance))],
  [
    'application/apply-patch+yaml',
    (subject, chance) => {
      const object = objectFor(subject, chance, chance.pick([0, 0, 1, 2]))
      return chance.once(2) ? jsonOf(object, chance) : yamlOf(object, chance)
    },
  ],
]
const POINTERS = ['', '/', '/metadata', '/metadata/labels', '/metadata/labels/a', '/metadata/name', '/metadata/annotations/x~1y', '/spec', '/spec/replicas', '/spec/template/spec/containers/0', '/spec/containers/-', '/spec/containers/-1', '/spec/containers/99999999999', '/spec/containers/1e1', '/spec/containers/0/image', '/status', '/__proto__', '/__proto__/polluted', '/constructor/prototype/polluted', '/metadata/__proto__/polluted', '/a~2b', '/a~', 'metadata', '//', '/data/a', '/data', '/kind', '/apiVersion', '/metadata/managedFields', '/metadata/managedFields/0/fieldsV1', '/metadata/resourceVersion', '/metadata/uid', '/metadata/finalizers', '/metadata/deletionTimestamp'] // biome-ignore format: a table
function operations({ kind }: Subject, chance: Chance): string {
  const one = () => {
    const operation: Record<string, unknown> = {
      op: chance.pick(['add', 'add', 'replace', 'replace', 'remove', 'test', 'move', 'copy', 'ADD', '', 'merge', '__proto__']),
      path: chance.once(20) ? hostileValue(chance) : chance.once(6) ? `/${chance.pick(Object.keys(kind.fields))}` : chance.pick(POINTERS),
    }
    if (chance.once(2)) operation['from'] = chance.once(20) ? hostileValue(chance) : chance.pick(POINTERS)
    if (!chance.once(5)) operation['value'] = hostileValue(chance)
    return chance.once(40) ? hostileValue(chance) : operation
  }
  const count = chance.once(300) ? 10_001 : chance.below(6)
  return jsonOf(
    count > 1_000 ? Array.from({ length: count }, () => ({ op: 'test', path: '' })) : Array.from({ length: count }, one),
    chance,
  )
}
function partOf(subject: Subject, chance: Chance): string {
  let part: unknown = objectFor(subject, chance, chance.pick([0, 1, 2]))
  if (chance.once(2) && part !== null && typeof part === 'object' && !(part instanceof Raw)) {
    const keys = Object.keys(part)
    const kept = {}
    for (const key of keys) if (chance.once(2)) put(kept, key, (part as Record<string, unknown>)[key])
    part = kept
  }
  return jsonOf(part, chance)
}
const DIRECTIVES = ['$patch', '$retainKeys', '$setElementOrder/containers', '$setElementOrder/ports', '$setElementOrder/finalizers', '$deleteFromPrimitiveList/finalizers', '$deleteFromPrimitiveList/a', '$setElementOrder', '$deleteFromPrimitiveList', '$setElementOrder/__proto__'] // biome-ignore format: a table
/** Directives of strategic merge where they belong and where they do not. */
function directives(subject: Subject, chance: Chance): string {
  const object = objectFor(subject, chance, 0) as Record<string, unknown>
  for (let left = 1 + chance.below(3); left > 0; left--) {
    let at: Record<string, unknown> = object
    for (let depth = chance.below(6); depth > 0; depth--) {
      const inner = at[chance.pick(Object.keys(at)) ?? '']
      if (inner === null || typeof inner !== 'object' || inner instanceof Raw) break
      at = inner as Record<string, unknown>
    }
    const value = chance.once(3)
      ? hostileValue(chance)
      : chance.pick<unknown>(['delete', 'replace', 'merge', 'x', ['name'], [{ name: 'c' }], ['a'], [{ name: 'c' }, { name: 'd' }], [1], {}])
    if (Array.isArray(at)) at.push({ [chance.pick(DIRECTIVES)]: value, name: 'c' })
    else put(at, chance.once(6) ? chance.pick(NAMES) : chance.pick(DIRECTIVES), structuredCloneOf(value))
  }
  return jsonOf(object, chance)
}
