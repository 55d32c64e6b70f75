/** The kinds of certificates.k8s.io/v1alpha1: those of v1beta1 under another name. */
import { ClusterTrustBundle as OriginalClusterTrustBundle } from '#kinds/certificates/v1beta1/cluster-trust-bundle.ts'
import { again } from './group.ts'

export class ClusterTrustBundle extends again(OriginalClusterTrustBundle) {}

export const kinds = [ClusterTrustBundle] as const
