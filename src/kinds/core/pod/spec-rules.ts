/** Rules for what is wanted of a pod, in pods and in templates. Upstream: ValidatePodSpec. */
import { checkLabels } from '#kinds/meta/label-rules.ts'
import { isDns1123Label, isDns1123Subdomain, isDns1123SubdomainWithUnderscore, isIP, isQualifiedName } from '#kinds/meta/names.ts'
import { amountOf, compareQuantities } from '#schema/quantity.ts'
import type { Path } from '#schema/vocabulary.ts'
import type { PodSpec } from '../pod-spec.ts'
import { checkAmount, checkResourceName, isHugePages } from '../resource-names.ts'
import { checkContainers } from './container-rules.ts'
import { isPodLevelResource, ofContainers } from './resources.ts'
import { checkSystem } from './system-rules.ts'

const SECONDS_MAX = 2 ** 31 - 1
/** What the resolvers of containers can use. */
const NAMESERVERS_MAX = 3
/** As much as the kernel takes. */
const HOSTNAME_MAX_CHARACTERS = 64
const SEARCHES_MAX = 32
const SEARCHES_MAX_CHARACTERS = 2_048

export function checkSpec(spec: PodSpec, at: Path): void {
  checkVolumes(spec, at.key('volumes'))
  checkContainers(spec, at)
  checkLabels(spec.nodeSelector ?? {}, at.key('nodeSelector'))
  for (const [name, check] of NAMES) {
    const value = spec[name]
    const wrong = value ? check(value) : undefined
    if (wrong) at.key(name).invalid(value, wrong)
  }
  const deadline = spec.activeDeadlineSeconds
  if (deadline !== undefined && (deadline < 1 || deadline > SECONDS_MAX))
    at.key('activeDeadlineSeconds').invalid(deadline, `must be between 1 and ${SECONDS_MAX}, inclusive`)
  checkSecurity(spec, at)
  checkHostname(spec, at.key('hostnameOverride'))
  checkDns(spec, at.key('dnsConfig'))
  checkAliases(spec, at.key('hostAliases'))
  checkGates(spec, at)
  checkSpreads(spec, at.key('topologySpreadConstraints'))
  checkClaims(spec, at.key('resourceClaims'))
  checkPodResources(spec, at)
  checkSystem(spec, at)
}

const NAMES = [
  ['serviceAccountName', isDns1123Subdomain],
  ['nodeName', isDns1123Subdomain],
  ['hostname', isDns1123Label],
  ['subdomain', isDns1123Label],
  ['priorityClassName', isDns1123Subdomain],
  ['runtimeClassName', isDns1123Subdomain],
  ['hostnameOverride', isDns1123Subdomain],
] as const

function checkVolumes({ volumes = [] }: PodSpec, at: Path): void {
  const names = new Set<string>()
  for (const [i, { name }] of volumes.entries()) {
    if (name && names.has(name)) at.index(i).key('name').duplicate(name)
    names.add(name)
  }
}

function checkSecurity(spec: PodSpec, at: Path): void {
  if (spec.shareProcessNamespace && spec.hostPID)
    at.key('securityContext').key('shareProcessNamespace').invalid(true, 'ShareProcessNamespace and HostPID cannot both be enabled')
  for (const [i, { name }] of (spec.securityContext.sysctls ?? []).entries()) {
    const here = at.key('securityContext').key('sysctls').index(i).key('name')
    if (spec.hostNetwork && /^net[./]/.test(name)) here.invalid(name, "may not be specified when 'hostNetwork' is set to true")
    if (spec.hostIPC && /^(kernel[./](shm|msg|sem)|fs[./]mqueue[./])/.test(name))
      here.invalid(name, "may not be specified when 'hostIPC' is set to true")
  }
  if (spec.hostUsers !== false) {
    for (const kind of ['containers', 'initContainers', 'ephemeralContainers'] as const)
      for (const [i, { securityContext }] of (spec[kind] ?? []).entries())
        if (securityContext?.procMount === 'Unmasked')
          at.key(kind).index(i).key('securityContext').key('procMount').invalid('Unmasked', '`hostUsers` must be false to use `Unmasked`')
    return
  }
  for (const name of ['hostNetwork', 'hostPID', 'hostIPC'] as const) if (spec[name]) at.key(name).forbidden('when `hostUsers` is false')
}

