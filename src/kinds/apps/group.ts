/** The group version apps/v1. */
import { groupVersion } from '#kinds/declare.ts'

export const { struct, kind } = groupVersion({ group: 'apps', version: 'v1', package: 'io.k8s.api.apps.v1' })
