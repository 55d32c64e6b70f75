/** What holds for every kind in the catalogue. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decode } from '#schema/decode.ts'
import { fillDefaults } from '#schema/default.ts'
import { problems } from '#schema/validate.ts'
import { allKinds, catalogue, findKind, findResource } from './catalogue.ts'

const kinds = await allKinds()
const idOf = (kind: (typeof kinds)[number]) => `${kind.apiVersion} ${kind.name}`

test('no kind and no resource stands there twice', () => {
  const names = kinds.flatMap(kind => [idOf(kind), `${kind.apiVersion} ${kind.options.plural}`])
  assert.equal(new Set(names).size, names.length)
})
test('every version in the catalogue has kinds of that group and version', async () => {
  for (const { group, versions } of catalogue)
    for (const { version, kinds: load } of versions)
      for (const kind of await load()) assert.deepEqual([kind.group, kind.version], [group, version], idOf(kind))
})
test('kinds are found by their names', async () => {
  assert.equal((await findKind('apps', 'v1', 'Deployment'))?.options.plural, 'deployments')
  assert.equal((await findResource('apps', 'v1', 'deployments'))?.name, 'Deployment')
  assert.equal(await findKind('apps', 'v2', 'Deployment'), undefined)
})
test('an empty status is a valid one', () => {
  for (const kind of kinds.filter(({ options }) => options.subresources?.status)) {
    const object = fillDefaults(kind, decode(kind, { metadata: {} }).value)
    const found = problems(kind, object).filter(({ field }) => field.startsWith('status'))
    assert.deepEqual(found, [], idOf(kind))
  }
})
test('views lead to a kind of the same group that is no view itself', () => {
  for (const kind of kinds) {
    const stored = kind.options.view?.of()
    if (!stored) continue
    assert(stored.group === kind.group || kind.group === 'events.k8s.io', idOf(kind))
    assert.equal(stored.options.view, undefined, idOf(kind))
  }
})
test('versions of the same group that share a resource share one stored kind', () => {
  const storedBy = new Map<string, Set<string>>()
  for (const kind of kinds) {
    const key = `${kind.group} ${kind.options.plural}`
    const stored = kind.options.view?.of() ?? kind
    storedBy.set(key, (storedBy.get(key) ?? new Set()).add(idOf(stored)))
  }
  for (const [resource, stored] of storedBy) assert.equal(stored.size, 1, `${resource}: ${[...stored].join(', ')}`)
})
