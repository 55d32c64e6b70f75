/** Rules for claims, and for what may change once they are bound. Upstream: ValidatePersistentVolumeClaim and …Update. */
import { isDns1123Subdomain } from '#kinds/meta/names.ts'
import { isEqual } from '#schema/json-value.ts'
import { compareQuantities, parseQuantity } from '#schema/quantity.ts'
import type { Path } from '#schema/vocabulary.ts'
import { checkAccessModes } from '../access-modes.ts'
import type { PersistentVolumeClaimSpec } from '../persistent-volume-claim-spec.ts'

interface ClaimView {
  readonly spec: PersistentVolumeClaimSpec
  readonly status: { readonly phase?: string; readonly capacity?: Readonly<Record<string, string>> }
}
export const SPEC_IS_FIXED = 'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims'

export function checkClaim(spec: PersistentVolumeClaimSpec, at: Path, before?: ClaimView): void {
  checkClaimSpec(spec, at)
  if (before) checkChange(spec, at, before)
}

/** The rules that also hold for claim templates of pods and stateful sets. */
export function checkClaimSpec(spec: PersistentVolumeClaimSpec, at: Path): void {
  const modes = spec.accessModes ?? []
  if (modes.length === 0) at.key('accessModes').required('at least 1 access mode is required')
  checkAccessModes(modes, at.key('accessModes'))
  const storage = spec.resources.requests?.['storage']
  if (storage === undefined) at.key('resources').entry('storage').required()
  else if (parseQuantity(storage).nanos <= 0n) at.key('resources').entry('storage').invalid(storage, 'must be greater than zero')
  for (const name of ['storageClassName', 'volumeAttributesClassName'] as const) {
    const wrong = spec[name] ? isDns1123Subdomain(spec[name]) : undefined
    if (wrong) at.key(name).invalid(spec[name], wrong)
  }
  const { dataSource: old, dataSourceRef: reference } = spec
  const group = { dataSource: old?.apiGroup, dataSourceRef: reference?.apiGroup }
  for (const name of ['dataSource', 'dataSourceRef'] as const)
    if (spec[name] && !group[name] && spec[name].kind !== 'PersistentVolumeClaim')
      at.key(name).invalid(spec[name].kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup")
  if (
    old &&
    reference &&
    (old.kind !== reference.kind || old.name !== reference.name || (old.apiGroup ?? '') !== (reference.apiGroup ?? ''))
  )
    at.invalid('', 'must match dataSourceRef')
}

function checkChange(spec: PersistentVolumeClaimSpec, at: Path, { spec: old, status }: ClaimView): void {
  const isBound = status.phase === 'Bound'
  // The volume's name and the class may be filled in once; the rest may change for bound claims only.
  const fixed = ({ resources, volumeName, storageClassName, volumeAttributesClassName, ...rest }: PersistentVolumeClaimSpec) => ({
    ...rest,
    ...(old.volumeName && { volumeName: volumeName ?? '' }),
    ...(old.storageClassName !== undefined && { storageClassName: storageClassName ?? '' }),
    limits: resources.limits ?? {},
    ...(!isBound && { requests: resources.requests ?? {}, volumeAttributesClassName: volumeAttributesClassName ?? '' }),
  })
  if (!isEqual(fixed(spec), fixed(old))) at.forbidden(SPEC_IS_FIXED)
  const [wanted, was] = [spec.resources.requests?.['storage'], old.resources.requests?.['storage']]
  if (wanted === undefined || was === undefined || compareQuantities(wanted, was) >= 0) return
  const held = status.capacity?.['storage'] ?? was
  if (compareQuantities(wanted, held) <= 0)
    at.key('resources').key('requests').key('storage').forbidden('field can not be less than status.capacity')
}
