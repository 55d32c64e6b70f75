/** RBAC rules: what a rule allows, what it covers, and how it reads in a message. Upstream: pkg/registry/rbac/validation. */
import type { Attributes } from './authorizer.ts'

/** A rule as roles hold it: about resources, or about paths. */
export interface PolicyRule {
  readonly verbs: readonly string[]
  readonly apiGroups?: readonly string[]
  readonly resources?: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly nonResourceURLs?: readonly string[]
}
type Request = Pick<Attributes, 'verb' | 'isResource' | 'path' | 'group' | 'resource' | 'subresource' | 'name'>

export function allows(rule: PolicyRule, request: Request): boolean {
  if (!has(rule.verbs, request.verb)) return false
  if (!request.isResource) return (rule.nonResourceURLs ?? []).some(url => pathCovers(url, request.path))
  const combined = request.subresource ? `${request.resource}/${request.subresource}` : request.resource
  return (
    has(rule.apiGroups ?? [], request.group) &&
    (rule.resources ?? []).some(
      resource => resource === '*' || resource === combined || (request.subresource !== '' && resource === `*/${request.subresource}`),
    ) &&
    (!rule.resourceNames?.length || rule.resourceNames.includes(request.name))
  )
}
const has = (list: readonly string[], value: string) => list.includes('*') || list.includes(value)
const pathCovers = (allowed: string, path: string) =>
  allowed === '*' || allowed === path || (allowed.endsWith('*') && path.startsWith(allowed.replace(/\*+$/, '')))

/** The single permissions of `wanted` that no rule of `held` gives; empty when everything is covered. */
export const uncovered = (held: readonly PolicyRule[], wanted: readonly PolicyRule[]): PolicyRule[] =>
  wanted.flatMap(singlePermissions).filter(single => !held.some(rule => covers(rule, single)))

function singlePermissions(rule: PolicyRule): PolicyRule[] {
  const names = rule.resourceNames ?? []
  const onResources = (rule.apiGroups ?? []).flatMap(group =>
    (rule.resources ?? []).flatMap(resource =>
      rule.verbs.flatMap((verb): PolicyRule[] => {
        const single = { apiGroups: [group], resources: [resource], verbs: [verb] }
        return names.length ? names.map(name => ({ ...single, resourceNames: [name] })) : [single]
      }),
    ),
  )
  const onPaths = (rule.nonResourceURLs ?? []).flatMap(url => rule.verbs.map(verb => ({ nonResourceURLs: [url], verbs: [verb] })))
  return [...onResources, ...onPaths]
}

function covers(held: PolicyRule, wanted: PolicyRule): boolean {
  const all = (list: readonly string[] = [], values: readonly string[] = []) => values.every(value => has(list, value))
  const resources = held.resources ?? []
  return (
    all(held.verbs, wanted.verbs) &&
    all(held.apiGroups, wanted.apiGroups) &&
    (wanted.resources ?? []).every(
      resource =>
        has(resources, resource) || (resource.includes('/') && resources.includes(`*/${resource.slice(resource.indexOf('/') + 1)}`)),
    ) &&
    (!held.resourceNames?.length ||
      (!!wanted.resourceNames?.length && wanted.resourceNames.every(name => held.resourceNames?.includes(name)))) &&
    (wanted.nonResourceURLs ?? []).every(url => (held.nonResourceURLs ?? []).some(allowed => pathCovers(allowed, url)))
  )
}

/** Puts single permissions on the same resource together, so that messages stay short. */
export function compact(rules: readonly PolicyRule[]): PolicyRule[] {
  const byResource = new Map<string, { -readonly [K in keyof PolicyRule]: PolicyRule[K] }>()
  const others: PolicyRule[] = []
  for (const rule of rules) {
    const isSimple = rule.apiGroups?.length === 1 && rule.resources?.length === 1 && (rule.resourceNames?.length ?? 0) <= 1
    if (!isSimple || rule.nonResourceURLs?.length) {
      others.push(rule)
      continue
    }
    const key = JSON.stringify([rule.apiGroups, rule.resources, rule.resourceNames])
    const met = byResource.get(key)
    if (met) met.verbs = [...met.verbs, ...rule.verbs]
    else byResource.set(key, { ...rule })
  }
  return [...byResource.values(), ...others]
}

/** `{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}` */
export function ruleText(rule: PolicyRule): string {
  const part = (name: string, values: readonly string[] | undefined) => (values?.length ? [`${name}:${quoted(values)}`] : [])
  return `{${[
    ...part('APIGroups', rule.apiGroups),
    ...part('Resources', rule.resources),
    ...part('NonResourceURLs', rule.nonResourceURLs),
    ...part('ResourceNames', rule.resourceNames),
    ...part('Verbs', rule.verbs),
  ].join(', ')}}`
}
/** As Go prints a list of strings: `["a" "b"]`. */
export const quoted = (values: readonly string[]): string => `[${values.map(value => JSON.stringify(value)).join(' ')}]`
