/** Rules for persistent volumes. Upstream: ValidatePersistentVolumeSpec, ValidatePersistentVolumeUpdate. */
import { isDns1123Subdomain } from '#kinds/meta/names.ts'
import { isEqual } from '#schema/json-value.ts'
import { parseQuantity } from '#schema/quantity.ts'
import type { Path } from '#schema/vocabulary.ts'
import { checkAccessModes } from '../access-modes.ts'
import { PersistentVolumeSource } from '../persistent-volume-sources.ts'
import type { PersistentVolumeSpec } from '../persistent-volume-spec.ts'

const SOURCES = Object.keys(PersistentVolumeSource.fields) as readonly (keyof typeof PersistentVolumeSource.fields)[]

export function checkVolume(spec: PersistentVolumeSpec, at: Path, before?: PersistentVolumeSpec): void {
  const modes = spec.accessModes ?? []
  if (modes.length === 0) at.key('accessModes').required()
  checkAccessModes(modes, at.key('accessModes'))
  checkCapacity(spec.capacity ?? {}, at.key('capacity'))
  if (spec.hostPath?.path === '/' && spec.persistentVolumeReclaimPolicy === 'Recycle')
    at.key('persistentVolumeReclaimPolicy').forbidden("may not be 'recycle' for a hostPath mount of '/'")
  if (spec.hostPath?.path.split('/').includes('..')) at.key('hostPath').key('path').invalid(spec.hostPath.path, "must not contain '..'")
  if (spec.local && !spec.nodeAffinity) at.key('nodeAffinity').required('Local volume requires node affinity')
  if (spec.nodeAffinity && !spec.nodeAffinity.required)
    at.key('nodeAffinity').key('required').required('must specify required node constraints')
  const wrong = spec.storageClassName ? isDns1123Subdomain(spec.storageClassName) : undefined
  if (wrong) at.key('storageClassName').invalid(spec.storageClassName, wrong)
  if (before) checkChange(spec, at, before)
}

function checkCapacity(capacity: Readonly<Record<string, string>>, at: Path): void {
  const names = Object.keys(capacity)
  const storage = capacity['storage']
  if (names.length === 0) return at.required()
  if (storage === undefined || names.length > 1) at.unsupported(capacity, ['storage'])
  if (storage !== undefined && parseQuantity(storage).nanos <= 0n) at.entry('storage').invalid(storage, 'must be greater than zero')
}

function checkChange(spec: PersistentVolumeSpec, at: Path, before: PersistentVolumeSpec): void {
  const source = (of: PersistentVolumeSpec) => Object.fromEntries(SOURCES.map(name => [name, of[name]]))
  if (!isEqual(source(spec), source(before)))
    at.key('persistentvolumesource').forbidden('spec.persistentvolumesource is immutable after creation')
  if (spec.volumeMode !== before.volumeMode) at.key('volumeMode').invalid(spec.volumeMode, 'field is immutable')
  if (before.nodeAffinity && !isEqual(spec.nodeAffinity, before.nodeAffinity))
    at.key('nodeAffinity').invalid(spec.nodeAffinity ?? null, 'field is immutable')
}
