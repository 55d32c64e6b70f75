/** StorageObjectInUseProtection: claims and volumes that are in use outlive their deletion. */
import type { ObjectMeta } from '#kinds/meta/object-meta.ts'
import type { Draft } from '#schema/vocabulary.ts'
import type { AdmissionPlugin } from './admission.ts'
import { is } from './denied.ts'

const FINALIZERS = { persistentvolumeclaims: 'kubernetes.io/pvc-protection', persistentvolumes: 'kubernetes.io/pv-protection' } as const

export const storageObjectInUseProtection: AdmissionPlugin = {
  name: 'StorageObjectInUseProtection',
  mutate(admission) {
    if (admission.operation !== 'CREATE') return
    for (const [resource, finalizer] of Object.entries(FINALIZERS)) {
      if (!is(admission, resource)) continue
      const metadata = admission.draft.metadata as Draft<ObjectMeta>
      const present = metadata.finalizers ?? []
      if (!present.includes(finalizer)) metadata.finalizers = [...present, finalizer]
    }
  },
}
