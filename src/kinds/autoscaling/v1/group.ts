/** The group version autoscaling/v1. */
import { groupVersion } from '#kinds/declare.ts'

export const { struct, kind } = groupVersion({ group: 'autoscaling', version: 'v1', package: 'io.k8s.api.autoscaling.v1' })
