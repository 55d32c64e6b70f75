/** Label selectors as text: `tier in (web,api),!old,weight>3`. Grammar and errors: apimachinery, labels/selector.go. */
import { labelKeyFaults } from './label-syntax.ts'
import { shown } from './path.ts'
import { type Requirement, requirement, type Selection, SelectorError, type SelectorOperator, sorted } from './select.ts'

interface Token {
  readonly kind: 'end' | 'error' | 'word' | ')' | '(' | ',' | '!' | SelectorOperator
  readonly text: string
}
const SYMBOLS: Readonly<Record<string, Token['kind']>> = {
  ')': ')',
  '(': '(',
  ',': ',',
  '!': '!',
  '=': '=',
  '==': '==',
  '!=': '!=',
  '>': 'gt',
  '<': 'lt',
}
const BINARY: ReadonlySet<string> = new Set(['in', 'notin', '=', '==', '!=', 'gt', 'lt'])

/** Reads a selector; the empty text selects everything. Throws SelectorError in upstream's words. */
export function parseLabelSelector(text: string): Selection {
  const parser = new Parser(tokens(text))
  return { requirements: sorted(parser.requirements()) }
}

function tokens(text: string): Token[] {
  const found: Token[] = []
  let rest = text.replace(/^[ \t\r\n]+/, '')
  while (rest) {
    const symbols = /^[=!(),<>]+/.exec(rest)?.[0]
    const token = symbols === undefined ? word(rest) : symbol(symbols)
    found.push(token)
    rest = rest.slice(token.kind === 'error' ? (symbols as string).length : token.text.length).replace(/^[ \t\r\n]+/, '')
  }
  found.push({ kind: 'end', text: '' })
  return found
}
function word(rest: string): Token {
  const text = /^[^=!(),<> \t\r\n]+/.exec(rest)?.[0] ?? ''
  return { kind: text === 'in' || text === 'notin' ? text : 'word', text }
}
/** The longest operator at the start; as in upstream, one that is none is an error with all symbols that follow. */
function symbol(symbols: string): Token {
  let found: Token | undefined
  for (let length = 1; length <= symbols.length; length++) {
    const text = symbols.slice(0, length)
    const kind = SYMBOLS[text]
    if (kind) found = { kind, text }
    else if (found) break
  }
  return found ?? { kind: 'error', text: `error expected: keyword found '${symbols}'` }
}

class Parser {
  readonly #tokens: readonly Token[]
  #at = 0
  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }
  /** `in` and `notin` are words wherever no operator is expected. */
  #peek(isOperator = false): Token {
    const token = this.#tokens[this.#at] ?? { kind: 'end', text: '' }
    return !isOperator && (token.kind === 'in' || token.kind === 'notin') ? { kind: 'word', text: token.text } : token
  }
  #take(isOperator = false): Token {
    const token = this.#peek(isOperator)
    this.#at++
    return token
  }

  requirements(): Requirement[] {
    const found: Requirement[] = []
    for (;;) {
      const next = this.#peek()
      if (next.kind === 'end') return found
      if (next.kind !== 'word' && next.kind !== '!') throw expected(next, "!, identifier, or 'end of string'")
      found.push(this.#requirement())
      const separator = this.#take()
      if (separator.kind === 'end') return found
      if (separator.kind !== ',') throw expected(separator, "',' or 'end of string'")
      const following = this.#peek()
      if (following.kind !== 'word' && following.kind !== '!') throw expected(following, "identifier after ','")
    }
  }
  #requirement(): Requirement {
    try {
      const { key, isNegated } = this.#key()
      if (isNegated) return requirement(key, '!', [])
      const after = this.#peek()
      if (after.kind === 'end' || after.kind === ',') return requirement(key, 'exists', [])
      const operator = this.#take(true)
      if (!BINARY.has(operator.kind)) throw expected(operator, [...BINARY].join(', '))
      const values = operator.kind === 'in' || operator.kind === 'notin' ? this.#values() : [this.#exactValue()]
      return requirement(key, operator.kind as SelectorOperator, [...new Set(values)].sort())
    } catch (error) {
      if (!(error instanceof SelectorError)) throw error
      throw new SelectorError(`unable to parse requirement: ${error.message}`, { cause: error })
    }
  }
  #key(): { key: string; isNegated: boolean } {
    let token = this.#take()
    const isNegated = token.kind === '!'
    if (isNegated) token = this.#take()
    if (token.kind !== 'word') throw expected(token, 'identifier')
    const faults = labelKeyFaults(token.text)
    // The missing path is printed as Go prints it.
    if (faults.length) throw new SelectorError(`<nil>: Invalid value: ${shown(token.text)}: ${faults.join('; ')}`)
    return { key: token.text, isNegated }
  }
  #exactValue(): string {
    const next = this.#peek()
    if (next.kind === 'end' || next.kind === ',') return ''
    const token = this.#take()
    if (token.kind !== 'word') throw expected(token, 'identifier')
    return token.text
  }
  #values(): string[] {
    const open = this.#take()
    if (open.kind !== '(') throw new SelectorError(`found '${open.text}' expected: '('`)
    const first = this.#peek()
    if (first.kind === ')') {
      this.#take()
      return ['']
    }
    if (first.kind !== 'word' && first.kind !== ',') throw expected(first, "',', ')' or identifier")
    const values = this.#list()
    if (this.#take().kind !== ')') throw expected(first, "')'")
    return values
  }
  /** Values between commas; where nothing stands between two, it is the empty value. */
  #list(): string[] {
    const values: string[] = []
    for (;;) {
      const token = this.#take()
      const next = this.#peek().kind
      if (token.kind === 'word') {
        values.push(token.text)
        if (next === ')') return values
        if (next !== ',') throw expected(this.#peek(), "',' or ')'")
      } else if (token.kind === ',') {
        if (!values.length || next === ',' || next === ')') values.push('')
        if (next === ')') return values
      } else throw expected(token, "',', or identifier")
    }
  }
}
const expected = ({ text }: Token, what: string) => new SelectorError(`found '${text}', expected: ${what}`)
