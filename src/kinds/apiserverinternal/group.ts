/** The group version internal.apiserver.k8s.io/v1alpha1. */
import { groupVersion } from '#kinds/declare.ts'

export const { struct, kind } = groupVersion({
  group: 'internal.apiserver.k8s.io',
  version: 'v1alpha1',
  package: 'io.k8s.api.apiserverinternal.v1alpha1',
})
