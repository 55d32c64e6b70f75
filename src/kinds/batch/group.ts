/** The group version batch/v1. */
import { groupVersion } from '#kinds/declare.ts'

export const { struct, kind } = groupVersion({ group: 'batch', version: 'v1', package: 'io.k8s.api.batch.v1' })
