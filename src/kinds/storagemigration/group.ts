/** The group version storagemigration.k8s.io/v1beta1. */
import { groupVersion } from '#kinds/declare.ts'

export const { struct, kind } = groupVersion({
  group: 'storagemigration.k8s.io',
  version: 'v1beta1',
  package: 'io.k8s.api.storagemigration.v1beta1',
})
