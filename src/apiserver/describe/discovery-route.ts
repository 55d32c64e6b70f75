/** The paths of discovery: /api, /apis, and the groups and versions below. */
import type { Registry, ServedGroup } from '../resources/registry.ts'
import { type Result, valueResult } from '../result.ts'
import type { Request, Route } from '../route.ts'
import { type Wanted, accepted } from './accept.ts'
import { AGGREGATED_VERSIONS, type AggregatedVersion, aggregated } from './aggregated.ts'
import { apiGroup, apiGroupList, apiResourceList, apiVersions } from './discovery.ts'
import { answer, type Document, jsonDocument, Kept } from './document.ts'

export type Groups = Pick<Registry, 'groups' | 'onChange'>

/** `address`: host and port under which clients reach the server. */
export function discoveryRoute(registry: Groups, address: () => string): Route {
  const documents = new Kept<Document>()
  registry.onChange(() => documents.clear())
  return async ({ target, incoming }: Request): Promise<Result | undefined> => {
    const [root, ...rest] = target.path.split('/').filter(part => part !== '')
    if (root !== 'api' && root !== 'apis') return undefined
    const version = rest.length ? undefined : aggregatedVersion(accepted(incoming))
    if (version) {
      const contentType = `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`
      const make = async () => jsonDocument(aggregated(rooted(await registry.groups(), root), version), contentType)
      return answer(await documents.get(`${root} ${version}`, make), incoming)
    }
    const value = classic(await registry.groups(), root, { rest, address: address() })
    return value && valueResult(value)
  }
}
const rooted = (groups: readonly ServedGroup[], root: string) => groups.filter(({ group }) => (group === '') === (root === 'api'))

function classic(
  groups: readonly ServedGroup[],
  root: 'api' | 'apis',
  { rest, address }: { rest: readonly string[]; address: string },
): object | undefined {
  const [name, named] = root === 'api' ? ['', rest] : [rest[0] ?? '', rest.slice(1)]
  if (named.length > 1) return undefined
  if (root === 'apis' && !name) return apiGroupList(groups)
  const group = groups.find(known => known.group === name)
  if (root === 'api' && !named.length) return apiVersions(group, address)
  if (!group) return undefined
  if (!named.length) return apiGroup(group)
  const version = group.versions.find(known => known.version === named[0])
  return version && apiResourceList(name, version)
}

/** The version of the aggregated document that a client would rather have than the classic form. */
function aggregatedVersion(wanted: readonly Wanted[]): AggregatedVersion | undefined {
  for (const { media, parameters } of wanted) {
    const { g, v, as } = parameters
    if (as === undefined) {
      if (['application/json', 'application/yaml', 'application/*', '*/*'].includes(media)) return undefined
      continue
    }
    if (g !== 'apidiscovery.k8s.io' || as !== 'APIGroupDiscoveryList' || media !== 'application/json') continue
    const version = AGGREGATED_VERSIONS.find(known => known === v)
    if (version) return version
  }
  return undefined
}
