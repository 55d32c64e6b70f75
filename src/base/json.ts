/** JSON of unknown origin: parsed with a bounded depth, and with every repeated field named. */

/** Everything behind the parser walks values recursively on a stack of about 1 MB; the deepest objects that people write have dozens of levels. */
export const JSON_DEPTH_MAX = 300

/** Text that is no JSON, or too deep. */
export class JsonError extends Error {
  override readonly name = 'JsonError'
}
export interface ParsedJson {
  readonly value: unknown
  /** Paths of fields that stand more than once in their object, `spec.containers[0].name`; the last value counts. */
  readonly duplicates: string[]
}

/** Parses one JSON value. Throws JsonError. */
export function parseJson(text: string): ParsedJson {
  const fields = countFields(text)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new JsonError((error as Error).message, { cause: error })
  }
  return { value, duplicates: fields === countKeys(value) ? [] : repeated(text) }
}

const QUOTE = 34
const COLON = 58

/** How many names of fields stand in a text, repeated ones included. Throws when the text nests too deep. */
function countFields(text: string): number {
  let fields = 0
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === QUOTE) i = endOfString(text, i)
    else if (code === COLON) fields++
    else if (code === 123 || code === 91) {
      if (++depth > JSON_DEPTH_MAX) throw new JsonError('exceeded max depth')
    } else if (code === 125 || code === 93) depth--
  }
  return fields
}
/** The place of the quote that ends the string which begins at `start`; the end of the text when there is none. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0
    while (text[end - 1 - slashes] === '\\') slashes++
    if (slashes % 2 === 0) return end
  }
  return text.length
}
function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  let count = 0
  if (Array.isArray(value)) for (const item of value) count += countKeys(item)
  else {
    for (const key of Object.keys(value)) {
      const inner = (value as Record<string, unknown>)[key]
      count += typeof inner === 'object' ? 1 + countKeys(inner) : 1
    }
  }
  return count
}

/** An object or array that is being scanned. */
interface Open {
  readonly path: string
  /** Names seen so far; undefined in an array. */
  readonly names: Set<string> | undefined
  position: number
  name: string
}
/** Paths of the repeated fields of a sound JSON text, in the order in which they are repeated. */
function repeated(text: string): string[] {
  const found: string[] = []
  const open: Open[] = []
  let string = ''
  const here = () => {
    const top = open.at(-1)
    if (!top) return ''
    return top.names ? join(top.path, top.name) : `${top.path}[${top.position}]`
  }
  for (let i = 0; i < text.length; i++) {
    const top = open.at(-1)
    switch (text[i]) {
      case '"': {
        const end = endOfString(text, i)
        string = text.slice(i, end + 1)
        i = end
        break
      }
      case '{':
        open.push({ path: here(), names: new Set(), position: 0, name: '' })
        break
      case '[':
        open.push({ path: here(), names: undefined, position: 0, name: '' })
        break
      case '}':
      case ']':
        open.pop()
        break
      case ',':
        if (top) top.position++
        break
      case ':':
        if (!top?.names) break
        top.name = JSON.parse(string) as string
        if (top.names.has(top.name)) found.push(join(top.path, top.name))
        top.names.add(top.name)
        break
    }
  }
  return found
}
const join = (path: string, name: string) => (path ? `${path}.${name}` : name)