/** KEP-4762. */
function checkHostname({ hostnameOverride, setHostnameAsFQDN, hostNetwork }: PodSpec, at: Path): void {
  if (hostnameOverride === undefined) return
  if (setHostnameAsFQDN) at.forbidden('may not be specified when setHostnameAsFQDN is true')
  if (hostNetwork) at.forbidden('may not be specified when hostNetwork is true')
  if (hostnameOverride.length > HOSTNAME_MAX_CHARACTERS) at.tooLong(HOSTNAME_MAX_CHARACTERS)
}

function checkDns({ dnsPolicy, dnsConfig }: PodSpec, at: Path): void {
  const servers = dnsConfig?.nameservers ?? []
  if (dnsPolicy === 'None') {
    if (!dnsConfig) at.required('must provide `dnsConfig` when `dnsPolicy` is None')
    else if (servers.length === 0) at.key('nameservers').required('must provide at least one DNS nameserver when `dnsPolicy` is None')
  }
  if (!dnsConfig) return
  if (servers.length > NAMESERVERS_MAX) at.key('nameservers').invalid(servers, `must not have more than ${NAMESERVERS_MAX} nameservers`)
  for (const [i, server] of servers.entries()) {
    const wrong = isIP(server)
    if (wrong) at.key('nameservers').index(i).invalid(server, wrong)
  }
  const searches = dnsConfig.searches ?? []
  if (searches.length > SEARCHES_MAX) at.key('searches').invalid(searches, `must not have more than ${SEARCHES_MAX} search paths`)
  if (searches.join(' ').length > SEARCHES_MAX_CHARACTERS)
    at.key('searches').invalid(
      searches,
      `must not have more than ${SEARCHES_MAX_CHARACTERS} characters (including spaces) in the search list`,
    )
  for (const [i, search] of searches.entries()) {
    const wrong = search === '.' ? undefined : isDns1123SubdomainWithUnderscore(search.replace(/\.$/, ''))
    if (wrong) at.key('searches').index(i).invalid(search, wrong)
  }
  for (const [i, { name }] of (dnsConfig.options ?? []).entries()) if (!name) at.key('options').index(i).required('must not be empty')
}

function checkAliases({ hostAliases = [] }: PodSpec, at: Path): void {
  for (const [i, { ip, hostnames = [] }] of hostAliases.entries()) {
    const wrong = ip ? isIP(ip) : undefined
    if (wrong) at.index(i).key('ip').invalid(ip, wrong)
    for (const hostname of hostnames) {
      const wrongName = isDns1123Subdomain(hostname)
      if (wrongName) at.index(i).key('hostnames').invalid(hostname, wrongName)
    }
  }
}

function checkGates(spec: PodSpec, at: Path): void {
  for (const [i, { conditionType }] of (spec.readinessGates ?? []).entries()) {
    const wrong = isQualifiedName(conditionType)
    if (wrong) at.key('readinessGates').index(i).key('conditionType').invalid(conditionType, wrong)
  }
  const names = new Set<string>()
  for (const [i, { name }] of (spec.schedulingGates ?? []).entries()) {
    const wrong = isQualifiedName(name)
    if (wrong) at.key('schedulingGates').index(i).invalid(name, wrong)
    if (names.has(name)) at.key('schedulingGates').index(i).duplicate(name)
    names.add(name)
  }
}

