/** The group version scheduling.k8s.io/v1alpha2. */
import { groupVersion } from '#kinds/declare.ts'

export const { struct, kind } = groupVersion({ group: 'scheduling.k8s.io', version: 'v1alpha2', package: 'io.k8s.api.scheduling.v1alpha2' })
