/** What was found out about a node, so that pods that are alike are not judged anew on nodes that have not changed. */
import type { Pod } from '#kinds/core/pod.ts'
import type { Plugin } from './plugin.ts'
import { assumedOfNewPod, type NodeInfo, portsOfPod, requestsOfPod } from './snapshot.ts'

/** The answer to a question about a node, found when it is first asked. The question must name all that the answer depends on beside the node. */
export function recall<T>({ answers }: NodeInfo, question: number, find: () => T): T {
  const known = answers.get(question)
  if (known !== undefined || answers.has(question)) return known as T
  const found = find()
  answers.set(question, found)
  return found
}

/** So many questions and forms of pods are told apart; beyond that all get new numbers, so that the memory does not grow. */
const TEXTS_MAX = 10_000
const numbers = new Map<string, number>()
let next = 0
/** The number under which a question is asked, of each node again: numbers are found much faster than texts. */
export function question(text: string): number {
  const known = numbers.get(text)
  if (known !== undefined) return known
  if (numbers.size >= TEXTS_MAX) numbers.clear()
  numbers.set(text, next)
  return next++
}

const classes = new WeakMap<Pod, number>()
/** A number that pods share whom plugins cannot tell apart as long as they look at a node alone. */
export function classOf(pod: Pod): number {
  const before = classes.get(pod)
  if (before !== undefined) return before
  const { metadata, spec } = pod
  const number = question(
    JSON.stringify([
      metadata.namespace,
      metadata.labels,
      spec.nodeSelector,
      spec.affinity,
      spec.tolerations,
      spec.topologySpreadConstraints,
      requestsOfPod(pod),
      assumedOfNewPod(pod),
      portsOfPod(pod),
    ]),
  )
  classes.set(pod, number)
  return number
}

const lists = new WeakMap<object, number>()
let nextList = 0
/** A number of its own for each list of plugins, as they need not say the same. */
export function listOf(plugins: readonly Plugin[]): number {
  const before = lists.get(plugins)
  if (before !== undefined) return before
  lists.set(plugins, nextList)
  return nextList++
}
