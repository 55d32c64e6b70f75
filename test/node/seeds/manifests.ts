/** The manifests under test: those of the project's own examples, and beside them those of the notes it was asked for from, where these are present. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const examples = new URL('../examples/', import.meta.url).pathname
const seeds = new URL('../../../../shared/seeds/', import.meta.url).pathname

export const hasSeeds = existsSync(seeds)

export interface Source {
  readonly from: 'example' | 'seed'
  readonly manifest: string
  /** Of the object, or the first of several. */
  readonly name: string
}
/** One or two sources of the same shape: the example, and the manifest of a note, named by its number and a line that only it has. */
export function sources(example: string, seed: { readonly note: string; readonly line: string }): readonly Source[] {
  const own = source('example', readFileSync(join(examples, `${example}.yaml`), 'utf8'))
  return hasSeeds ? [own, source('seed', seedManifest(seed.note, seed.line))] : [own]
}
export const example = (name: string): string => readFileSync(join(examples, `${name}.yaml`), 'utf8')
const source = (from: Source['from'], manifest: string): Source => ({ from, manifest, name: /^ +name: (\S+)$/m.exec(manifest)?.[1] ?? '' })

/** The manifest around a line of a note: up to the fence, blank line or end around it. Throws when there is none. */
export function seedManifest(note: string, line: string): string {
  const file = readdirSync(seeds).find(name => name.startsWith(note))
  if (!file) throw new Error(`read note ${note}: not in ${seeds}`)
  const lines = readFileSync(join(seeds, file), 'utf8').split(/\r?\n/)
  const at = lines.findIndex(each => each.includes(line))
  if (at < 0) throw new Error(`read note ${note}: no line has "${line}"`)
  const begin = lines.findLastIndex((each, i) => i <= at && /^(apiversion|# Headless)/i.test(each))
  const end = lines.findIndex((each, i) => i > at && (each.startsWith('```') || each.trim() === ''))
  return `${lines.slice(begin, end < 0 ? undefined : end).join('\n')}\n`
}
