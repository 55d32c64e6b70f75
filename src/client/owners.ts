/** Who owns whom: the reference by which a controller marks what it has made, and the index that finds it again. */
import type { AnyKind } from '#kinds/catalogue.ts'
import { controllerOf } from '#kinds/meta/owners.ts'
import type { ObjectMeta, OwnerReference } from '#kinds/meta/object-meta.ts'
import type { Mirror } from './mirror.ts'

export interface Meta {
  readonly metadata: ObjectMeta
}

/** Says that `owner` manages the object; a foreground deletion of the owner waits for it. */
export const controllerReference = (kind: AnyKind, { metadata }: Meta): OwnerReference => ({
  apiVersion: kind.apiVersion,
  kind: kind.name,
  name: metadata.name as string,
  uid: metadata.uid as string,
  controller: true,
  blockOwnerDeletion: true,
})
/** Whether the reference names objects of this kind, in whatever version of its group. */
export const isReferenceTo = (kind: AnyKind, { apiVersion, kind: name }: OwnerReference): boolean =>
  name === kind.name && (apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '') === kind.group

const INDEX = 'controller'
/** UIDs never begin so. */
const NOBODY = 'nobody in '
/** Makes the mirror answer `controlledBy` and `orphansIn` without looking through all objects. */
export const indexByController = <T>(mirror: Mirror<T>): void =>
  mirror.addIndex(INDEX, object => {
    const { metadata } = object as Meta
    return [controllerOf(metadata)?.uid ?? NOBODY + (metadata.namespace ?? '')]
  })
export const controlledBy = <T>(mirror: Mirror<T>, uid: string): readonly T[] => mirror.by(INDEX, uid)
/** How many these are, without a look at them. */
export const countControlledBy = <T>(mirror: Mirror<T>, uid: string): number => mirror.countBy(INDEX, uid)
export const orphansIn = <T>(mirror: Mirror<T>, namespace: string | undefined): readonly T[] => mirror.by(INDEX, NOBODY + (namespace ?? ''))
