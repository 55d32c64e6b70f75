/** The group version networking.k8s.io/v1beta1. */
import { republish } from '#kinds/republish.ts'

export const { again } = republish('io.k8s.api.networking.v1', {
  group: 'networking.k8s.io',
  version: 'v1beta1',
  package: 'io.k8s.api.networking.v1beta1',
})
