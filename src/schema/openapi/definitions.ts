/** The definitions of a document: kinds with their lists, and the types of meta/v1, each with the kinds of objects that it stands for. */
import type { JsonObject } from '../json-value.ts'
import { type StructShape, shapeOf, type Type } from '../vocabulary.ts'
import { customDefinition } from './custom.ts'
import { type Definitions, definitionName, refTo, sortedByKey, TYPE_META } from './schema.ts'
import { type DescribedKind, type DescribedResource, type DocumentContext, PATCH } from './source.ts'

export interface GroupVersionKind {
  readonly group: string
  readonly version: string
  readonly kind: string
}
export const GVK = 'x-kubernetes-group-version-kind'

/** As upstream writes it: properties in this order. */
export const gvkOf = ({ group, version, name }: Pick<DescribedKind, 'group' | 'version' | 'name'>): GroupVersionKind => ({
  group,
  version,
  kind: name,
})

/** Adds the definitions of all that the resources take and give. */
export function addResources(definitions: Definitions, resources: readonly DescribedResource[], context: DocumentContext): void {
  addMeta(definitions, context)
  for (const { kind, verbs, subresources } of resources) {
    addKind(definitions, kind, context)
    if (verbs.includes('list')) addList(definitions, kind, context)
    for (const { kind: other, answers } of subresources) if (answers !== 'connection') addKind(definitions, other, context)
  }
}

function addKind(definitions: Definitions, kind: DescribedKind, context: DocumentContext): void {
  const name = definitionName(kind)
  if (kind.type) definitions.struct(kind.type)
  else {
    const objectMeta = definitions.struct(context.meta.objectMeta)
    definitions.add(name, customDefinition(definitions.dialect, kind.custom?.schema, objectMeta))
  }
  amend(definitions, name, { ...(kind.doc && { description: kind.doc }), [GVK]: [gvkOf(kind)] })
}

/** Put last, as upstream puts extensions. */
function amend(definitions: Definitions, name: string, more: JsonObject): void {
  definitions.add(name, { ...definitions.get(name), ...more })
}

/** The name of the definition of a kind's list. */
export const listName = (kind: DescribedKind): string => `${kind.package}.${listKind(kind)}`
const listKind = (kind: DescribedKind) => kind.listKind ?? `${kind.name}List`

function addList(definitions: Definitions, kind: DescribedKind, { meta }: DocumentContext): void {
  const isV3 = definitions.dialect === 'v3'
  const item = refTo(definitions.dialect, definitionName(kind))
  const listMeta = definitions.struct(meta.listMeta)
  const description = 'Where the list stands in time, and how to read on.'
  definitions.add(listName(kind), {
    description: `A list of objects of kind ${kind.name}.`,
    type: 'object',
    required: ['items'],
    properties: {
      apiVersion: TYPE_META.apiVersion,
      items: {
        description: 'The objects.',
        type: 'array',
        items: isV3 && !kind.custom ? { default: {}, allOf: [item] } : item,
      },
      kind: TYPE_META.kind,
      metadata: isV3 ? { description, default: {}, allOf: [listMeta] } : { description, ...listMeta },
    },
    [GVK]: [gvkOf({ ...kind, name: listKind(kind) })],
  })
}

function addMeta(definitions: Definitions, { meta, groupVersions }: DocumentContext): void {
  const core = { group: '', version: 'v1' }
  const headed = [meta.status, meta.apiResourceList, meta.apiGroup, meta.apiGroupList, meta.apiVersions]
  for (const type of headed) addHeaded(definitions, type, [core])
  const everywhere = [core, ...groupVersions.filter(({ group }) => group !== '')]
  addHeaded(definitions, meta.deleteOptions, everywhere)
  definitions.struct(meta.watchEvent)
  const watchEvent = structOf(meta.watchEvent)
  amend(definitions, definitionName(watchEvent), { [GVK]: everywhere.map(gv => gvkOf({ ...gv, name: watchEvent.name })) })
  definitions.add(PATCH, { description: 'A patch, in the format that the content type says.', type: 'object' })
}

/** A struct that goes over the wire by itself, with apiVersion and kind. */
function addHeaded(definitions: Definitions, type: Type<unknown>, groupVersions: readonly { group: string; version: string }[]): void {
  const struct = structOf(type)
  definitions.struct(type)
  const name = definitionName(struct)
  const properties = sortedByKey({ ...TYPE_META, ...(definitions.get(name)?.properties as JsonObject | undefined) })
  amend(definitions, name, { properties, [GVK]: groupVersions.map(gv => gvkOf({ ...gv, name: struct.name })) })
}

export function structOf(type: Type<unknown>): StructShape {
  const shape = shapeOf(type)
  if (shape.form !== 'struct') throw new Error(`a ${shape.form} has no name`)
  return shape
}
