/** The group version apidiscovery.k8s.io/v2. */
import { groupVersion } from '#kinds/declare.ts'

export const { struct, kind } = groupVersion({ group: 'apidiscovery.k8s.io', version: 'v2', package: 'io.k8s.api.apidiscovery.v2' })
