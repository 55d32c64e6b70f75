/** The group version settings.k8s.io/v1alpha1: gone upstream since 1.20, kept here because manifests and lessons use it. */
import { groupVersion } from '#kinds/declare.ts'

export const { struct, kind } = groupVersion({ group: 'settings.k8s.io', version: 'v1alpha1', package: 'io.k8s.api.settings.v1alpha1' })
