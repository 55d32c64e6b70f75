/** The kinds of coordination.k8s.io/v1. */
import { Lease } from './lease.ts'

export const kinds = [Lease] as const
