/** Rules for services. Upstream: ValidateService, ValidateServiceUpdate. */

import { checkLabels } from '#kinds/meta/label-rules.ts'
import { isCIDR, isDns1123Label, isDns1123Subdomain, isIP, isQualifiedName, isValidPortName, isValidPortNumber } from '#kinds/meta/names.ts'
import type { Path } from '#schema/vocabulary.ts'
import { checkOrdinaryAddress } from '../address-rules.ts'
import type { ServicePort, ServiceSpec } from '../service-spec.ts'
import { isExternallyAccessible, isHeadless, needsClusterIP, needsHealthCheckNodePort } from './facts.ts'

/** A day. */
const AFFINITY_MAX_SECONDS = 86_400
const DISTRIBUTIONS = ['PreferClose', 'PreferSameNode', 'PreferSameZone']
const ONLY_LOAD_BALANCER = "may only be used when `type` is 'LoadBalancer'"

export function checkSpec(spec: ServiceSpec, at: Path, before?: ServiceSpec): void {
  const ports = spec.ports ?? []
  if (ports.length === 0 && !isHeadless(spec) && spec.type !== 'ExternalName') at.key('ports').required()
  checkType(spec, at)
  checkPorts(spec, ports, at.key('ports'))
  checkLabels(spec.selector ?? {}, at.key('selector'))
  checkAffinity(spec, at)
  checkAddresses(spec, at, before)
  for (const [i, address] of (spec.externalIPs ?? []).entries()) checkOrdinaryAddress(address, at.key('externalIPs').index(i))
  checkLoadBalancer(spec, at)
  checkTrafficPolicies(spec, at)
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
    if (portsSeen.has(key)) here.duplicate({ protocol: port.protocol, port: port.port })
    portsSeen.add(key)
  }
}
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

function checkAddresses(spec: ServiceSpec, at: Path, before?: ServiceSpec): void {
  if (spec.type === 'ExternalName') return
  const addresses = spec.clusterIPs ?? []
  const here = at.key('clusterIPs')
  if (spec.clusterIP && addresses.length === 0) here.required()
  if (!spec.clusterIP && addresses.length > 0) here.invalid(addresses, 'must be empty when `clusterIP` is not specified')
  if (spec.clusterIP && addresses.length > 0 && addresses[0] !== spec.clusterIP)
    here.invalid(addresses, 'first value must match `clusterIP`')
  if (addresses.length > 2) here.invalid(addresses, 'may only hold up to 2 values')
  for (const [i, address] of addresses.entries()) {
    if (address === 'None' && i === 0 && addresses.length === 1) continue
    const wrong = isIP(address)
    if (wrong) here.index(i).invalid(address, wrong)
    if (addresses.indexOf(address) !== i) here.index(i).duplicate(address)
  }
  for (const [i, family] of (spec.ipFamilies ?? []).entries()) {
    if (family !== 'IPv4' && family !== 'IPv6') at.key('ipFamilies').index(i).unsupported(family, ['IPv4', 'IPv6'])
    if (spec.ipFamilies?.indexOf(family) !== i) at.key('ipFamilies').index(i).duplicate(family)
  }
  if (!before || !needsClusterIP(before)) return
  const [old] = before.clusterIPs ?? []
  if (old && addresses[0] !== old) here.index(0).invalid(addresses, 'may not change once set')
  const [oldFamily] = before.ipFamilies ?? []
  if (oldFamily && spec.ipFamilies?.length && spec.ipFamilies[0] !== oldFamily)
    at.key('ipFamilies').index(0).invalid(spec.ipFamilies, 'may not change once set')
}

function checkLoadBalancer(spec: ServiceSpec, at: Path): void {
  const isBalanced = spec.type === 'LoadBalancer'
  if (spec.loadBalancerSourceRanges?.length) {
    if (!isBalanced) at.key('LoadBalancerSourceRanges').forbidden(ONLY_LOAD_BALANCER)
    for (const [i, range] of spec.loadBalancerSourceRanges.entries()) {
      const wrong = isCIDR(range.trim())
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
