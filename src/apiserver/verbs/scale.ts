/** The scale subresource: how many replicas something wants and has, in the same form for every kind that can be scaled. */
import { Scale } from '#kinds/autoscaling/v1/scale.ts'
import { refuse } from '#kinds/meta/refusal.ts'
import { clone, isObject, type JsonObject, put } from '#schema/json-value.ts'
import { pathAt } from '#schema/path.ts'
import { selectionOf, selectionOfLabels, selectionText } from '#schema/select.ts'
import type { Call } from '../call.ts'
import type { AnyObject, Item } from '../resources/item.ts'
import { type Result, valueResult } from '../result.ts'
import { draftFrom, draftOf } from './body.ts'
import { changeObject, notFoundUnless } from './change.ts'
import { writeOptions } from './options.ts'
import { patchingOf } from './patch.ts'
import { checkIdentity } from './update.ts'

interface Paths {
  readonly replicas: string
  readonly actual: string
  readonly selector: string
}

/** GET, PUT and PATCH of `<name>/scale`. */
export async function scale(call: Call): Promise<Result> {
  const { resource, target } = call
  if (target.verb === 'get') return answer(call, notFoundUnless(await resource.collection.get(target.namespace, target.name), call))
  const options = writeOptions(call, target.verb === 'patch' ? 'PatchOptions' : 'UpdateOptions')
  const wanted = target.verb === 'patch' ? await patchingOf(call, Scale) : await draftFrom(call, Scale, options)
  const compose = (before: AnyObject) => {
    const made =
      typeof wanted === 'function'
        ? draftOf(call, Scale, { value: wanted(shown(call, before) as AnyObject), fieldValidation: options.fieldValidation })
        : clone(wanted)
    checkIdentity(call, made)
    return scaled(call, before, made as unknown as Scale & AnyObject)
  }
  const item = await changeObject(call, { ...options, namespace: target.namespace, name: target.name, subresource: 'scale', compose })
  return answer(call, notFoundUnless(item, call))
}

const pathsOf = ({ resource }: Call): Paths => resource.kind.options.subresources?.scale as Paths
const answer = (call: Call, item: Item): Result => ({ ...valueResult(shown(call, call.resource.show(item).value)), kind: Scale })

function shown(call: Call, object: AnyObject): object {
  const { replicas, actual, selector } = pathsOf(call)
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata
  const text = selectorText(at(object, selector))
  return {
    kind: 'Scale',
    apiVersion: Scale.apiVersion,
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: at(object, replicas) ?? 0 },
    status: { replicas: at(object, actual) ?? 0, ...(text && { selector: text }) },
  }
}
/** Built-in kinds hold an object, replication controllers a map of labels, custom resources a text. */
function selectorText(selector: unknown): string {
  if (typeof selector === 'string') return selector
  if (!isObject(selector)) return ''
  const isMap = Object.values(selector).every(value => typeof value === 'string')
  return selectionText(isMap ? selectionOfLabels(selector as Record<string, string>) : selectionOf(selector))
}

function scaled(call: Call, before: AnyObject, { metadata, spec }: Scale): AnyObject {
  const count = spec.replicas ?? 0
  if (count < 0) {
    const path = pathAt()
    path.key('spec').key('replicas').invalid(count, 'must be greater than or equal to 0')
    throw refuse.invalid({ group: 'autoscaling', resource: 'scales', kind: 'Scale' }, before.metadata.name ?? '', path.problems)
  }
  const next = clone(before)
  const names = segments(pathsOf(call).replicas)
  const last = names.pop() as string
  let place = next as unknown as JsonObject
  for (const name of names) {
    if (!isObject(place[name])) put(place, name, {})
    place = place[name] as JsonObject
  }
  put(place, last, count)
  // The state that the writer saw is that of the scaled object itself.
  return { ...next, metadata: { ...next.metadata, resourceVersion: metadata.resourceVersion, ...(metadata.uid && { uid: metadata.uid }) } }
}

const segments = (path: string): string[] => path.split('.').filter(Boolean)
const at = (object: unknown, path: string): unknown =>
  segments(path).reduce<unknown>((value, name) => (isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined), object)
