/** The kinds of certificates.k8s.io/v1beta1. */
import { ClusterTrustBundle } from './cluster-trust-bundle.ts'
import { PodCertificateRequest } from './pod-certificate-request.ts'

export const kinds = [ClusterTrustBundle, PodCertificateRequest] as const
