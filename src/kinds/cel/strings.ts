/** Functions of texts in expressions that the library does not bring. Upstream: cel-go, ext/strings.go; apiserver, cel/library/regex.go. */
import type { Environment } from '#base/cel/expression.ts'

function charAt(text: string, at: bigint): string {
  const characters = [...text]
  if (at < 0n || at > characters.length) throw new Error(`index out of range: ${at}`)
  return characters[Number(at)] ?? ''
}
/** `times`: so many of them, the first ones; below zero: all. */
function replace(text: string, old: string, replacement: string, times = -1n): string {
  if (times < 0n) return text.replaceAll(old, () => replacement)
  let rest = times
  return text.replaceAll(old, found => (rest-- > 0n ? replacement : found))
}
function findAll(text: string, pattern: string, times = -1n): readonly string[] {
  const found = Array.from(text.matchAll(new RegExp(pattern, 'g')), ([match]) => match)
  return times < 0n ? found : found.slice(0, Number(times))
}

export const registerStrings = (made: Environment): unknown =>
  made
    .registerFunction('string.charAt(int): string', charAt)
    .registerFunction('string.replace(string, string): string', (text: string, old: string, by: string) => replace(text, old, by))
    .registerFunction('string.replace(string, string, int): string', replace)
    .registerFunction('string.find(string): string', (text: string, pattern: string) => new RegExp(pattern).exec(text)?.[0] ?? '')
    .registerFunction('string.findAll(string): list<string>', (text: string, pattern: string) => findAll(text, pattern))
    .registerFunction('string.findAll(string, int): list<string>', findAll)
