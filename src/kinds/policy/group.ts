/** The group version policy/v1. */
import { groupVersion } from '#kinds/declare.ts'

export const { struct, kind } = groupVersion({ group: 'policy', version: 'v1', package: 'io.k8s.api.policy.v1' })
