/** The group version metrics.k8s.io/v1beta1. Reference: kubernetes/metrics, pkg/apis/metrics/v1beta1. */
import { groupVersion } from '#kinds/declare.ts'

export const { struct, kind } = groupVersion({
  group: 'metrics.k8s.io',
  version: 'v1beta1',
  package: 'io.k8s.metrics.pkg.apis.metrics.v1beta1',
})
