/** The group version authorization.k8s.io/v1. */
import { groupVersion } from '#kinds/declare.ts'

export const { struct, kind } = groupVersion({ group: 'authorization.k8s.io', version: 'v1', package: 'io.k8s.api.authorization.v1' })
