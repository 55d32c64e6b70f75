/** The macro `has`, which the library knows only where names follow names: here also `has(device.attributes["x"].y)`. */
import type { Environment } from '@marcbachmann/cel-js'
import type { Node } from './cost.ts'

/** As long as `has`, so that places in messages stay right. */
const OWN = 'ha_'
/** Texts and remarks, which are left alone, and the word itself. */
const TOKENS = /"""[^]*?"""|'''[^]*?'''|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\/\/[^\n]*|(?<![\w.])has(?=\s*\()/g

export const withOwnHas = (text: string): string => text.replace(TOKENS, token => (token === 'has' ? OWN : token))

interface Checker {
  check(node: Node, context: unknown): unknown
  getType(name: string): unknown
  createError(code: string, message: string, node: Node): Error
}
interface Evaluator {
  run(node: Node, context: unknown): unknown
  debugType(value: unknown): { fieldLazy(value: unknown, name: unknown, node: Node, evaluator: Evaluator): unknown }
}
interface Macro {
  readonly args: readonly Node[]
}
export function registerHas(made: Environment): void {
  made.registerFunction(`${OWN}(ast): bool`, (({ args }: Macro) => ({
    args,
    async: false,
    typeCheck: (checker: Checker, macro: Macro, context: unknown) => {
      const [field] = macro.args as readonly [Node]
      if (field.op !== '.') throw checker.createError('invalid_macro_argument', 'invalid argument to has() macro', field)
      const [operand] = field.args as readonly [Node]
      checker.check(operand, context)
      return checker.getType('bool')
    },
    evaluate: (evaluator: Evaluator, macro: Macro, context: unknown) => {
      const [field] = macro.args as readonly [Node]
      const [operand, name] = field.args as readonly [Node, string]
      const value = evaluator.run(operand, context)
      return evaluator.debugType(value).fieldLazy(value, name, field, evaluator) !== undefined
    },
  })) as unknown as (...args: unknown[]) => unknown)
}
