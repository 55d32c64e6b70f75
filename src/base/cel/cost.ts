/** The most that an expression can cost, before it is run: a few nested loops over long lists would otherwise hold the whole process up. */

/** As the library gives it, as far as it matters here. */
export interface Node {
  readonly op: string
  readonly args: unknown
}
/** How long at most: by the name of a variable or field. */
export type Sizes = Readonly<Record<string, number>>

interface Measure {
  readonly cost: number
  /** How long the value can be. */
  readonly size: number
}
/** Of what nothing is known. */
const SIZE = 64
const LOOPS = new Set(['all', 'exists', 'exists_one', 'map', 'filter'])
/** Their results can be as long as all that goes in, multiplied. */
const GROWING = new Set(['join', 'replace'])

/** Each operation is a step, a loop as many as its list is long, and what works through a text or list as many as that is long. */
export const costOf = (node: Node, sizes: Sizes): number => measure(node, sizes).cost

function measure(node: Node, sizes: Sizes): Measure {
  switch (node.op) {
    case 'value':
      return { cost: 1, size: typeof node.args === 'string' ? node.args.length : 1 }
    case 'id':
      return { cost: 1, size: sizes[node.args as string] ?? SIZE }
    case '.':
    case '.?': {
      const [operand, name] = node.args as readonly [Node, string]
      return { cost: measure(operand, sizes).cost + 1, size: sizes[name] ?? SIZE }
    }
    case 'list':
    case 'map': {
      const parts = nodesIn(node.args).map(each => measure(each, sizes))
      return { cost: total(parts, 1), size: Math.max(1, (node.args as readonly unknown[]).length) }
    }
    case '+': {
      const parts = nodesIn(node.args).map(each => measure(each, sizes))
      const size = parts.reduce((sum, each) => sum + each.size, 0)
      return { cost: total(parts, size), size }
    }
    case '?:': {
      const parts = nodesIn(node.args).map(each => measure(each, sizes))
      return { cost: total(parts, 1), size: Math.max(...parts.map(({ size }) => size)) }
    }
    case 'rcall':
      return method(node.args as readonly [string, Node, readonly Node[]], sizes)
    default: {
      const parts = nodesIn(node.args).map(each => measure(each, sizes))
      return { cost: total(parts, 1 + longest(parts)), size: longest(parts) }
    }
  }
}

function method([name, receiver, args]: readonly [string, Node, readonly Node[]], sizes: Sizes): Measure {
  const [variable] = args
  if (name === 'bind' && receiver.args === 'cel' && args.length === 3) {
    const bound = measure(args[1] as Node, sizes)
    const inside = measure(args[2] as Node, { ...sizes, [variable?.args as string]: bound.size })
    return { cost: bound.cost + inside.cost + 1, size: inside.size }
  }
  const whole = measure(receiver, sizes)
  if (LOOPS.has(name) && args.length > 1) {
    const bodies = args.slice(1).map(each => measure(each, { ...sizes, [variable?.args as string]: Math.max(SIZE, whole.size) }))
    return { cost: whole.cost + whole.size * total(bodies, 1), size: whole.size }
  }
  const parts = [whole, ...args.map(each => measure(each, sizes))]
  const size = GROWING.has(name) ? parts.reduce((product, each) => product * Math.max(SIZE, each.size), 1) : Math.max(SIZE, longest(parts))
  return { cost: total(parts, size), size }
}
const total = (parts: readonly Measure[], more: number) => parts.reduce((sum, { cost }) => sum + cost, more)
const longest = (parts: readonly Measure[]) => Math.max(1, ...parts.map(({ size }) => size))

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'op' in value && 'args' in value
/** All nodes right below, however deep the lists are in which they stand. */
export const nodesIn = (args: unknown): readonly Node[] => (isNode(args) ? [args] : Array.isArray(args) ? args.flatMap(nodesIn) : [])
