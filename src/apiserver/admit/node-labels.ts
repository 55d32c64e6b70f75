/** What a kubelet may write of its own node: no taints, and only those labels that steer no workload to it. */
import type { Node } from '#kinds/core/node.ts'
import { isEqual } from '#schema/json-value.ts'
import type { Admission } from './admission.ts'
import { denied } from './denied.ts'

const KUBELET_LABELS = new Set([
  'kubernetes.io/hostname',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
  'beta.kubernetes.io/instance-type',
  'node.kubernetes.io/instance-type',
  'kubernetes.io/os',
  'kubernetes.io/arch',
  'beta.kubernetes.io/os',
  'beta.kubernetes.io/arch',
])
const KUBELET_DOMAINS = ['kubelet.kubernetes.io', 'node.kubernetes.io']
const RESERVED_DOMAIN = 'node-restriction.kubernetes.io'

export function onNode(admission: Admission, node: string): void {
  const { operation, target } = admission
  const name = target.name || admission.draft?.metadata?.name
  if (name !== node) throw denied(admission, `node "${node}" is not allowed to modify node "${name}"`)
  if (operation === 'DELETE') return
  const next = admission.draft as Node
  const before = operation === 'UPDATE' ? (admission.before as Node) : undefined
  const source = next.spec.configSource
  if (!before && source) throw denied(admission, `node "${node}" is not allowed to create pods with a non-nil configSource`)
  if (before && source && !isEqual(source, before.spec.configSource))
    throw denied(admission, `node "${node}" is not allowed to update configSource to a new non-nil configSource`)
  if (before && !isEqual(next.spec.taints ?? [], before.spec.taints ?? []))
    throw denied(admission, `node "${node}" is not allowed to modify taints`)
  const forbidden = changedLabels(next.metadata.labels, before?.metadata.labels).filter(isForbidden)
  if (!forbidden.length) return
  const labels = forbidden.sort().join(', ')
  throw denied(
    admission,
    before ? `is not allowed to modify labels: ${labels}` : `node "${node}" is not allowed to set the following labels: ${labels}`,
  )
}
function changedLabels(next: Readonly<Record<string, string>> = {}, before: Readonly<Record<string, string>> = {}): string[] {
  return [...new Set([...Object.keys(next), ...Object.keys(before)])].filter(key => next[key] !== before[key])
}
const isIn = (domain: string, of: string) => domain === of || domain.endsWith(`.${of}`)
function isForbidden(label: string): boolean {
  const domain = label.includes('/') ? label.slice(0, label.indexOf('/')) : ''
  if (isIn(domain, RESERVED_DOMAIN)) return true
  const isOfKubernetes = isIn(domain, 'kubernetes.io') || isIn(domain, 'k8s.io')
  return isOfKubernetes && !KUBELET_LABELS.has(label) && !KUBELET_DOMAINS.some(allowed => isIn(domain, allowed))
}
