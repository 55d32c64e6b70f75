/** PersistentVolumeClaimResize: a claim grows only when it is bound and its class allows it. */
import type { PersistentVolumeClaim } from '#kinds/core/persistent-volume-claim.ts'
import { StorageClass } from '#kinds/storage/storage-class.ts'
import { compareQuantities } from '#schema/quantity.ts'
import type { AdmissionPlugin } from './admission.ts'
import { denied, is } from './denied.ts'

const ANNOTATION = 'volume.beta.kubernetes.io/storage-class'

export const persistentVolumeClaimResize: AdmissionPlugin = {
  name: 'PersistentVolumeClaimResize',
  concerns: admission => is(admission, 'persistentvolumeclaims') && admission.operation === 'UPDATE',
  async validate(admission) {
    const next = admission.draft as PersistentVolumeClaim
    const before = admission.before as PersistentVolumeClaim
    if (compareQuantities(sizeOf(next), sizeOf(before)) <= 0) return
    if (before.status.phase !== 'Bound') throw denied(admission, 'Only bound persistent volume claims can be expanded')
    const name = classOf(next)
    const found = name && name === classOf(before) ? await admission.objects.get(StorageClass, { name }) : undefined
    if (!found?.allowVolumeExpansion)
      throw denied(
        admission,
        'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
      )
  },
}
const sizeOf = ({ spec }: PersistentVolumeClaim): string => spec.resources?.requests?.['storage'] ?? '0'
const classOf = ({ metadata, spec }: PersistentVolumeClaim): string => metadata.annotations?.[ANNOTATION] ?? spec.storageClassName ?? ''
