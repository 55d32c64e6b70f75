/** The group version admissionregistration.k8s.io/v1alpha1. */
import { republish } from '#kinds/republish.ts'

export const { again } = republish(
  'io.k8s.api.admissionregistration.v1',
  {
    group: 'admissionregistration.k8s.io',
    version: 'v1alpha1',
    package: 'io.k8s.api.admissionregistration.v1alpha1',
  },
  { Variable: { atomic: undefined } },
)
