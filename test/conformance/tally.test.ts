/** The tally: tests carry the official names, each once, and no others; printed is how many of the list have one. */
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

const here = new URL('.', import.meta.url).pathname
const LIST = new URL('../../../shared/spec/conformance-1.36.tsv', import.meta.url)

/** Names of tests as they stand in the files: texts that begin with a SIG. */
const named = globSync(`${here}**/*.test.ts`).flatMap(path =>
  [...readFileSync(path, 'utf8').matchAll(/(['"`])(\[sig-[a-z-]+\] .+?)\1/g)].map(([, , name]) => name as string),
)
const sigOf = (name: string) => name.slice(1, name.indexOf(']'))

test('each behaviour has one test', () => {
  const twice = named.filter((name, i) => named.indexOf(name) !== i)
  assert.deepEqual(twice, [])
  assert(named.length > 0)
})

test('each test is named as in the official list', t => {
  if (!existsSync(LIST)) return t.diagnostic('left out: the official list is not here')
  const [head = '', ...rows] = readFileSync(LIST, 'utf8').trimEnd().split('\n')
  const column = head.split('\t').indexOf('codename')
  const official = rows.map(row => row.split('\t')[column] as string)
  const known = new Set(official)
  assert.deepEqual(
    named.filter(name => !known.has(name)),
    [],
  )
  for (const [sig, behaviours] of [...Map.groupBy(official, sigOf)].sort(([a], [b]) => a.localeCompare(b))) {
    const tests = named.filter(name => sigOf(name) === sig).length
    t.diagnostic(`${sig.padEnd(20)} ${String(behaviours.length).padStart(4)} behaviours ${String(tests).padStart(4)} tests`)
  }
  t.diagnostic(`${'all'.padEnd(20)} ${String(official.length).padStart(4)} behaviours ${String(named.length).padStart(4)} tests`)
})
