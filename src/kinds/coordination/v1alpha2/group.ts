/** The group version coordination.k8s.io/v1alpha2. */
import { republish } from '#kinds/republish.ts'

export const { again } = republish('io.k8s.api.coordination.v1beta1', {
  group: 'coordination.k8s.io',
  version: 'v1alpha2',
  package: 'io.k8s.api.coordination.v1alpha2',
})
