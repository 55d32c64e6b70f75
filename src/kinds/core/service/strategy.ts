/** What a service keeps, and what it loses, when it is updated. Upstream: registry/core/service/strategy.go and storage.go. */
import { isEqual } from '#schema/json-value.ts'
import type { Draft } from '#schema/vocabulary.ts'
import type { ServiceSpec } from '../service-spec.ts'
import { isExternallyAccessible, mayHaveNodePorts, needsClusterIP, needsHealthCheckNodePort, needsNodePort } from './facts.ts'

export function onCreate(spec: Draft<ServiceSpec>): void {
  alignClusterIPs(spec)
  dropInternalPolicy(spec)
}

export function onUpdate(next: Draft<ServiceSpec>, before: ServiceSpec): void {
  alignClusterIPs(next, before)
  keepAllocated(next, before)
  dropWhatTypeDoesNotHave(next, before)
  dropInternalPolicy(next)
}
/** It was once given to names as well, for which it means nothing; upstream shows it no more. */
function dropInternalPolicy(spec: Draft<ServiceSpec>): void {
  if (spec.type === 'ExternalName') delete spec.internalTrafficPolicy
}

/** The single address and the list say the same; whichever the client changed wins. */
function alignClusterIPs(next: Draft<ServiceSpec>, before?: ServiceSpec): void {
  const isSingleChanged = before !== undefined && next.clusterIP !== before.clusterIP
  const isListUnchanged = before !== undefined && isEqual(next.clusterIPs, before.clusterIPs)
  if (isSingleChanged && isListUnchanged) delete next.clusterIPs
  if (next.clusterIP && !next.clusterIPs?.length && (before === undefined || isSingleChanged)) next.clusterIPs = [next.clusterIP]
}

/** A client that leaves allocated values out means them to stay. */
function keepAllocated(next: Draft<ServiceSpec>, before: ServiceSpec): void {
  if (needsClusterIP(next) && needsClusterIP(before)) {
    if (!next.clusterIP && before.clusterIP) next.clusterIP = before.clusterIP
    if (!next.clusterIPs?.length && next.clusterIP === before.clusterIP && before.clusterIPs) next.clusterIPs = [...before.clusterIPs]
  }
  if (needsNodePort(next) && needsNodePort(before)) keepNodePorts(next, before)
  if (needsHealthCheckNodePort(next) && needsHealthCheckNodePort(before) && !next.healthCheckNodePort)
    if (before.healthCheckNodePort) next.healthCheckNodePort = before.healthCheckNodePort
}
/** By the port's name: whatever else of it the client has changed, it is the same one. */
function keepNodePorts(next: Draft<ServiceSpec>, before: ServiceSpec): void {
  const given = new Set(next.ports?.map(({ nodePort }) => nodePort))
  const known = new Map(before.ports?.map(({ name = '', nodePort }) => [name, nodePort]))
  for (const port of next.ports ?? []) {
    const same = known.get(port.name ?? '')
    if (!port.nodePort && same && !given.has(same)) port.nodePort = same
  }
}

/** A client that changes the type and nothing else does not mean to keep what only the old type had. */
function dropWhatTypeDoesNotHave(next: Draft<ServiceSpec>, before: ServiceSpec): void {
  const isKept = (name: keyof ServiceSpec) => isEqual(next[name], before[name])
  const dropKept = (...names: (keyof ServiceSpec)[]) => {
    for (const name of names) if (isKept(name)) delete next[name]
  }
  if (needsClusterIP(before) && !needsClusterIP(next)) dropKept('clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy')
  if (mayHaveNodePorts(before) && !mayHaveNodePorts(next)) dropKeptNodePorts(next, before)
  if (needsHealthCheckNodePort(before) && !needsHealthCheckNodePort(next)) dropKept('healthCheckNodePort')
  if (before.type === 'LoadBalancer' && next.type !== 'LoadBalancer') dropKept('allocateLoadBalancerNodePorts', 'loadBalancerClass')
  if (isExternallyAccessible(before) && !isExternallyAccessible(next)) dropKept('externalTrafficPolicy')
}
function dropKeptNodePorts(next: Draft<ServiceSpec>, before: ServiceSpec): void {
  const old = new Set(before.ports?.map(({ nodePort }) => nodePort))
  if (next.ports?.every(({ nodePort }) => !nodePort || old.has(nodePort))) for (const port of next.ports) delete port.nodePort
}
