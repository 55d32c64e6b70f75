/** What is served, in the terms in which OpenAPI documents are made. */
import type { AnyKind } from '#kinds/catalogue.ts'
import type { StructShape, Type } from '#schema/vocabulary.ts'
import {
  type DescribedGroupVersion,
  type DescribedKind,
  type DescribedResource,
  type DescribedSubresource,
  describedKind,
  type MetaTypes,
} from '#schema/openapi/source.ts'
import type { ServedVersion } from '../resources/registry.ts'
import type { Resource } from '../resources/resource.ts'
import type { Subresource } from '../resources/subresources.ts'

/** A kind made at run time says itself how it is published: without a schema of its own it has no declaration to read. */
export interface Published {
  readonly published?: Pick<DescribedKind, 'custom' | 'listKind' | 'doc'>
}

/** The types that documents name beside the kinds that are served; loaded with the first document. */
export async function metaTypes(): Promise<MetaTypes> {
  const [{ ObjectMeta }, { ListMeta }, { Status }, { DeleteOptions }, { WatchEvent }, discovery] = await Promise.all([
    import('#kinds/meta/object-meta.ts'),
    import('#kinds/meta/list-meta.ts'),
    import('#kinds/meta/status.ts'),
    import('#kinds/meta/options.ts'),
    import('#kinds/meta/watch-event.ts'),
    import('#kinds/meta/discovery.ts'),
  ])
  return {
    objectMeta: ObjectMeta,
    listMeta: ListMeta,
    status: Status,
    deleteOptions: DeleteOptions,
    watchEvent: WatchEvent,
    apiResourceList: discovery.APIResourceList,
    apiGroup: discovery.APIGroup,
    apiGroupList: discovery.APIGroupList,
    apiVersions: discovery.APIVersions,
  }
}

export async function describedVersion(group: string, { version, resources }: ServedVersion): Promise<DescribedGroupVersion> {
  return { group, version, resources: await Promise.all(resources.map(describedResource)) }
}
async function describedResource({ kind, isNamespaced, verbs, subresources }: Resource): Promise<DescribedResource> {
  const described = kindOf(kind)
  return {
    kind: described,
    plural: kind.options.plural,
    namespaced: isNamespaced,
    verbs,
    subresources: await Promise.all(subresources.map(one => describedSubresource(one, described))),
    ...(described.custom && { isCustom: true }),
  }
}
function kindOf(kind: AnyKind): DescribedKind {
  const described = describedKind(kind)
  const { published } = kind as Published
  if (!published) return described
  const { type: _, ...rest } = described
  return { ...rest, ...published }
}

const isVerb = (verb: string): verb is DescribedSubresource['verbs'][number] =>
  ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'].includes(verb)
async function describedSubresource(
  { name, kind, group, version, verbs }: Subresource,
  owner: DescribedKind,
): Promise<DescribedSubresource> {
  const asked = { name, verbs: verbs.filter(isVerb) }
  if (kind.endsWith('Options')) {
    const options = (await import('#kinds/core/connect-options.ts')) as Readonly<Record<string, unknown>>
    const type = options[kind] as StructShape & Type<unknown>
    return { ...asked, kind: structKind(type), answers: 'connection', options: type, ...(name === 'proxy' && { hasPath: true }) }
  }
  if (name === 'log') {
    const { PodLogOptions } = await import('#kinds/core/connect-options.ts')
    return { ...asked, kind: owner, answers: 'text', options: PodLogOptions }
  }
  if (kind === owner.name && group === owner.group && version === owner.version) return { ...asked, kind: owner }
  const load = Object.hasOwn(ELSEWHERE, kind) ? ELSEWHERE[kind] : undefined
  if (!load) throw new Error(`describe subresource "${name}" of ${owner.name}: kind "${kind}" has no declaration here`)
  return { ...asked, kind: kindOf(await load()) }
}
const structKind = (type: StructShape & Type<unknown>): DescribedKind => ({
  name: type.name,
  package: type.package,
  group: '',
  version: 'v1',
  type,
})

/** Kinds that are only sent to subresources. */
const ELSEWHERE: Readonly<Record<string, () => Promise<AnyKind>>> = {
  Scale: async () => (await import('#kinds/autoscaling/v1/scale.ts')).Scale,
  Eviction: async () => (await import('#kinds/policy/eviction.ts')).Eviction,
  Binding: async () => (await import('#kinds/core/binding.ts')).Binding,
  TokenRequest: async () => (await import('#kinds/authentication/token-request.ts')).TokenRequest,
}
