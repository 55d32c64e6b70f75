/** DefaultStorageClass and DefaultIngressClass: who names no class gets the one that is marked as default. */
import type { PersistentVolumeClaim } from '#kinds/core/persistent-volume-claim.ts'
import type { ObjectMeta } from '#kinds/meta/object-meta.ts'
import type { Ingress } from '#kinds/networking/ingress.ts'
import { IngressClass } from '#kinds/networking/ingress-class.ts'
import { StorageClass } from '#kinds/storage/storage-class.ts'
import type { Draft } from '#schema/vocabulary.ts'
import type { AdmissionPlugin } from './admission.ts'
import { is } from './denied.ts'

export const defaultStorageClass: AdmissionPlugin = {
  name: 'DefaultStorageClass',
  concerns: admission => is(admission, 'persistentvolumeclaims') && admission.operation === 'CREATE',
  async mutate(admission) {
    const { metadata, spec } = admission.draft as Draft<PersistentVolumeClaim>
    // An empty name is a name: it asks for volumes without a class.
    if (spec.storageClassName !== undefined || metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] !== undefined) return
    const name = newest(await admission.objects.list(StorageClass), [
      'storageclass.kubernetes.io/is-default-class',
      'storageclass.beta.kubernetes.io/is-default-class',
    ])
    if (name !== undefined) spec.storageClassName = name
  },
}
export const defaultIngressClass: AdmissionPlugin = {
  name: 'DefaultIngressClass',
  concerns: admission => is(admission, 'ingresses.networking.k8s.io') && admission.operation === 'CREATE',
  async mutate(admission) {
    const { metadata, spec } = admission.draft as Draft<Ingress>
    if (spec.ingressClassName !== undefined || metadata.annotations?.['kubernetes.io/ingress.class'] !== undefined) return
    const name = newest(await admission.objects.list(IngressClass), ['ingressclass.kubernetes.io/is-default-class'])
    if (name !== undefined) spec.ingressClassName = name
  },
}

/** Of several defaults the one made last counts; of those made at once the first by name. */
function newest(classes: readonly { readonly metadata: ObjectMeta }[], annotations: readonly string[]): string | undefined {
  const [first] = classes
    .filter(({ metadata }) => annotations.some(name => metadata.annotations?.[name] === 'true'))
    .sort(({ metadata: a }, { metadata: b }) => {
      const [made, other] = [Date.parse(a.creationTimestamp ?? ''), Date.parse(b.creationTimestamp ?? '')]
      return other - made || ((a.name ?? '') < (b.name ?? '') ? -1 : 1)
    })
  return first?.metadata.name
}
