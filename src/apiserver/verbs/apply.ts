/** PATCH with apply: the manager's configuration, merged by who owns which field. Creates the object if there is none. Source: KEP-555. */
import { Refusal, refuse } from '#kinds/meta/refusal.ts'
import { apply, ApplyFailure } from '#schema/apply/apply.ts'
import { isObject, type JsonObject } from '#schema/json-value.ts'
import type { Call } from '../call.ts'
import { readYaml } from '../negotiate/content-type.ts'
import { type AnyObject } from '../resources/item.ts'
import { metaOf } from '../resources/metadata.ts'
import { resetFields } from '../resources/ownership.ts'
import { objectResult, type Result } from '../result.ts'
import { draftOf } from './body.ts'
import { changeObject } from './change.ts'
import { createObject } from './create.ts'
import { type WriteOptions, writeOptions } from './options.ts'
import { checkIdentity } from './update.ts'

export async function applyPatch(call: Call): Promise<Result> {
  const { resource, target } = call
  const options = writeOptions(call, 'PatchOptions', true)
  const config = await readYaml(call.incoming)
  if (!isObject(config)) throw refuse.badRequest('error decoding YAML: the configuration is not an object')
  const { namespace, name, subresource } = target
  checkUnknownFields(call, config, options)
  const item = await changeObject(call, {
    ...options,
    namespace,
    name,
    subresource,
    isApplied: true,
    compose: before => {
      const draft = merged(call, { config, options, live: before })
      checkIdentity(call, draft)
      return draft
    },
  })
  if (item) return objectResult(resource, item)
  if (subresource || !resource.verbs.includes('create')) throw refuse.notFound(resource.about, name)
  const { uid } = metadataOf(config)
  // What is no text is refused with the whole configuration.
  if (typeof uid === 'string' && uid)
    throw refuse.conflict(resource.about, name, `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`)
  const draft = merged(call, { config, options, live: undefined })
  metaOf(draft).name ??= name
  checkIdentity(call, draft)
  return objectResult(resource, await createObject(call, draft, { ...options, isApplied: true }), 201)
}

interface Merging {
  readonly config: JsonObject
  readonly options: WriteOptions
  readonly live: AnyObject | undefined
}
function merged(call: Call, { config, options, live }: Merging): AnyObject {
  const { kind } = call.resource
  const { subresource } = call.target
  const reset = resetFields(kind, subresource)
  const result = refusing(() =>
    apply({
      type: kind as never,
      kind: kind.name,
      apiVersion: kind.apiVersion,
      ...(reset && { reset }),
      live: live as JsonObject | undefined,
      config,
      manager: options.fieldManager,
      subresource,
      force: options.force,
      now: call.serving.clock.now(),
    }),
  )
  if ('conflicts' in result) {
    const causes = result.conflicts.map(({ reason, message, field }) => ({ reason, message, field }))
    throw new Refusal(409, 'Conflict', result.message, { causes })
  }
  return draftOf(call, kind, { value: result.object, fieldValidation: 'Ignore' })
}
function refusing<T>(attempt: () => T): T {
  try {
    return attempt()
  } catch (error) {
    if (!(error instanceof ApplyFailure)) throw error
    // Upstream also answers 500 to configurations that do not fit their type, and knows it for a bug (kubernetes/kubernetes#139253).
    throw refuse.badRequest(error.message)
  }
}

/** Unknown fields are told of the configuration, as the merged object would hide whose they are. */
function checkUnknownFields(call: Call, config: JsonObject, { fieldValidation }: WriteOptions): void {
  if (fieldValidation === 'Ignore') return
  draftOf(call, call.resource.kind, { value: config, fieldValidation })
}
const metadataOf = (config: JsonObject): JsonObject => (isObject(config['metadata']) ? config['metadata'] : {})
