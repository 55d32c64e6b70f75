/** The group version apiregistration.k8s.io/v1. */
import { groupVersion } from '#kinds/declare.ts'

export const { struct, kind } = groupVersion({
  group: 'apiregistration.k8s.io',
  version: 'v1',
  package: 'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1',
})
