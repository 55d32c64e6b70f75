/** The two names under which a claim says from what its volume is filled (KEP-1495). */
import type { Draft } from '#schema/vocabulary.ts'
import type { PersistentVolumeClaimSpec } from '../persistent-volume-claim-spec.ts'

/** Whichever of `dataSource` and `dataSourceRef` is set fills the other; references into other namespaces have the newer name only. */
export function alignSources(spec: Draft<PersistentVolumeClaimSpec>): void {
  const { dataSource: old, dataSourceRef: reference } = spec
  if (old && !reference) spec.dataSourceRef = { ...old }
  if (reference && !old && !reference.namespace) {
    const { apiGroup, kind, name } = reference
    spec.dataSource = { ...(apiGroup !== undefined && { apiGroup }), kind, name }
  }
}
