/** Which nodes a node selector picks. Reference: API reference, NodeSelectorRequirement. */
import type { Node } from './node.ts'
import type { NodeSelector, NodeSelectorRequirement, NodeSelectorTerm } from './node-selector.ts'
import type { PodSpec } from './pod-spec.ts'

type Labels = Readonly<Record<string, string>>

/** Terms are alternatives; a term without any requirement picks nothing. */
export const selectsNode = ({ nodeSelectorTerms }: NodeSelector, node: Node): boolean =>
  nodeSelectorTerms.some(term => termSelects(term, node))

export function termSelects({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, { metadata }: Node): boolean {
  if (matchExpressions.length + matchFields.length === 0) return false
  // metadata.name is the only field that may be named.
  const fields = { 'metadata.name': metadata.name ?? '' }
  return matchExpressions.every(each => holds(each, metadata.labels ?? {})) && matchFields.every(each => holds(each, fields))
}

/** What a pod demands of its node: nodeSelector and required node affinity. */
export function demandsMet({ nodeSelector = {}, affinity }: PodSpec, node: Node): boolean {
  const labels = node.metadata.labels ?? {}
  if (!Object.entries(nodeSelector).every(([key, value]) => labels[key] === value)) return false
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  return !required || selectsNode(required, node)
}

function holds({ key, operator, values = [] }: NodeSelectorRequirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    case 'Gt':
      return isInteger(value) && isInteger(values[0]) && BigInt(value) > BigInt(values[0])
    case 'Lt':
      return isInteger(value) && isInteger(values[0]) && BigInt(value) < BigInt(values[0])
    default:
      return false
  }
}
/** As far as 64 bits go, as upstream. */
const isInteger = (text: string | undefined): text is string =>
  text !== undefined && /^-?\d+$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text)
