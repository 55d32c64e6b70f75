/** Rules for services. Upstream: ValidateService, ValidateServiceUpdate. */

import { checkLabels } from '#kinds/meta/label-rules.ts'
import { isDns1123Label, isDns1123Subdomain, isQualifiedName, isValidPortName, isValidPortNumber, isWholeCIDR } from '#kinds/meta/names.ts'
import type { Path } from '#schema/vocabulary.ts'
import { checkOrdinaryAddress } from '../address-rules.ts'
import type { ServicePort, ServiceSpec } from '../service-spec.ts'
import { checkClusterIPs, checkClusterIPsKept } from './cluster-ips.ts'
import { isExternallyAccessible, isHeadless, needsClusterIP, needsHealthCheckNodePort } from './facts.ts'

/** A day. */
const AFFINITY_MAX_SECONDS = 86_400
/** In upstream's order. */
const DISTRIBUTIONS = ['PreferClose', 'PreferSameZone', 'PreferSameNode']
const ONLY_LOAD_BALANCER = "may only be used when `type` is 'LoadBalancer'"

export function checkSpec(spec: ServiceSpec, at: Path, before?: ServiceSpec): void {
  const ports = spec.ports ?? []
  if (ports.length === 0 && !isHeadless(spec) && spec.type !== 'ExternalName') at.key('ports').required()
  checkType(spec, at)
  checkPorts(spec, ports, at.key('ports'))
  checkLabels(spec.selector ?? {}, at.key('selector'))
  checkAffinity(spec, at)
  checkClusterIPs(spec, at)
  checkClusterIPsKept(spec, before, at)
  for (const [i, address] of (spec.externalIPs ?? []).entries()) checkOrdinaryAddress(address, at.key('externalIPs').index(i))
  checkLoadBalancer(spec, at, before)
  checkTrafficPolicies(spec, at)
  if (before && needsHealthCheckNodePort(before) && needsHealthCheckNodePort(spec))
    if (spec.healthCheckNodePort !== before.healthCheckNodePort) at.key('healthCheckNodePort').forbidden('field is immutable')
  const distribution = spec.trafficDistribution
  if (distribution !== undefined && !DISTRIBUTIONS.includes(distribution))
    at.key('trafficDistribution').unsupported(distribution, DISTRIBUTIONS)
  if (before?.loadBalancerClass !== undefined && before.type === 'LoadBalancer' && spec.type === 'LoadBalancer')
    if (spec.loadBalancerClass !== before.loadBalancerClass)
      at.key('loadBalancerClass').invalid(spec.loadBalancerClass ?? null, 'may not change once set')
}

function checkType(spec: ServiceSpec, at: Path): void {
  if ((spec.type === 'LoadBalancer' || spec.type === 'NodePort') && isHeadless(spec))
    at.key('clusterIPs').index(0).invalid('None', `may not be set to 'None' for ${spec.type} services`)
  if (spec.type !== 'ExternalName') return
  for (const name of ['clusterIPs', 'ipFamilies', 'ipFamilyPolicy'] as const)
    if (spec[name]?.length) at.key(name).forbidden('may not be set for ExternalName services')
  // A final dot says that the name is complete.
  const name = (spec.externalName ?? '').replace(/\.$/, '')
  const wrong = isDns1123Subdomain(name)
  if (name === '') at.key('externalName').required()
  else if (wrong) at.key('externalName').invalid(name, wrong)
}

