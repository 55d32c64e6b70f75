/** Which resources a server has, for those who work on all of them: namespace deletion, garbage collection. */
import type { KindClass } from '#kinds/declare.ts'
import type { ObjectMeta } from '#kinds/meta/object-meta.ts'
import type { Client } from './transport.ts'

/** An object of which nothing but its metadata is known. */
export interface AnyObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: ObjectMeta
}
interface ResourceList {
  readonly resources: readonly {
    readonly name: string
    readonly kind: string
    readonly namespaced: boolean
    readonly verbs: readonly string[]
  }[]
}
interface GroupList {
  readonly groups: readonly {
    readonly name: string
    readonly preferredVersion: { readonly version: string }
    readonly versions: readonly { readonly version: string }[]
  }[]
}

/** A served resource, shaped so that the typed client takes it for a kind. */
export interface Discovered {
  readonly kind: KindClass<AnyObject>
  readonly verbs: readonly string[]
}

/** Every resource once, in its group's preferred version where it is served there. Throws Refusal. */
export async function discover(client: Client): Promise<readonly Discovered[]> {
  const get = async <T>(path: string) => (await client.transport.send({ method: 'GET', path })).body as T
  const { groups } = await get<GroupList>('/apis')
  const core = { name: '', preferredVersion: { version: 'v1' }, versions: [{ version: 'v1' }] }
  const lists = [core, ...groups].map(async ({ name: group, preferredVersion, versions }) => {
    const order = [
      preferredVersion.version,
      ...versions.map(({ version }) => version).filter(version => version !== preferredVersion.version),
    ]
    const served = await Promise.all(
      order.map(async version => ({ version, ...(await get<ResourceList>(group ? `/apis/${group}/${version}` : `/api/${version}`)) })),
    )
    const all = served.flatMap(({ version, resources }) =>
      resources.filter(({ name }) => !name.includes('/')).map(resource => ({ ...resource, group, version })),
    )
    return all.filter(({ name }, i) => all.findIndex(other => other.name === name) === i)
  })
  return (await Promise.all(lists)).flat().map(({ name: plural, kind: name, namespaced, verbs, group, version }) => ({
    verbs,
    kind: {
      name,
      group,
      version,
      apiVersion: group ? `${group}/${version}` : version,
      options: { plural, scope: namespaced ? 'Namespaced' : 'Cluster' },
    } as unknown as KindClass<AnyObject>,
  }))
}
