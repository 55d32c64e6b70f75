/** What is worth a word about a service, though it is valid. Upstream: pkg/api/service/warnings.go, GetWarningsForService. */
import { formatAddress, parseAddress, parseCidr } from '#base/cidr.ts'
import type { ServiceSpec } from '../service-spec.ts'
import { isHeadless } from './facts.ts'

interface Warned {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> | undefined }
  readonly spec: ServiceSpec
}
const HINTS = 'service.kubernetes.io/topology-aware-hints'
const MODE = 'service.kubernetes.io/topology-mode'

export function serviceWarnings({ metadata, spec }: Warned): readonly string[] {
  const isNone = spec.type === 'ClusterIP' && isHeadless(spec)
  const isName = spec.type === 'ExternalName'
  const hasExternalIPs = (spec.externalIPs ?? []).length > 0
  const when = (condition: boolean, words: string) => (condition ? [words] : [])
  return [
    ...when(metadata.annotations?.[HINTS] !== undefined, `annotation ${HINTS} is deprecated, please use ${MODE} instead`),
    ...(isHeadless(spec) ? [] : addressWarnings('clusterIPs', spec.clusterIPs)),
    ...when(isNone && Boolean(spec.loadBalancerIP), 'spec.loadBalancerIP is ignored for headless services'),
    ...when(isNone && hasExternalIPs, 'spec.externalIPs is ignored for headless services'),
    ...when(isNone && spec.sessionAffinity !== 'None', 'spec.SessionAffinity is ignored for headless services'),
    ...addressWarnings('externalIPs', spec.externalIPs),
    ...when(hasExternalIPs && !isNone && !isName, 'spec.externalIPs is deprecated and may no longer be implemented in some clusters'),
    ...(spec.loadBalancerIP ? addressWarning('spec.loadBalancerIP', spec.loadBalancerIP) : []),
    ...(spec.loadBalancerSourceRanges ?? []).flatMap((range, i) => rangeWarning(`spec.loadBalancerSourceRanges[${i}]`, range)),
    ...when(isName && hasExternalIPs, 'spec.externalIPs is ignored when spec.type is "ExternalName"'),
    ...when(!isName && Boolean(spec.externalName), 'spec.externalName is ignored when spec.type is not "ExternalName"'),
    ...when(spec.trafficDistribution === 'PreferClose', 'spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"'),
  ]
}

const addressWarnings = (name: string, addresses: readonly string[] = []): readonly string[] =>
  addresses.flatMap((address, i) => addressWarning(`spec.${name}[${i}]`, address))
function addressWarning(path: string, text: string): readonly string[] {
  const address = parseAddress(text)
  if (address?.family !== 6 || formatAddress(address) === text) return []
  return [`${path}: IPv6 address "${text}" should be in RFC 5952 canonical format ("${formatAddress(address)}")`]
}
function rangeWarning(path: string, text: string): readonly string[] {
  const range = parseCidr(text)
  const canonical = range && `${formatAddress(range.address)}/${range.prefixLength}`
  if (range?.address.family !== 6 || canonical === text) return []
  return [`${path}: IPv6 CIDR value "${text}" should be in RFC 5952 canonical format ("${canonical}")`]
}
