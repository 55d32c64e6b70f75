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
    kept['spec'] = resized(kept['spec'], sent['spec'])
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
interface PodSpec {
  readonly resources?: unknown
  readonly containers?: readonly Sized[]
  readonly initContainers?: readonly Sized[]
}
/** KEP-1287, KEP-5419: only resources and their resize policy. Containers that are others, or stand elsewhere, are left for the rules to refuse. */
function resized(kept: PodSpec, sent: PodSpec): PodSpec {
  const lists = ['containers', 'initContainers'] as const
  if (lists.some(list => (kept[list] ?? []).length !== (sent[list] ?? []).length)) return sent
  return { ...kept, resources: sent.resources, ...Object.fromEntries(lists.map(list => [list, sizedAs(kept[list], sent[list])])) }
}
function sizedAs(kept: readonly Sized[] | undefined, sent: readonly Sized[] | undefined): readonly Sized[] | undefined {
  if (kept?.some(({ name }, at) => name !== sent?.[at]?.name)) return sent
  return kept?.map((container, at) => ({ ...container, resources: sent?.[at]?.resources, resizePolicy: sent?.[at]?.resizePolicy }))
}
