/** The group version storage.k8s.io/v1beta1. */
import { republish } from '#kinds/republish.ts'

export const { again } = republish('io.k8s.api.storage.v1', {
  group: 'storage.k8s.io',
  version: 'v1beta1',
  package: 'io.k8s.api.storage.v1beta1',
})
