/** Checks the code itself: layers, cycles, headers, sizes, names, and where the world may be touched. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'

/** Each layer and what it may import. The whole architecture, in one table. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  base: [],
  schema: ['base'],
  kinds: ['schema', 'base'],
  store: ['base'],
  client: ['kinds', 'schema', 'base'],
  apiserver: ['store', 'kinds', 'schema', 'base'],
  controllers: ['client', 'kinds', 'schema', 'base'],
  scheduler: ['client', 'kinds', 'schema', 'base'],
  kubelet: ['client', 'kinds', 'schema', 'base'],
  proxy: ['client', 'kinds', 'schema', 'base'],
  dns: ['client', 'kinds', 'schema', 'base'],
  cli: ['client', 'kinds', 'schema', 'base'],
  dashboard: ['client', 'kinds', 'schema', 'base'],
  bin: [
    'base',
    'schema',
    'kinds',
    'store',
    'client',
    'apiserver',
    'controllers',
    'scheduler',
    'kubelet',
    'proxy',
    'dns',
    'cli',
    'dashboard',
  ],
}
/** Files that are one table by nature, longer than the rest, each with its reason. */
const LONG: Readonly<Record<string, string>> = {}
const LINES_MAX = 400

const root = new URL('../src', import.meta.url).pathname
const files = globSync(`${root}/**/*.ts`)
  .map(path => ({ path: relative(root, path), text: readFileSync(path, 'utf8') }))
  .sort((a, b) => a.path.localeCompare(b.path))
const sources = files.filter(({ path }) => !/(\.test|contract)\.ts$/.test(path))
const layer = (path: string) => path.split('/')[0] as string
const imports = ({ path, text }: { path: string; text: string }) =>
  // Data files, such as package.json, belong to no layer.
  [...text.matchAll(/(?:from|import\(|^import) ?'([#.][^']+\.ts)'/gm)].map(([, to]) =>
    (to as string).startsWith('#') ? (to as string).slice(1) : join(dirname(path), to as string),
  )

test('layers only look down', () => {
  for (const file of files)
    for (const to of imports(file))
      assert(
        layer(to) === layer(file.path) || layer(to) === 'test' || MAY_IMPORT[layer(file.path)]?.includes(layer(to)),
        `${file.path} may not import ${to}`,
      )
})

test('no import cycles, not even of types', () => {
  const byPath = new Map(files.map(file => [file.path, file]))
  const done = new Set<string>()
  const open: string[] = []
  const visit = (path: string) => {
    if (done.has(path)) return
    assert(!open.includes(path), `cycle: ${[...open.slice(open.indexOf(path)), path].join(' → ')}`)
    open.push(path)
    const file = byPath.get(path)
    if (file) imports(file).forEach(visit)
    open.pop()
    done.add(path)
  }
  for (const file of files) visit(file.path)
})

test('every import leads to a file', () => {
  const known = new Set(files.map(file => file.path))
  for (const file of sources) for (const to of imports(file)) assert(known.has(to), `${file.path} imports ${to}, which is not there`)
})

test('every file opens with one sentence saying what it is', () => {
  for (const { path, text } of files) assert.match(text, /^\/\*\* [A-Z][^\n]+/, path)
})

test(`no source file is longer than ${LINES_MAX} lines`, () => {
  const long = sources.filter(({ path, text }) => text.split('\n').length > LINES_MAX && !LONG[path]).map(({ path }) => path)
  assert.deepEqual(long, [])
})

test('no vague names', () => {
  for (const { path } of files) assert.doesNotMatch(path, /(^|[/-])(utils?|helpers?|common|misc|impl|manager)([./-]|$)/, path)
})

test('clock, chance, timers and environment are touched in base and bin only', () => {
  for (const { path, text } of sources) {
    if (['base', 'bin'].includes(layer(path))) continue
    const found = text.match(/\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bset(Timeout|Interval)\(|\bprocess\.env\b/)
    assert(!found, `${path} uses ${found?.[0]}`)
  }
})
