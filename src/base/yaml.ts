/** YAML as kubectl reads and writes it: YAML 1.1 with the deviations of go-yaml. */
import { type CollectionTag, isMap, isScalar, isSeq, parseAllDocuments, type ScalarTag, stringify, type Tags, YAMLError } from 'yaml'

/** So that a small document of aliases to aliases cannot unfold without bound. */
const ALIASES_MAX = 100

/** Text that is no YAML. */
export class YamlError extends Error {
  override readonly name = 'YamlError'
}
export interface ParsedYaml {
  /** Plain JSON: keys are strings, times stay text. */
  readonly value: unknown
  /** Paths of keys that stand more than once in their map; the last value counts. */
  readonly duplicates: string[]
}

/** All documents of a stream; empty ones are left out. Throws YamlError. */
export function parseYaml(text: string): ParsedYaml[] {
  try {
    return parseAllDocuments(text, { version: '1.1', merge: true, uniqueKeys: false, customTags: goTags, logLevel: 'silent' }).flatMap(
      document => {
        const [error] = document.errors
        if (error) throw error
        if (document.contents === null) return []
        const duplicates: string[] = []
        collect(document.contents, '', duplicates)
        const value: unknown = document.toJS({ maxAliasCount: ALIASES_MAX })
        return value === null ? [] : [{ value: plain(value), duplicates }]
      },
    )
  } catch (error) {
    throw new YamlError(`error converting YAML to JSON: yaml: ${reason(error as Error)}`, { cause: error })
  }
}
/** Words that users of kubectl know, where go-yaml has a name for the same mistake. */
const KNOWN_WORDS: Readonly<Record<string, string>> = {
  BLOCK_AS_IMPLICIT_KEY: 'mapping values are not allowed in this context',
  TAB_AS_INDENT: 'found character that cannot start any token',
}
function reason(error: Error): string {
  // Very deep nesting exhausts the parser's stack, which is a limit of its own.
  if (/call stack/.test(error.message)) return 'exceeded max depth'
  if (!(error instanceof YAMLError)) return error.message
  const [line] = error.linePos ?? []
  const words = KNOWN_WORDS[error.code] ?? error.message.split(/ at line|\n/)[0]
  return line ? `line ${line.line}: ${words}` : `${words}`
}

const number = (kind: 'int' | 'float', test: RegExp, resolve: (text: string) => number | string): ScalarTag => ({
  identify: () => false,
  default: true,
  tag: `tag:yaml.org,2002:${kind}`,
  test,
  resolve,
})
/** What go-yaml takes for numbers, beside YAML 1.1's integers. Numbers that do not fit stay text: `12e4567` is the name of a commit. */
const GO_NUMBERS = [
  number('int', /^[-+]?0o[0-7_]+$/, text => Number.parseInt(text.replace(/[_+]|0o/g, ''), 8)),
  number('float', /^[-+]?(\.[0-9]+|[0-9][0-9_]*(\.[0-9_]*)?([eE][-+]?[0-9]+)?)$/, text => {
    const value = Number(text.replaceAll('_', ''))
    return Number.isFinite(value) ? value : text
  }),
]
/** go-yaml knows no sexagesimal numbers, leaves times as text, and has floats of its own. */
const goTags = (tags: Tags): Tags => [...tags.filter(tag => typeof tag === 'string' || !isForeign(tag)), ...GO_NUMBERS]
const FOREIGN = ['1:30', '1:30.5', '2001-12-14', '1.5', '1e3']
const isForeign = (tag: CollectionTag | ScalarTag) => 'test' in tag && FOREIGN.some(text => tag.test?.test(text))

function collect(node: unknown, path: string, duplicates: string[]): void {
  if (isSeq(node)) for (const [i, item] of node.items.entries()) collect(item, `${path}[${i}]`, duplicates)
  if (!isMap(node)) return
  const seen = new Set<string>()
  for (const { key, value } of node.items) {
    if (!isScalar(key)) continue
    const name = String(key.value)
    const here = path ? `${path}.${name}` : name
    if (seen.has(name) && name !== '<<') duplicates.push(here)
    seen.add(name)
    collect(value, here, duplicates)
  }
}

/** What JSON can hold: binary becomes text, and nothing is shared between two places. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return new TextDecoder().decode(value)
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Error(`json: unsupported value: ${value}`)
  if (Array.isArray(value)) return value.map(plain)
  if (value instanceof Set) return plain(Object.fromEntries([...value].map(item => [item, null])))
  if (value instanceof Map) return plain(Object.fromEntries(value))
  if (typeof value !== 'object' || value === null) return value
  const copy = {}
  for (const key of Object.keys(value)) {
    const inner = plain((value as Record<string, unknown>)[key])
    Object.defineProperty(copy, key, { value: inner, writable: true, enumerable: true, configurable: true })
  }
  return copy
}

/** One document, keys sorted, as `kubectl -o yaml` prints it. */
export const formatYaml = (value: unknown): string =>
  stringify(value, { version: '1.1', indentSeq: false, lineWidth: 0, sortMapEntries: true, aliasDuplicateObjects: false })
