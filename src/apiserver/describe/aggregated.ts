/** Discovery in one document: all groups, versions and resources at once (KEP-3352). */
import type { ServedGroup, ServedVersion } from '../resources/registry.ts'
import type { Resource } from '../resources/resource.ts'
import { singularOf } from './discovery.ts'

export const AGGREGATED_VERSIONS = ['v2', 'v2beta1'] as const
export type AggregatedVersion = (typeof AGGREGATED_VERSIONS)[number]

export const aggregated = (groups: readonly ServedGroup[], version: AggregatedVersion): object => ({
  kind: 'APIGroupDiscoveryList',
  apiVersion: `apidiscovery.k8s.io/${version}`,
  metadata: {},
  items: groups.map(({ group, versions }) => ({
    metadata: { ...(group && { name: group }), creationTimestamp: null },
    versions: versions.map(versionEntry),
  })),
})
const versionEntry = ({ version, resources }: ServedVersion) => ({
  version,
  resources: [...resources].sort((a, b) => (a.kind.options.plural < b.kind.options.plural ? -1 : 1)).map(resourceEntry),
  freshness: 'Current',
})

function resourceEntry({ kind, isNamespaced, verbs, subresources }: Resource) {
  const { plural, shortNames, categories } = kind.options
  return {
    resource: plural,
    responseKind: { group: '', version: '', kind: kind.name },
    scope: isNamespaced ? 'Namespaced' : 'Cluster',
    singularResource: singularOf(kind),
    verbs,
    ...(shortNames?.length && { shortNames }),
    ...(categories?.length && { categories }),
    ...(subresources.length && {
      subresources: subresources.map(one => ({
        subresource: one.name,
        // Empty means the group and version of the resource itself.
        responseKind:
          one.group === kind.group && one.version === kind.version
            ? { group: '', version: '', kind: one.kind }
            : { group: one.group, version: one.version, kind: one.kind },
        verbs: one.verbs,
      })),
    }),
  }
}
