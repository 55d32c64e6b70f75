/** The group version apiextensions.k8s.io/v1. */
import { groupVersion } from '#kinds/declare.ts'

export const { struct, kind } = groupVersion({
  group: 'apiextensions.k8s.io',
  version: 'v1',
  package: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1',
})
