/** The package of the types that all groups share (meta/v1). */
import { structsOf } from '#schema/vocabulary.ts'

export const struct = structsOf('io.k8s.apimachinery.pkg.apis.meta.v1')
