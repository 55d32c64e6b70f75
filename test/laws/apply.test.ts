/** Laws of server-side apply, tried with configurations by chance: of a type made for it, and of deployments. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { Deployment } from '#kinds/apps/deployment.ts'
import { type Applied, type ApplyRequest, apply } from '#schema/apply/apply.ts'
import { keyElement, valueElement } from '#schema/apply/element.ts'
import { extract } from '#schema/apply/extract.ts'
import {
  difference,
  EMPTY,
  type FieldSet,
  fieldSet,
  fromFieldsV1,
  intersection,
  isEmpty,
  isSameSet,
  toFieldsV1,
  union,
} from '#schema/apply/field-set.ts'
import { merge } from '#schema/apply/merge.ts'
import { NEVER_OWNED } from '#schema/apply/ownership.ts'
import { trackUpdate } from '#schema/apply/update.ts'
import { isObject, type JsonObject } from '#schema/json-value.ts'
import { int32, string } from '#schema/scalars.ts'
import { field, list, map, structsOf, type Type } from '#schema/vocabulary.ts'

const struct = structsOf('laws')
class Meta extends struct({
  name: field(1, string, 'Name.'),
  labels: field(2, map(string), 'Labels.'),
  finalizers: field(3, list(string, { listType: 'set' }), 'Set.'),
}) {}
class Port extends struct({ port: field(1, int32, 'Port.'), protocol: field(2, string, 'Protocol.'), name: field(3, string, 'Name.') }) {}
class Item extends struct({
  name: field(1, string, 'Name.', { required: true }),
  image: field(2, string, 'Image.'),
  args: field(3, list(string), 'Atomic.'),
  ports: field(4, list(Port, { listType: 'map', keys: ['port', 'protocol'] }), 'Ports.'),
}) {}
class Spec extends struct({
  replicas: field(1, int32, 'Count.', { explicit: true }),
  items: field(2, list(Item, { listType: 'map', keys: ['name'] }), 'Items.'),
  selector: field(3, map(string, { atomic: true }), 'Atomic.'),
  text: field(4, string, 'Text.'),
}) {}
class Thing extends struct({
  metadata: field(1, Meta, 'Metadata.', { written: true }),
  spec: field(2, Spec, 'Spec.', { written: true }),
}) {}

const NOW = Date.UTC(2026, 0, 1)
/** Lists that merge by item are never empty: empty ones own nothing, and an object that nobody owns is untracked. */
const word = fc.constantFrom('a', 'b', 'c', 'd')
const options = { requiredKeys: [] }
const port = fc.record(
  { port: fc.integer({ min: 1, max: 3 }), protocol: fc.constantFrom('TCP', 'UDP'), name: word },
  { requiredKeys: ['port', 'protocol'] },
)
const ports = fc.uniqueArray(port, { minLength: 1, maxLength: 3, selector: ({ port, protocol }) => `${port}${protocol}` })
const item = fc.record({ name: word, image: word, args: fc.array(word, { maxLength: 2 }), ports }, { requiredKeys: ['name'] })
const spec = fc.record(
  {
    replicas: fc.nat({ max: 3 }),
    items: fc.uniqueArray(item, { minLength: 1, maxLength: 3, selector: ({ name }) => name }),
    selector: fc.dictionary(word, word, { maxKeys: 2 }),
    text: word,
  },
  options,
)
const meta = fc.record(
  { labels: fc.dictionary(word, word, { maxKeys: 3 }), finalizers: fc.uniqueArray(word, { minLength: 1, maxLength: 3 }) },
  options,
)
const thing = fc
  .record({ meta, spec })
  .map(({ meta, spec }): JsonObject => ({ apiVersion: 'v1', kind: 'Thing', metadata: { name: 'x', ...meta }, spec }))
const EMPTY_THING: JsonObject = { apiVersion: 'v1', kind: 'Thing', metadata: { name: 'x' } }

