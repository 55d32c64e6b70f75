/** The group version flowcontrol.apiserver.k8s.io/v1. */
import { groupVersion } from '#kinds/declare.ts'

export const { struct, kind } = groupVersion({ group: 'flowcontrol.apiserver.k8s.io', version: 'v1', package: 'io.k8s.api.flowcontrol.v1' })
