/** The core group's own struct and kind. */
import { groupVersion } from '../declare.ts'

export const { struct, kind } = groupVersion({ group: '', version: 'v1', package: 'io.k8s.api.core.v1' })
