/** The group version autoscaling/v2. */
import { groupVersion } from '#kinds/declare.ts'

export const { struct, kind } = groupVersion({ group: 'autoscaling', version: 'v2', package: 'io.k8s.api.autoscaling.v2' })
