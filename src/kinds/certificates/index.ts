/** The kinds of certificates.k8s.io/v1. */
import { CertificateSigningRequest } from './certificate-signing-request.ts'

export const kinds = [CertificateSigningRequest] as const
