/** The group version kubescheduler.config.k8s.io/v1: read from a file, never served. */
import { structsOf } from '#schema/vocabulary.ts'

export const API_VERSION = 'kubescheduler.config.k8s.io/v1'
export const struct = structsOf('io.k8s.kube_scheduler.config.v1')
