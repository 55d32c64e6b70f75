/** The group version certificates.k8s.io/v1alpha1. */
import { republish } from '#kinds/republish.ts'

export const { again } = republish('io.k8s.api.certificates.v1beta1', {
  group: 'certificates.k8s.io',
  version: 'v1alpha1',
  package: 'io.k8s.api.certificates.v1alpha1',
})
