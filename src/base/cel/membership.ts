/** Whether a key is in a map, says the map itself: the library would take a value for the answer, and some maps have one for every key. */
import { type Node, nodesIn } from './cost.ts'

interface Evaluator {
  run(node: Node, context: unknown): unknown
}
/** As the library leaves it when it has checked it. */
interface Membership extends Node {
  readonly args: readonly [Node, Node]
  readonly handle: (left: unknown, right: unknown, node: Node, evaluator: Evaluator) => unknown
  evaluate: (evaluator: Evaluator, node: Node, context: unknown) => unknown
}

export function askMapsThemselves(node: Node): void {
  if (node.op === 'in') {
    const membership = node as Membership
    membership.evaluate = (evaluator, _, context) => {
      const [key, whole] = membership.args.map(each => evaluator.run(each, context))
      return whole instanceof Map ? whole.has(key) : membership.handle(key, whole, membership, evaluator)
    }
  }
  for (const each of nodesIn(node.args)) askMapsThemselves(each)
}
