/** The kinds of coordination.k8s.io/v1alpha2: those of v1beta1 under another name. */
import { LeaseCandidate as OriginalLeaseCandidate } from '#kinds/coordination/v1beta1/lease-candidate.ts'
import { again } from './group.ts'

export class LeaseCandidate extends again(OriginalLeaseCandidate) {}

export const kinds = [LeaseCandidate] as const
