/** The kinds of scheduling.k8s.io/v1alpha2. */
import { PodGroup } from './pod-group.ts'
import { Workload } from './workload.ts'

export const kinds = [PodGroup, Workload] as const
