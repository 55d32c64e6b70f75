/** Rules by which changes of entries become a script, and who has an entry that several want. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changeScript, type EntryChange } from './script.ts'
import { Wanted } from './wanted.ts'

const lines = (changes: readonly EntryChange[], chains: readonly string[] = []) =>
  changeScript(changes, { table: 't', chains: new Set(chains) })
    .text.trimEnd()
    .split('\n')
const change = (id: string, before: string | undefined, after: string | undefined): EntryChange => ({ id, before, after })

test('no change, no script', () => assert.deepEqual(lines([]), ['']))

test('elements of one map are one command; one that changes goes before it comes', () => {
  assert.deepEqual(
    lines([
      change('ip endpoints-tcp a . 0', undefined, 'x . 1'),
      change('ip endpoints-tcp a . 1', 'y . 1', 'z . 1'),
      change('ip endpoints-tcp a . 2', 'w . 1', undefined),
      change('ip hairpin x . x', undefined, ''),
    ]),
    [
      'delete element ip t endpoints-tcp { a . 1, a . 2 }',
      'add element ip t endpoints-tcp { a . 0 : x . 1, a . 1 : z . 1 }',
      'add element ip t hairpin { x . x }',
    ],
  )
})

test('a picking chain is made when the first service needs it, in its family', () => {
  const needed = [change('ip6 services a', undefined, 'goto pick-tcp-3'), change('ip6 services b', undefined, 'goto pick-tcp-3')]
  const { chains, text } = changeScript(needed, { table: 't', chains: new Set(['ip pick-tcp-3']) })
  assert.deepEqual(chains, ['ip6 pick-tcp-3'])
  assert.match(
    text,
    /^add chain ip6 t pick-tcp-3\nadd rule ip6 t pick-tcp-3 .* mod 3 map @endpoints-tcp\nadd rule .* mod 1 map @endpoints-tcp\nadd element/,
  )
  assert.deepEqual(lines(needed, ['ip6 pick-tcp-3']), ['add element ip6 t services { a : goto pick-tcp-3, b : goto pick-tcp-3 }'])
})

test('a set is there before the chain that uses it, and the chain before what leads to it; they go the other way round', () => {
  const rules = 'ip saddr @clients goto backend\nnumgen random mod 1 vmap { 0 : goto backend }'
  const ids = ['ip services a', 'ip chain sticky', 'ip set clients'] as const
  const values = ['goto sticky', rules, 'type ipv4_addr;'] as const
  assert.deepEqual(lines(ids.map((id, i) => change(id, undefined, values[i]))), [
    'add set ip t clients { type ipv4_addr; }',
    'add chain ip t sticky',
    'add rule ip t sticky ip saddr @clients goto backend',
    'add rule ip t sticky numgen random mod 1 vmap { 0 : goto backend }',
    'add element ip t services { a : goto sticky }',
  ])
  assert.deepEqual(lines(ids.map((id, i) => change(id, values[i], undefined))), [
    'flush chain ip t sticky',
    'delete element ip t services { a }',
    'delete chain ip t sticky',
    'delete set ip t clients',
  ])
})

test('whoever came first has an entry, and the next one gets it when that one lets go', () => {
  const wanted = new Wanted()
  const put = (owner: string, value: string | undefined) =>
    wanted.put(owner, new Map(value === undefined ? [] : [['ip services a', value]]))
  put('one', 'x')
  put('two', 'y')
  assert.equal(wanted.get('ip services a'), 'x')
  put('one', 'z')
  assert.equal(wanted.get('ip services a'), 'z')
  put('one', undefined)
  assert.equal(wanted.get('ip services a'), 'y')
  put('two', undefined)
  assert.equal(wanted.get('ip services a'), undefined)
  assert.deepEqual([...wanted.takeChanged()], ['ip services a'])
  assert.equal(wanted.hasChanged, false)
})
