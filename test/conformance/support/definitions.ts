/** Custom resource definitions for tests, each in a group of its own. */
import assert from 'node:assert/strict'
import { CustomResourceDefinition } from '#kinds/apiextensions/custom-resource-definition.ts'
import { eventually } from './eventually.ts'
import type { Any } from './resource.ts'
import type { Stage } from './stage.ts'

/** All that is sent is kept. */
export const ANYTHING = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } as const

/** A cluster-scoped kind named after `base`; the schema is that of its one version. */
export const definition = (base: string, { schema = ANYTHING, labels = {} }: { schema?: object; labels?: object } = {}): Any => ({
  metadata: { name: `${base}s.${base}.example.com`, labels },
  spec: {
    group: `${base}.example.com`,
    scope: 'Cluster',
    names: { plural: `${base}s`, singular: base, kind: `E2e${base}`, listKind: `E2e${base}List` },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
  },
})

/** Creates a definition and waits until its resource is served. */
export async function established(stage: Stage, manifest: Any): Promise<Any> {
  const definitions = stage.resource(CustomResourceDefinition)
  const { metadata } = await definitions.create(manifest)
  return await eventually(async () => {
    const current = await definitions.get(metadata.name)
    const conditions: Any[] = current.status.conditions ?? []
    assert(
      conditions.some(({ type, status }) => type === 'Established' && status === 'True'),
      `${metadata.name} is not established`,
    )
    return current
  })
}

/** Where the objects of a definition's first version are, and what their type is. */
export const servedAs = ({ spec }: Any): { readonly path: string; readonly apiVersion: string; readonly kind: string } => {
  const apiVersion = `${spec.group}/${spec.versions[0].name}`
  return { path: `/apis/${apiVersion}/${spec.names.plural}`, apiVersion, kind: spec.names.kind }
}
