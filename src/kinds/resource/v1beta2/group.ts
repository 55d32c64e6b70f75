/** The group version resource.k8s.io/v1beta2. */
import { groupVersion } from '#kinds/declare.ts'
import { republish } from '#kinds/republish.ts'

const gv = { group: 'resource.k8s.io', version: 'v1beta2', package: 'io.k8s.api.resource.v1beta2' }
export const { struct, kind } = groupVersion(gv)
export const { again } = republish('io.k8s.api.resource.v1', gv)
