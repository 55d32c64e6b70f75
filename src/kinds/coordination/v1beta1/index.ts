/** The kinds of coordination.k8s.io/v1beta1. */
import { LeaseCandidate } from './lease-candidate.ts'

export const kinds = [LeaseCandidate] as const
