/** The script of the behaviours "should support … API operations": every verb that a resource has, once. */
import assert from 'node:assert/strict'
import type { AnyKind } from '#kinds/catalogue.ts'
import type { Any, Query, Resource } from './resource.ts'
import type { Stage } from './stage.ts'

export interface Operations {
  readonly kind: AnyKind
  /** What is created, without apiVersion, kind and name. */
  readonly object: Any
  /** Objects are named by the server from a prefix; kinds whose names mean something give their own. */
  readonly names?: readonly [string, string, string]
  /** Default: by a label that the script sets. */
  readonly select?: Query
  /** By subresource, in this order. */
  readonly subresources?: Readonly<Record<string, SubresourceSteps>>
  /** Further checks of an object as it was created. */
  readonly created?: (object: Any) => void
  /** What the patch and the update write beside annotations, where the spec may change. */
  readonly writes?: {
    readonly patch: object
    readonly patched: (object: Any) => void
    readonly update: (draft: Any) => void
    readonly updated: (object: Any) => void
  }
}
export interface SubresourceSteps {
  readonly patch: object
  readonly patched: (object: Any) => void
  readonly update: (draft: Any) => void
  readonly updated: (object: Any) => void
}

/** A patch and an update of a status that each bring a condition. */
export function conditionSteps(shape: object = {}): SubresourceSteps {
  const condition = (type: string) => ({ type, status: 'False', reason: 'E2E', message: 'Set from an e2e test', ...shape })
  const types = (object: Any): string[] => object.status.conditions.map((one: Any) => one.type)
  return {
    patch: { status: { conditions: [condition('StatusPatch')] } },
    patched: object => assert(types(object).includes('StatusPatch')),
    update: draft => draft.status.conditions.push(condition('StatusUpdate')),
    updated: object => assert(types(object).includes('StatusUpdate')),
  }
}

export async function runOperations(stage: Stage, operations: Operations): Promise<void> {
  const { kind, subresources = {}, created } = operations
  await checkDiscovery(stage, kind, Object.keys(subresources))
  const namespace = kind.options.scope === 'Namespaced' ? await stage.namespace('operations') : undefined
  const resource = stage.resource(kind, namespace)
  const select = operations.select ?? { labelSelector: 'special-label=operations' }

  const made = await createThree(resource, operations)
  const { name, uid } = made.metadata
  created?.(made)
  assert.equal((await resource.get(name)).metadata.uid, uid)
  const list = await resource.counted(3, select)
  await checkWrites(resource, operations, { name, query: { ...select, resourceVersion: list.metadata.resourceVersion } })
  for (const [subresource, steps] of Object.entries(subresources)) await checkSubresource(resource, { name, uid, subresource, steps })

  await resource.delete(name)
  await resource.gone(name)
  await resource.counted(2, select)
  await resource.deleteCollection(select)
  await resource.counted(0, select)
}

/** The group, the version and the resource must stand in the discovery documents. */
export async function checkDiscovery(stage: Stage, kind: AnyKind, subresources: readonly string[] = []): Promise<void> {
  const { group, version, options } = kind
  const hasVersion = ({ versions }: Any) => versions.some((one: Any) => one.version === version)
  const { groups } = await stage.document('/apis')
  const listed = groups.find((one: Any) => one.name === group)
  assert(listed && hasVersion(listed), `/apis lists ${kind.apiVersion}`)
  assert(hasVersion(await stage.document(`/apis/${group}`)), `/apis/${group} lists ${version}`)
  const { resources } = await stage.document(`/apis/${group}/${version}`)
  const names = resources.map((one: Any) => one.name)
  for (const wanted of [options.plural, ...subresources.map(one => `${options.plural}/${one}`)])
    assert(names.includes(wanted), `/apis/${kind.apiVersion} lists ${wanted}`)
}

async function createThree(resource: Resource, { kind, object, names }: Operations): Promise<Any> {
  const made: Any[] = []
  for (const i of [0, 1, 2]) {
    const named = names ? { name: names[i] } : { generateName: `e2e-example-${kind.options.plural}-` }
    const metadata = { ...named, ...object.metadata, labels: { ...object.metadata?.labels, 'special-label': 'operations' } }
    made.push(await resource.create({ ...object, metadata }))
  }
  return made[2]
}

/** A patch and an update must be seen by watches, of the namespace and of all namespaces. */
async function checkWrites(
  resource: Resource,
  { writes }: Operations,
  { name, query }: { readonly name: string; readonly query: Query },
): Promise<void> {
  const watched = resource.namespace ? [resource, resource.everywhere] : [resource]
  if (resource.namespace) {
    const { items } = await resource.everywhere.list()
    assert(items.some(({ metadata }: Any) => metadata.name === name))
  }
  const watches = await Promise.all(watched.map(one => one.watch(query)))
  try {
    const patched = await resource.patch(name, { metadata: { annotations: { patched: 'true' } }, ...writes?.patch })
    assert.equal(patched.metadata.annotations.patched, 'true')
    writes?.patched(patched)
    const updated = await resource.change(name, draft => {
      draft.metadata.annotations['updated'] = 'true'
      writes?.update(draft)
    })
    assert.equal(updated.metadata.annotations.updated, 'true')
    writes?.updated(updated)
    for (const watching of watches)
      await watching.until(({ type, object }) => {
        assert.equal(type, 'MODIFIED')
        const { annotations } = object.metadata
        return object.metadata.name === name && annotations?.patched === 'true' && annotations.updated === 'true'
      })
  } finally {
    await Promise.all(watches.map(watching => watching[Symbol.asyncDispose]()))
  }
}

async function checkSubresource(
  resource: Resource,
  { name, uid, subresource, steps }: { name: string; uid: string; subresource: string; steps: SubresourceSteps },
): Promise<void> {
  const gotten = await resource.get(name, subresource)
  assert.deepEqual([gotten.apiVersion, gotten.kind, gotten.metadata.uid], [resource.kind.apiVersion, resource.kind.name, uid])
  steps.patched(await resource.patch(name, steps.patch, { subresource }))
  await resource.change(name, steps.update, subresource)
  steps.updated(await resource.get(name))
}
