/** Who owns an object, and who of the owners controls it. */
import type { ObjectMeta, OwnerReference } from './object-meta.ts'

/** The owner that manages the object, if there is one. */
export const controllerOf = ({ ownerReferences }: Pick<ObjectMeta, 'ownerReferences'>): OwnerReference | undefined =>
  ownerReferences?.find(({ controller }) => controller === true)
