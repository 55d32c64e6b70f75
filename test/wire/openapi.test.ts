/** The published OpenAPI description against upstream's for 1.36: definitions, their fields and extensions, and the operations' names. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type AnyKind, catalogue } from '#kinds/catalogue.ts'
import { APIGroup, APIGroupList, APIResourceList, APIVersions } from '#kinds/meta/discovery.ts'
import { ListMeta } from '#kinds/meta/list-meta.ts'
import { ObjectMeta } from '#kinds/meta/object-meta.ts'
import { DeleteOptions } from '#kinds/meta/options.ts'
import { Status } from '#kinds/meta/status.ts'
import { WatchEvent } from '#kinds/meta/watch-event.ts'
import { isEqual, isObject, type JsonObject } from '#schema/json-value.ts'
import { openapiV2 } from '#schema/openapi/documents.ts'
import { type DescribedResource, describedKind } from '#schema/openapi/source.ts'

const SPEC = new URL('../../../shared/spec/openapi-v2-1.36.json', import.meta.url)
interface Published {
  readonly definitions: Readonly<Record<string, JsonObject>>
  readonly paths: Readonly<Record<string, Readonly<Record<string, JsonObject>>>>
}

const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'] as const
function described(kind: AnyKind): DescribedResource {
  const of = describedKind(kind as never)
  const { plural, scope, verbs = VERBS, subresources } = kind.options
  return {
    kind: of,
    plural,
    namespaced: scope === 'Namespaced',
    verbs,
    subresources: subresources?.status ? [{ name: 'status', kind: of, verbs: ['get', 'update', 'patch'] }] : [],
  }
}
async function published(): Promise<Published> {
  const groupVersions = await Promise.all(
    catalogue.flatMap(({ group, versions }) =>
      versions.map(async ({ version, kinds }) => ({ group, version, resources: (await kinds()).map(described) })),
    ),
  )
  const meta = {
    objectMeta: ObjectMeta,
    listMeta: ListMeta,
    status: Status,
    deleteOptions: DeleteOptions,
    watchEvent: WatchEvent,
    apiResourceList: APIResourceList,
    apiGroup: APIGroup,
    apiGroupList: APIGroupList,
    apiVersions: APIVersions,
  }
  return openapiV2(groupVersions, { meta, version: 'v1.36.0', groupVersions }) as unknown as Published
}

/** Without descriptions, which are our own. */
function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare)
  if (!isObject(value)) return value
  const kept = Object.entries(value).filter(([name, part]) => name !== 'description' || typeof part !== 'string')
  return Object.fromEntries(kept.map(([name, part]) => [name, bare(part)]))
}
/** Lists without a meaning in their order. */
const asSet = (value: unknown) => (Array.isArray(value) ? [...(value as string[])].sort() : value)

/** Where ours differs on purpose. */
const OTHERWISE: Readonly<Record<string, string>> = {
  // An in-tree driver that is gone: its secret may be null, and is not asked for.
  'ScaleIOVolumeSource.required': 'the secret of a driver that is gone',
  'ScaleIOPersistentVolumeSource.required': 'the secret of a driver that is gone',
  // Go's list type of bytes says nothing: they are one string.
  'APIServiceSpec.caBundle': 'a list type on bytes',
  // Maps are granular unless they say otherwise.
  'PersistentVolumeClaimStatus.allocatedResourceStatuses': 'granular said explicitly',
}
/** Group versions are those that are served here; upstream names gone ones as well. */
const EVERYWHERE = new Set(['DeleteOptions', 'WatchEvent'])

function differences(name: string, ours: JsonObject, theirs: JsonObject): string[] {
  const short = name.slice(name.lastIndexOf('.') + 1)
  const found: string[] = []
  for (const key of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
    if ((key === 'x-kubernetes-group-version-kind' && EVERYWHERE.has(short)) || OTHERWISE[`${short}.${key}`]) continue
    // Told where the declaration has a union; eight of upstream's are not declared.
    if (key === 'x-kubernetes-unions' && ours[key] === undefined) continue
    if (key !== 'properties') {
      if (!isEqual(asSet(ours[key]), asSet(theirs[key]))) found.push(`${name}: ${key}`)
      continue
    }
    const [mine, other] = [ours.properties, theirs.properties].map(part => (isObject(part) ? part : {})) as [JsonObject, JsonObject]
    for (const property of new Set([...Object.keys(mine), ...Object.keys(other)]))
      if (!isEqual(mine[property], other[property]) && !OTHERWISE[`${short}.${property}`]) found.push(`${name}: ${property}`)
  }
  return found
}

test('the OpenAPI description says of every type what upstream says', async t => {
  if (!existsSync(SPEC)) return t.diagnostic('left out: ../shared/spec is absent')
  const ours = await published()
  const theirs = JSON.parse(readFileSync(SPEC, 'utf8')) as Published
  const names = Object.keys(ours.definitions).filter(name => theirs.definitions[name])
  assert(names.length > 700, `${names.length} definitions`)
  const found = names.flatMap(name =>
    differences(name, bare(ours.definitions[name]) as JsonObject, bare(theirs.definitions[name]) as JsonObject),
  )
  assert.deepEqual(found, [])
})

test('every operation has the name that upstream gave it', async t => {
  if (!existsSync(SPEC)) return t.diagnostic('left out: ../shared/spec is absent')
  const ours = await published()
  const theirs = JSON.parse(readFileSync(SPEC, 'utf8')) as Published
  const operations = ({ paths }: Published) =>
    Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).flatMap(([method, operation]) =>
        method === 'parameters'
          ? []
          : [
              [
                `${method} ${path}`,
                {
                  id: operation.operationId,
                  action: operation['x-kubernetes-action'],
                  gvk: operation['x-kubernetes-group-version-kind'],
                  tags: operation.tags,
                },
              ] as const,
            ],
      ),
    )
  const known = new Map(operations(theirs))
  const mine = operations(ours)
  assert(mine.length > 700, `${mine.length} operations`)
  // What upstream has from another server, or has no longer, is not in the description of its own.
  const isElsewhere = (key: string) => ['/apis/metrics.k8s.io/', '/apis/settings.k8s.io/'].some(group => key.includes(group))
  for (const [key, operation] of mine) if (!isElsewhere(key)) assert.deepEqual(operation, known.get(key), key)
})
