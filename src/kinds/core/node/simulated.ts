/** By which label a node is known whose pods run through declared stages, without containers. */
import type { ObjectMeta } from '#kinds/meta/object-meta.ts'

export const SIMULATED = { type: 'simulated' } as const
export const isSimulated = ({ metadata }: { readonly metadata: Pick<ObjectMeta, 'labels'> }): boolean =>
  metadata.labels?.['type'] === SIMULATED.type
