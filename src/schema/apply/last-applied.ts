/** The annotation of client-side apply, which kubectl's server-side apply takes over from and keeps up to date. */
import { isObject, type JsonObject } from '../json-value.ts'
import { check } from './check.ts'
import { compare } from './compare.ts'
import { json } from './element.ts'
import { extract } from './extract.ts'
import { difference, EMPTY, type FieldSet } from './field-set.ts'
import { bare, type Ground } from './ownership.ts'

export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
/** Upstream's TotalAnnotationSizeLimitB: beyond it the annotation is dropped rather than the request refused. Bytes, keys included. */
const ANNOTATIONS_MAX = 256 * 1024

function annotationsOf(object: JsonObject): JsonObject {
  const { annotations } = (object.metadata ?? {}) as JsonObject
  return isObject(annotations) ? annotations : {}
}

/**
 * The fields that client-side apply set and nobody changed since: kubectl may take them without force, since they are its own.
 * None when there is no annotation, or one that cannot be read or is of another version.
 */
export function ownFromClientSide(ground: Ground, live: JsonObject): FieldSet {
  const text = annotationsOf(live)[LAST_APPLIED]
  const config = typeof text === 'string' && text ? parsed(text) : undefined
  if (!config || config.apiVersion !== ground.apiVersion || check(ground.type, config)) return EMPTY
  const { removed, modified, added } = compare(ground.type, config, bare(live).object)
  return difference(difference(difference(extract(ground.type, config), modified), added), removed)
}
function parsed(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** The object with its annotation, if it has one, telling the new configuration. */
export function withLastApplied(object: JsonObject, config: JsonObject): JsonObject {
  const annotations = annotationsOf(object)
  if (!annotations[LAST_APPLIED]) return object
  const next: JsonObject = { ...annotations, [LAST_APPLIED]: `${json(withoutAnnotation(config))}\n` }
  if (sizeOf(next) > ANNOTATIONS_MAX) delete next[LAST_APPLIED]
  return { ...object, metadata: { ...(object.metadata as JsonObject), annotations: next } }
}

function withoutAnnotation(config: JsonObject): JsonObject {
  const { annotations, ...metadata } = (config.metadata ?? {}) as JsonObject
  if (!isObject(annotations)) return config
  const { [LAST_APPLIED]: _, ...rest } = annotations
  return { ...config, metadata: Object.keys(rest).length > 0 ? { ...metadata, annotations: rest } : metadata }
}

const sizeOf = (annotations: JsonObject) => {
  const encoder = new TextEncoder()
  return Object.entries(annotations).reduce((size, [key, value]) => size + encoder.encode(`${key}${value as string}`).length, 0)
}
