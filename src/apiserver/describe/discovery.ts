/** Discovery documents in their classic form: groups, versions, and the resources of each version. */
import { createHash } from 'node:crypto'
import type { ServedGroup, ServedVersion } from '../resources/registry.ts'
import type { Resource } from '../resources/resource.ts'
import type { Subresource } from '../resources/subresources.ts'

/** The address that clients in some network should use. */
export interface ServerAddress {
  readonly clientCIDR: string
  readonly serverAddress: string
}
/** `/api`: the versions of the group without a name. */
export const apiVersions = (core: ServedGroup | undefined, address: string): object => ({
  kind: 'APIVersions',
  versions: (core?.versions ?? []).map(({ version }) => version),
  serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: address } satisfies ServerAddress],
})
/** `/apis`: all groups that have a name. */
export const apiGroupList = (groups: readonly ServedGroup[]): object => ({
  kind: 'APIGroupList',
  apiVersion: 'v1',
  groups: groups.filter(({ group }) => group !== '').map(described),
})
/** `/apis/apps` */
export const apiGroup = (group: ServedGroup): object => ({ kind: 'APIGroup', apiVersion: 'v1', ...described(group) })

function described({ group, versions }: ServedGroup) {
  const listed = versions.map(({ version }) => ({ groupVersion: `${group}/${version}`, version }))
  return { name: group, versions: listed, preferredVersion: listed[0] }
}

/** `/api/v1`, `/apis/apps/v1` */
export function apiResourceList(group: string, { version, resources }: ServedVersion): object {
  const entries = resources.flatMap(resource => [
    resourceEntry(resource),
    ...resource.subresources.map(subresource => subresourceEntry(resource, subresource)),
  ])
  return {
    kind: 'APIResourceList',
    // The group without a name is older than the rule that documents tell their version.
    ...(group && { apiVersion: 'v1' }),
    groupVersion: group ? `${group}/${version}` : version,
    resources: entries.sort((a, b) => (a.name < b.name ? -1 : 1)),
  }
}
function resourceEntry({ kind, storedKind, isNamespaced, verbs }: Resource) {
  const { plural, shortNames, categories } = kind.options
  return {
    name: plural,
    singularName: singularOf(kind),
    namespaced: isNamespaced,
    kind: kind.name,
    verbs,
    ...(shortNames?.length && { shortNames }),
    ...(categories?.length && { categories }),
    ...(isStored(verbs) && { storageVersionHash: storageVersionHash(storedKind.group, storedKind.version, storedKind.name) }),
  }
}
export const singularOf = ({ options, name }: Resource['kind']): string => options.singular ?? name.toLowerCase()
/** Reviews and bindings are only created, component statuses are only read. */
const isStored = (verbs: readonly string[]) => verbs.includes('create') && verbs.includes('get')

function subresourceEntry({ kind: { options, group, version }, isNamespaced }: Resource, subresource: Subresource) {
  const differs = subresource.group !== group || subresource.version !== version
  return {
    name: `${options.plural}/${subresource.name}`,
    singularName: '',
    namespaced: isNamespaced,
    ...(differs && { group: subresource.group, version: subresource.version }),
    kind: subresource.kind,
    verbs: subresource.verbs,
  }
}
/** Tells clients when the stored form of a resource changes: eight bytes of a hash, base64. */
export const storageVersionHash = (group: string, version: string, kind: string): string =>
  createHash('sha256').update(`${group}/${version}/${kind}`).digest().subarray(0, 8).toString('base64')
