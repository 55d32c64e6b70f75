/** What must hold for an expression that selects devices. Upstream: pkg/apis/resource/validation, validateCELSelector. */
import { ExpressionError } from '#base/cel/expression.ts'
import type { Path } from '#schema/vocabulary.ts'
import { COST_MAX, deviceExpression, EXPRESSION_MAX } from './device-expression.ts'

interface Selector {
  readonly expression: string
}
/** What is stored is not judged again: rules may become stricter. */
export function checkExpression({ expression }: Selector, at: Path, before?: Selector): void {
  if (!expression || expression === before?.expression) return
  const here = at.key('expression')
  if (expression.length > EXPRESSION_MAX) return here.tooLong(EXPRESSION_MAX)
  try {
    if (deviceExpression(expression).cost > COST_MAX) here.forbidden('too complex, exceeds cost limit')
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    const isOfType = error.message.startsWith('must evaluate to ')
    here.invalid(expression, isOfType ? error.message : `compilation failed: ${error.message}`)
  }
}