function checkPorts(spec: ServiceSpec, ports: readonly ServicePort[], at: Path): void {
  const names = new Set<string>()
  const nodePorts = new Set<string>()
  const portsSeen = new Set<string>()
  for (const [i, port] of ports.entries()) {
    const here = at.index(i)
    checkPort(port, here, { isNameRequired: ports.length > 1, names })
    if (spec.type === 'ClusterIP' && port.nodePort) here.key('nodePort').forbidden("may not be used when `type` is 'ClusterIP'")
    const nodePort = `${port.protocol} ${port.nodePort}`
    if (port.nodePort && nodePorts.has(nodePort)) here.key('nodePort').duplicate(port.nodePort)
    nodePorts.add(nodePort)
    const key = `${port.protocol} ${port.port}`
    if (portsSeen.has(key)) here.duplicate(asUpstreamShows(port))
    portsSeen.add(key)
  }
}
/** Its key, as a structure of Go looks in JSON without names for its fields. */
const asUpstreamShows = ({ protocol, port }: ServicePort) => ({
  Name: '',
  Protocol: protocol,
  AppProtocol: null,
  Port: port,
  TargetPort: 0,
  NodePort: 0,
})
function checkPort(port: ServicePort, at: Path, { isNameRequired, names }: { isNameRequired: boolean; names: Set<string> }): void {
  if (port.name) {
    const wrong = isDns1123Label(port.name)
    if (wrong) at.key('name').invalid(port.name, wrong)
    if (names.has(port.name)) at.key('name').duplicate(port.name)
    names.add(port.name)
  } else if (isNameRequired) at.key('name').required()
  const wrongPort = isValidPortNumber(port.port)
  if (wrongPort) at.key('port').invalid(port.port, wrongPort)
  const target = port.targetPort
  const wrongTarget = typeof target === 'number' ? isValidPortNumber(target) : isValidPortName(target)
  if (wrongTarget) at.key('targetPort').invalid(target, wrongTarget)
  const wrongProtocol = port.appProtocol === undefined ? undefined : isQualifiedName(port.appProtocol)
  if (wrongProtocol) at.key('appProtocol').invalid(port.appProtocol, wrongProtocol)
}

function checkAffinity(spec: ServiceSpec, at: Path): void {
  const config = spec.sessionAffinityConfig
  const here = at.key('sessionAffinityConfig')
  if (spec.sessionAffinity === 'None' && config) here.forbidden('must not be set when session affinity is None')
  if (spec.sessionAffinity !== 'ClientIP') return
  const seconds = config?.clientIP?.timeoutSeconds
  if (seconds === undefined) here.required('when session affinity type is ClientIP')
  else if (seconds <= 0 || seconds > AFFINITY_MAX_SECONDS)
    here.key('clientIP').key('timeoutSeconds').invalid(seconds, `must be greater than 0 and less than ${AFFINITY_MAX_SECONDS}`)
}

function checkLoadBalancer(spec: ServiceSpec, at: Path, before?: ServiceSpec): void {
  const isBalanced = spec.type === 'LoadBalancer'
  if (spec.loadBalancerSourceRanges?.length) {
    if (!isBalanced) at.key('LoadBalancerSourceRanges').forbidden(ONLY_LOAD_BALANCER)
    const kept = new Set(before?.loadBalancerSourceRanges?.map(range => range.trim()))
    for (const [i, padded] of spec.loadBalancerSourceRanges.entries()) {
      const range = padded.trim()
      const wrong = kept.has(range) ? undefined : isWholeCIDR(range)
      if (wrong) at.key('LoadBalancerSourceRanges').index(i).invalid(range, wrong)
    }
  }
  if (isBalanced && spec.allocateLoadBalancerNodePorts === undefined) at.key('allocateLoadBalancerNodePorts').required()
  if (!isBalanced && spec.allocateLoadBalancerNodePorts !== undefined) at.key('allocateLoadBalancerNodePorts').forbidden(ONLY_LOAD_BALANCER)
  if (spec.loadBalancerClass === undefined) return
  if (!isBalanced) at.key('loadBalancerClass').forbidden(ONLY_LOAD_BALANCER)
  const wrong = isQualifiedName(spec.loadBalancerClass)
  if (wrong) at.key('loadBalancerClass').invalid(spec.loadBalancerClass, wrong)
}

function checkTrafficPolicies(spec: ServiceSpec, at: Path): void {
  const isExternal = isExternallyAccessible(spec)
  if (isExternal && !spec.externalTrafficPolicy) at.key('externalTrafficPolicy').required()
  if (!isExternal && spec.externalTrafficPolicy)
    at.key('externalTrafficPolicy').invalid(spec.externalTrafficPolicy, 'may only be set for externally-accessible services')
  const port = spec.healthCheckNodePort ?? 0
  if (port !== 0 && !needsHealthCheckNodePort(spec))
    at.key('healthCheckNodePort').invalid(port, "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'")
  const wrong = port === 0 ? undefined : isValidPortNumber(port)
  if (wrong) at.key('healthCheckNodePort').invalid(port, wrong)
  if (needsClusterIP(spec) && spec.internalTrafficPolicy === undefined) at.key('internalTrafficPolicy').required()
}
