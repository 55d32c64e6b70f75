/** What each subresource may write of an object: everything else stays as it is stored. A row per subresource. */
import type { AnyKind } from '#kinds/catalogue.ts'
import { clone } from '#schema/json-value.ts'
import type { AnyObject } from './item.ts'
import { metaOf } from './metadata.ts'

interface Focus {
  readonly sent: AnyObject
  readonly before: AnyObject
  readonly subresource: string
}
/** The stored object with that part of `sent` which the subresource may write. `sent` is consumed. */
export function focused(kind: AnyKind, { sent, before, subresource }: Focus): AnyObject {
  const focus = Object.hasOwn(FOCUSES, subresource) ? FOCUSES[subresource] : undefined
  if (!focus) throw new Error(`write ${kind.name} through "${subresource}": nothing says what that may write`)
  return focus(sent, clone(before), kind)
}

type Focusing = (sent: AnyObject, kept: AnyObject, kind: AnyKind) => AnyObject
const FOCUSES: Readonly<Record<string, Focusing>> = {
  '': (sent, kept, kind) => {
    if (kind.options.subresources?.status) replace(sent, kept, 'status')
    return sent
  },
  status: (sent, kept) => {
    replace(kept, sent, 'status')
    withMetadata(kept, sent)
    return kept
  },
  approval: (sent, kept) => {
    replace(kept, { ...sent, status: { ...kept['status'], conditions: sent['status']?.conditions } }, 'status')
    withMetadata(kept, sent)
    return kept
  },
  finalize: (sent, kept) => {
    kept['spec'] = { ...kept['spec'], finalizers: sent['spec']?.finalizers }
    return kept
  },
  ephemeralcontainers: (sent, kept) => {
    kept['spec'] = { ...kept['spec'], ephemeralContainers: sent['spec']?.ephemeralContainers }
    withMetadata(kept, sent)
    return kept
  },
  // Only the number of replicas differs: the sent object was made from the stored one.
  scale: sent => sent,
  resize: (sent, kept) => {
    for (const list of ['containers', 'initContainers'] as const) kept['spec'] = { ...kept['spec'], [list]: resized(kept, sent, list) }
    withMetadata(kept, sent)
    return kept
  },
}

function replace(object: AnyObject, by: AnyObject, name: string): void {
  if (by[name] === undefined) delete object[name]
  else object[name] = by[name]
}
/** Labels, annotations and finalizers may be written together with a status; owners may not. */
function withMetadata(kept: AnyObject, sent: AnyObject): void {
  const meta = metaOf(kept)
  const { resourceVersion, uid, name, namespace, labels, annotations, finalizers, managedFields } = metaOf(sent)
  kept.metadata = Object.fromEntries(
    Object.entries({ ...meta, resourceVersion, uid, name, namespace, labels, annotations, finalizers, managedFields }).filter(
      ([, value]) => value !== undefined,
    ),
  ) as AnyObject['metadata']
}
interface Sized {
  readonly name: string
  readonly resources?: unknown
  readonly resizePolicy?: unknown
}
/** KEP-1287: only resources and their resize policy; containers are found by name. */
function resized(kept: AnyObject, sent: AnyObject, list: 'containers' | 'initContainers'): readonly Sized[] | undefined {
  const wanted = new Map(((sent['spec']?.[list] ?? []) as readonly Sized[]).map(container => [container.name, container]))
  return (kept['spec'][list] as readonly Sized[] | undefined)?.map(container => {
    const to = wanted.get(container.name)
    if (!to) return container
    const { resources: _, resizePolicy: __, ...rest } = container
    return {
      ...rest,
      ...(to.resources !== undefined && { resources: to.resources }),
      ...(to.resizePolicy !== undefined && { resizePolicy: to.resizePolicy }),
    }
  })
}