/** A template that everybody fills in a little. */
const deployment = fc
  .record({
    replicas: fc.option(fc.nat({ max: 3 }), { nil: undefined }),
    labels: fc.dictionary(word, word, { maxKeys: 3 }),
    containers: fc.uniqueArray(
      fc.record(
        {
          name: word,
          image: word,
          env: fc.uniqueArray(fc.record({ name: word, value: word }), { minLength: 1, maxLength: 2, selector: ({ name }) => name }),
          ports: fc.uniqueArray(fc.record({ containerPort: fc.integer({ min: 1, max: 3 }), protocol: fc.constant('TCP') }), {
            minLength: 1,
            maxLength: 2,
            selector: port => port.containerPort,
          }),
        },
        { requiredKeys: ['name'] },
      ),
      { minLength: 1, maxLength: 3, selector: ({ name }) => name },
    ),
  })
  .map(
    ({ replicas, labels, containers }): JsonObject => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', labels },
      spec: { ...(replicas !== undefined && { replicas }), template: { metadata: { labels }, spec: { containers } } },
    }),
  )

const kinds: readonly (readonly [name: string, type: Type<unknown>, config: fc.Arbitrary<JsonObject>])[] = [
  ['things', Thing, thing],
  ['deployments', Deployment, deployment],
]
const run = (type: Type<unknown>, request: Pick<ApplyRequest, 'config'> & Partial<ApplyRequest>) =>
  apply({ type, apiVersion: request.config.apiVersion as string, live: undefined, manager: 'me', now: NOW, ...request })
const forced = (type: Type<unknown>, request: Pick<ApplyRequest, 'config'> & Partial<ApplyRequest>) =>
  run(type, { force: true, ...request }) as Applied
const entries = (object: JsonObject) => ((object.metadata as JsonObject).managedFields ?? []) as JsonObject[]
const owned = (object: JsonObject, manager: string): FieldSet =>
  fromFieldsV1(entries(object).find(entry => entry.manager === manager)?.fieldsV1 ?? {})

/** Without managed fields and empty parts, and with lists that are not atomic in one order. */
function settled(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) {
    const items = value.map(one => settled(one))
    return name === 'args' ? items : items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  }
  if (!isObject(value)) return value
  const kept = Object.entries(value)
    .filter(([key]) => key !== 'managedFields')
    .map(([key, part]) => [key, settled(part, key)] as const)
    .filter(([, part]) => typeof part !== 'object' || part === null || Object.keys(part).length > 0)
  return Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)))
}

for (const [name, type, config] of kinds) {
  test(`${name}: applying the same again changes nothing`, () => {
    fc.assert(
      fc.property(config, config, (theirs, mine) => {
        const live = forced(type, { config: theirs, manager: 'them' }).object
        const { object } = forced(type, { config: mine, live, now: NOW + 1_000 })
        const again = run(type, { config: mine, live: object, now: NOW + 2_000 })
        assert.deepEqual(again, { object, changed: false })
      }),
    )
  })

  test(`${name}: force takes what is named, and no one else owns a value that changed`, () => {
    fc.assert(
      fc.property(config, config, (theirs, mine) => {
        const live = forced(type, { config: theirs, manager: 'them' }).object
        const { object } = forced(type, { config: mine, live })
        assert.deepEqual(settled(merge(type, object, mine)), settled(object), 'the object has all that was applied')
        const fields = difference(extract(type, mine), NEVER_OWNED)
        assert.deepEqual(toFieldsV1(owned(object, 'me')), toFieldsV1(fields))
        const result = run(type, { config: mine, live })
        const lost = difference(owned(live, 'them'), owned(object, 'them'))
        assert.equal('conflicts' in result, !isEmpty(lost), 'exactly what force took was a conflict')
      }),
    )
  })

  test(`${name}: what was applied without conflict and is given up leaves the object as it was`, () => {
    fc.assert(
      fc.property(config, config, (theirs, mine) => {
        fc.pre(!isEmpty(difference(extract(type, theirs), NEVER_OWNED)))
        const live = forced(type, { config: theirs, manager: 'them' }).object
        const result = run(type, { config: mine, live })
        fc.pre('object' in result)
        const { apiVersion, kind, metadata } = mine
        const nothing = { apiVersion, kind, metadata: { name: (metadata as JsonObject).name } }
        const { object } = forced(type, { config: nothing, live: result.object })
        assert.deepEqual(settled(object), settled(live))
        assert.deepEqual(entries(object), entries(live))
      }),
    )
  })

  test(`${name}: an update that writes the same content is co-owned by its applier`, () => {
    fc.assert(
      fc.property(config, config, (before, after) => {
        const first = { ...before, metadata: { ...(before.metadata as object), managedFields: undefined } }
        const managedFields = trackUpdate({
          type,
          apiVersion: before.apiVersion as string,
          before: undefined,
          after: first,
          manager: 'them',
          now: NOW,
        })
        const live = { ...before, metadata: { ...(before.metadata as object), ...(managedFields && { managedFields }) } }
        const same = run(type, { config: before, live })
        assert('object' in same, 'the same values are no conflict')
        const next = trackUpdate({ type, apiVersion: after.apiVersion as string, before: same.object, after, manager: 'other', now: NOW })
        const sets = (next ?? []).map(entry => fromFieldsV1(entry.fieldsV1))
        const whole = extract(type, after)
        for (const set of sets) assert.deepEqual(leaves(difference(set, whole)), [], 'nobody owns a leaf that is not there')
      }),
    )
  })
}
/** Paths that end in a value, not in a list item or map that an update brought into being. */
function leaves(set: FieldSet, prefix = ''): string[] {
  return [...set.children].flatMap(([element, child]) => {
    const below = leaves(child, `${prefix}/${element}`)
    return child.isMember && child.children.size === 0 && element.startsWith('f:image') ? [`${prefix}/${element}`] : below
  })
}

