/** Expressions in CEL: read and checked once, asked many times. Reference: the language definition of cel-spec. */
import { Environment } from '@marcbachmann/cel-js'
import { costOf, type Sizes } from './cost.ts'
import { registerHas, withOwnHas } from './has.ts'
import { askMapsThemselves } from './membership.ts'

export { Environment } from '@marcbachmann/cel-js'

export interface Expression {
  /** What it gives: `bool`, `int`, `dyn` when only its values tell. */
  readonly type: string
  /** How much it may cost at most, in steps. */
  readonly cost: number
  /** Throws ExpressionError. */
  readonly evaluate: (variables: Readonly<Record<string, unknown>>) => unknown
}
/** An expression that cannot be read, or that fails with what it was given. */
export class ExpressionError extends Error {}

/** An environment as Kubernetes has it: lists may be mixed, `?.` is known. */
export function environment(): Environment {
  const made = new Environment({ homogeneousAggregateLiterals: false, enableOptionalTypes: true })
  registerHas(made)
  return made
}

/** Throws ExpressionError. `sizes`: of variables and fields that are lists, maps or texts. */
export function expressionIn(made: Environment, text: string, sizes: Sizes = {}): Expression {
  try {
    const parsed = made.parse(withOwnHas(text))
    const cost = costOf(parsed.ast, sizes)
    const { valid, type, error } = parsed.check()
    if (!valid) throw error ?? new Error('the expression is wrong')
    askMapsThemselves(parsed.ast)
    const evaluate = (variables: Readonly<Record<string, unknown>>): unknown => {
      try {
        return parsed(variables)
      } catch (error) {
        throw told(error)
      }
    }
    return { type: type ?? 'dyn', cost, evaluate }
  } catch (error) {
    throw told(error)
  }
}

/** Without the library's drawing of the place. */
function told(error: unknown): ExpressionError {
  const { summary, message } = error as { readonly summary?: string; readonly message: string }
  const [line = ''] = (summary ?? message).split('\n')
  return new ExpressionError(line.replace(/^No such key: /, 'no such key: '), { cause: error })
}
