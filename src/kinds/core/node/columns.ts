/** How nodes appear in tables. */
import type { ObjectMeta } from '#kinds/meta/object-meta.ts'
import type { NodeSpec } from '../node-spec.ts'
import type { NodeStatus } from '../node-status.ts'

const ROLE_PREFIX = 'node-role.kubernetes.io/'
const ROLE_LABEL = 'kubernetes.io/role'

/** `Ready`, `NotReady,SchedulingDisabled`, `Unknown` before the kubelet has spoken. */
export function statusText({ spec, status }: { readonly spec: NodeSpec; readonly status: NodeStatus }): string {
  const ready = status.conditions?.find(({ type }) => type === 'Ready')
  const word = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady'
  return spec.unschedulable ? `${word},SchedulingDisabled` : word
}
export function rolesText({ labels = {} }: ObjectMeta): string {
  const named = Object.keys(labels)
    .filter(name => name.startsWith(ROLE_PREFIX) && name.length > ROLE_PREFIX.length)
    .map(name => name.slice(ROLE_PREFIX.length))
  const roles = new Set(labels[ROLE_LABEL] ? [...named, labels[ROLE_LABEL]] : named)
  return [...roles].sort().join(',') || '<none>'
}
export const addressText = ({ addresses = [] }: NodeStatus, type: string): string =>
  addresses.find(one => one.type === type)?.address || '<none>'