test('things: disjoint configurations commute', () => {
  fc.assert(
    fc.property(thing, fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }), (whole, sides) => {
      const part = (side: boolean): JsonObject => {
        let next = 0
        const mine = (object: unknown) =>
          Object.fromEntries(Object.entries((object ?? {}) as JsonObject).filter(() => sides[next++ % 6] === side))
        const { metadata, spec } = whole as { metadata: JsonObject; spec: JsonObject }
        const { name, ...rest } = metadata
        return { ...EMPTY_THING, metadata: { name, ...mine(rest) }, spec: mine(spec) }
      }
      const [a, b] = [part(true), part(false)]
      for (const one of [a, b]) fc.pre(!isEmpty(difference(extract(Thing, one), NEVER_OWNED)))
      const both = (first: JsonObject, second: JsonObject, [x, y]: readonly [string, string]) => {
        const live = run(Thing, { config: first, manager: x }) as Applied
        const result = run(Thing, { config: second, live: live.object, manager: y })
        assert('object' in result, 'disjoint fields are no conflict')
        return result.object
      }
      const [one, other] = [both(a, b, ['a', 'b']), both(b, a, ['b', 'a'])]
      assert.deepEqual(settled(one), settled(other))
      assert.deepEqual(byManager(one), byManager(other))
    }),
  )
})

/** Who came second may have changed nothing, and then has no time. */
const byManager = (object: JsonObject) =>
  entries(object)
    .map((entry): JsonObject => ({ ...entry, time: undefined }))
    .sort((a, b) => (String(a.manager) < String(b.manager) ? -1 : 1))

const element = fc.oneof(
  word.map(name => `f:${name}`),
  fc.dictionary(word, fc.oneof(word, fc.nat({ max: 3 })), { minKeys: 1, maxKeys: 2 }).map(keyElement),
  fc.oneof(word, fc.nat({ max: 3 }), fc.boolean(), fc.string()).map(valueElement),
  fc.nat({ max: 12 }).map(index => `i:${index}`),
)
const set = fc.array(fc.array(element, { minLength: 1, maxLength: 4 }), { maxLength: 8 }).map(paths => fieldSet(...paths))

test('sets of fields come back from FieldsV1 as they were', () => {
  fc.assert(
    fc.property(set, one => {
      const wire = JSON.stringify(toFieldsV1(one))
      const back = fromFieldsV1(JSON.parse(wire))
      assert(isSameSet(back, one))
      assert.equal(JSON.stringify(toFieldsV1(back)), wire)
    }),
  )
})

test('sets of fields obey the laws of sets', () => {
  fc.assert(
    fc.property(set, set, set, (a, b, c) => {
      const isSame = (left: FieldSet, right: FieldSet) => assert.deepEqual(toFieldsV1(left), toFieldsV1(right))
      isSame(union(a, b), union(b, a))
      isSame(intersection(a, b), intersection(b, a))
      isSame(union(a, EMPTY), a)
      isSame(difference(a, a), EMPTY)
      isSame(difference(a, b), difference(a, intersection(a, b)))
      isSame(union(difference(a, b), intersection(a, b)), a)
      isSame(difference(union(a, b), c), union(difference(a, c), difference(b, c)))
      isSame(intersection(a, union(b, c)), union(intersection(a, b), intersection(a, c)))
    }),
  )
})
