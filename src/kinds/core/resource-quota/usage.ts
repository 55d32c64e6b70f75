/** How much of a quota an object uses. Upstream: pkg/quota/v1/evaluator/core and apiserver's generic object count. */
import { DEVICES_OF_CLASS, deviceUsage } from '#kinds/resource/quota-usage.ts'
import type { ResourceClaim } from '#kinds/resource/resource-claim.ts'
import { addQuantities, amountOf, compareQuantities, formatQuantity, parseQuantity, subtractQuantities } from '#schema/quantity.ts'
import type { PersistentVolumeClaim } from '../persistent-volume-claim.ts'
import type { Pod } from '../pod.ts'
import { isTerminal } from '../pod/facts.ts'
import { countedLimitsOf, countedRequestsOf } from '../pod/held-resources.ts'
import { type Amounts, isSizedAsWhole, plus } from '../pod/resources.ts'
import type { Service } from '../service.ts'
import { isExtended, isHugePages } from '../resource-names.ts'

export type { Amounts }

/** Kinds that were counted before `count/` was thought of, by a name of their own. */
const ALIASED = new Set(['configmaps', 'secrets', 'replicationcontrollers', 'resourcequotas'])

/** What an object of a resource (`pods`, `deployments.apps`) uses, by the names that quotas know. */
export function usageOf(resource: string, object: unknown, now: number): Amounts {
  const counted = { [`count/${resource}`]: '1' }
  switch (resource) {
    case 'pods':
      return isUsing(object as Pod, now) ? { ...counted, ...podUsage(object as Pod) } : counted
    case 'services':
      return { ...counted, ...serviceUsage(object as Service) }
    case 'resourceclaims.resource.k8s.io':
      return { ...counted, ...deviceUsage(object as ResourceClaim) }
    case 'persistentvolumeclaims':
      return { ...counted, ...claimUsage(object as PersistentVolumeClaim) }
    default:
      return ALIASED.has(resource) ? { ...counted, [resource]: '1' } : counted
  }
}
/** The resource that a quota's name counts, `pods` for all computing resources. */
export function countedBy(name: string): string {
  if (name.startsWith('count/')) return name.slice('count/'.length)
  if (name === 'services' || name.startsWith('services.')) return 'services'
  if (name === 'requests.storage' || name.includes('.storageclass.storage.k8s.io/') || name === 'persistentvolumeclaims')
    return 'persistentvolumeclaims'
  if (name.endsWith(DEVICES_OF_CLASS)) return 'resourceclaims.resource.k8s.io'
  return ALIASED.has(name) ? name : 'pods'
}

/** Pods that have ended, or should have, use nothing but their place in the store. */
function isUsing(pod: Pod, now: number): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata
  if (isTerminal(pod)) return false
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds === undefined) return true
  return now <= Date.parse(deletionTimestamp) + deletionGracePeriodSeconds * 1_000
}
const COMPUTING = new Set(['cpu', 'memory', 'ephemeral-storage'])
function podUsage(pod: Pod): Amounts {
  const usage: Record<string, string> = { pods: '1' }
  for (const [name, amount] of Object.entries(countedRequestsOf(pod))) {
    if (COMPUTING.has(name) || isHugePages(name)) usage[name] = amount
    if (COMPUTING.has(name) || isHugePages(name) || isExtended(name)) usage[`requests.${name}`] = amount
  }
  for (const [name, amount] of Object.entries(countedLimitsOf(pod))) if (COMPUTING.has(name)) usage[`limits.${name}`] = amount
  return usage
}
function serviceUsage({ spec }: Service): Amounts {
  const { type, ports = [], allocateLoadBalancerNodePorts } = spec
  // Node ports that nobody asked for are not taken.
  const taken = type === 'LoadBalancer' && allocateLoadBalancerNodePorts === false ? ports.filter(({ nodePort }) => nodePort) : ports
  return {
    services: '1',
    ...((type === 'NodePort' || type === 'LoadBalancer') && { 'services.nodeports': String(taken.length) }),
    ...(type === 'LoadBalancer' && { 'services.loadbalancers': '1' }),
  }
}
const BETA_CLASS = 'volume.beta.kubernetes.io/storage-class'
function claimUsage({ metadata, spec, status }: PersistentVolumeClaim): Amounts {
  const asked = spec.resources.requests?.['storage']
  const given = status?.allocatedResources?.['storage']
  // While a claim grows, the larger amount counts.
  const storage = asked && given && compareQuantities(given, asked) > 0 ? given : asked
  const className = metadata.annotations?.[BETA_CLASS] ?? spec.storageClassName
  const ofClass = `${className}.storageclass.storage.k8s.io`
  return {
    persistentvolumeclaims: '1',
    ...(storage && { 'requests.storage': storage }),
    ...(className && { [`${ofClass}/persistentvolumeclaims`]: '1' }),
    ...(className && storage && { [`${ofClass}/requests.storage`]: storage }),
  }
}

/** A quota on these obliges every container to say how much it needs. */
const OBLIGING = ['cpu', 'limits.cpu', 'limits.memory', 'memory', 'requests.cpu', 'requests.memory']
/** What containers of a pod leave unsaid that a quota on `names` obliges them to say: `cpu for: a,b; memory for: a`. */
export function unsaid({ spec }: Pod, names: readonly string[]): string | undefined {
  // A pod that says how much it needs as a whole need not say it of its containers (KEP-2837).
  if (isSizedAsWhole(spec)) return undefined
  const missing = OBLIGING.filter(name => names.includes(name)).flatMap(name => {
    const side = name.startsWith('limits.') ? 'limits' : 'requests'
    const plain = name.slice(name.indexOf('.') + 1)
    const silent = [...(spec.containers ?? []), ...(spec.initContainers ?? [])].filter(
      ({ resources }) => resources?.[side]?.[plain] === undefined,
    )
    return silent.length ? [`${name} for: ${[...new Set(silent.map(one => one.name))].toSorted().join(',')}`] : []
  })
  return missing.length ? missing.join('; ') : undefined
}

/** The amounts of these names. */
export const masked = (amounts: Amounts, names: readonly string[]): Amounts =>
  Object.fromEntries(names.filter(name => amountOf(amounts, name) !== undefined).map(name => [name, amounts[name] as string]))
export const sumOf = (amounts: readonly Amounts[]): Amounts => amounts.reduce(plus, {})
/** What is more, and (negative) less, than before; without what is the same. */
export function difference(next: Amounts, before: Amounts): Amounts {
  const names = [...new Set([...Object.keys(next), ...Object.keys(before)])]
  const changes = names.map(name => [name, subtractQuantities(amountOf(next, name) ?? '0', amountOf(before, name) ?? '0')] as const)
  return Object.fromEntries(changes.filter(([, { nanos }]) => nanos !== 0n).map(([name, change]) => [name, formatQuantity(change)]))
}
/** Sum by sum, never below zero. */
export function added(used: Amounts, change: Amounts): Amounts {
  const sums = Object.entries(change).map(([name, amount]) => {
    const sum = addQuantities(amountOf(used, name) ?? '0', amount)
    return [name, formatQuantity(sum.nanos < 0n ? { ...sum, nanos: 0n } : sum)] as const
  })
  return { ...used, ...Object.fromEntries(sums) }
}
export const isMore = (amount: string): boolean => parseQuantity(amount).nanos > 0n
/** As refusals show amounts: `cpu=1,pods=2`. */
export const amountsText = (amounts: Amounts): string =>
  Object.entries(amounts)
    .map(([name, amount]) => `${name}=${amount}`)
    .toSorted()
    .join(',')