function checkSpreads({ topologySpreadConstraints = [] }: PodSpec, at: Path): void {
  const seen = new Set<string>()
  for (const [i, { topologyKey, whenUnsatisfiable }] of topologySpreadConstraints.entries()) {
    const pair = `{${topologyKey}, ${whenUnsatisfiable}}`
    if (seen.has(pair)) at.index(i).key('{topologyKey, whenUnsatisfiable}').duplicate(pair)
    seen.add(pair)
  }
}

function checkClaims({ resourceClaims = [] }: PodSpec, at: Path): void {
  const names = new Set<string>()
  for (const [i, claim] of resourceClaims.entries()) {
    const here = at.index(i)
    const wrong = claim.name ? isDns1123Label(claim.name) : undefined
    if (wrong) here.key('name').invalid(claim.name, wrong)
    if (names.has(claim.name)) here.key('name').duplicate(claim.name)
    names.add(claim.name)
    const set = [claim.resourceClaimName, claim.resourceClaimTemplateName].filter(name => name !== undefined)
    if (set.length > 1) here.invalid(claim, 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified')
    if (set.length === 0) here.invalid(claim, 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`')
  }
}

function checkPodResources(spec: PodSpec, at: Path): void {
  for (const [name, amount] of Object.entries(spec.overhead ?? {})) {
    checkResourceName(name, at.key('overhead').entry(name))
    checkAmount(name, amount, at.key('overhead').entry(name))
  }
  for (const side of ['limits', 'requests'] as const)
    for (const name of Object.keys(spec.resources?.[side] ?? {}))
      if (!isPodLevelResource(name)) at.key('resources').key(side).entry(name).unsupported(name, ['cpu', 'hugepages-', 'memory'])
  checkConsistency(spec, at.key('resources'))
  if (spec.resources?.claims?.length) at.key('resources').key('claims').forbidden('claims cannot be set for Resources at pod-level')
}

/** What containers ask for must fit into what the pod asks for. */
function checkConsistency(spec: PodSpec, at: Path): void {
  if (!spec.resources) return
  const { limits = {}, requests = {} } = spec.resources
  for (const [name, sum] of Object.entries(ofContainers(spec, 'requests'))) {
    const whole = amountOf(requests, name)
    if (whole !== undefined && compareQuantities(sum, whole) > 0)
      at.key('requests').entry(name).invalid(whole, `must be greater than or equal to aggregate container requests of ${sum}`)
  }
  for (const [name, sum] of Object.entries(ofContainers(spec, 'limits'))) {
    const whole = amountOf(limits, name)
    if (isHugePages(name) && whole !== undefined && compareQuantities(sum, whole) > 0)
      at.key('limits').entry(name).invalid(whole, `must be greater than or equal to aggregate container limits of ${sum}`)
  }
  for (const [i, container] of (spec.containers ?? []).entries())
    for (const [name, limit] of Object.entries(container.resources.limits ?? {})) {
      const whole = amountOf(limits, name)
      if (whole !== undefined && compareQuantities(limit, whole) > 0)
        at.key('containers').index(i).entry(name).key('limits').invalid(limit, `must be less than or equal to pod limits of ${whole}`)
    }
}

/** Rules that came too late for templates, which may be stored already. */
export function checkPodOnly(spec: PodSpec, at: Path): void {
  for (const list of ['containers', 'initContainers', 'ephemeralContainers'] as const)
    for (const [i, { image = '' }] of (spec[list] ?? []).entries())
      if (image.trim() !== image) at.key(list).index(i).key('image').invalid(image, 'must not have leading or trailing whitespace')
  if (spec.serviceAccountName) return
  for (const [i, { projected }] of (spec.volumes ?? []).entries())
    for (const [j, { serviceAccountToken }] of (projected?.sources ?? []).entries())
      if (serviceAccountToken)
        at.key('volumes')
          .index(i)
          .key('projected')
          .key('sources')
          .index(j)
          .key('serviceAccountToken')
          .forbidden('must not be specified when serviceAccountName is not set')
}
