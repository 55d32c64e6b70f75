/** Deletes certificate requests that nobody needs any more. Upstream: pkg/controller/certificates/cleaner. */
import { validityOf } from '#base/x509.ts'
import type { Decider, Plan, Sight } from '#client/plan.ts'
import { CertificateSigningRequest } from '#kinds/certificates/certificate-signing-request.ts'

const HOUR_MS = 3_600_000
/** How long a request is kept after its last finding, and how long one that nobody answers. */
const SETTLED_MS = HOUR_MS
const PENDING_MS = 24 * HOUR_MS

export const certificateCleaner: Decider<CertificateSigningRequest> = {
  name: 'certificatesigningrequest-cleaner-controller',
  decides: CertificateSigningRequest,
  decide,
}

/**
 * | seen | it goes |
 * |---|---|
 * | approved and issued, denied, or failed | an hour later |
 * | waiting for an answer | after a day |
 * | approved, and its certificate has ended | at once |
 */
export function decide({ object: request, now }: Sight<CertificateSigningRequest>): Plan<CertificateSigningRequest> {
  const lookAgainMs = Math.min(settledAt(request), endOf(request)) - now
  if (lookAgainMs === Number.POSITIVE_INFINITY) return {}
  return lookAgainMs > 0 ? { lookAgainMs } : { delete: [{ kind: CertificateSigningRequest, object: request }] }
}
function settledAt({ metadata, status }: CertificateSigningRequest): number {
  const settled = (status.conditions ?? []).filter(({ type }) => type !== 'Approved' || status.certificate)
  const last = settled.map(({ lastUpdateTime, lastTransitionTime }) => Date.parse(lastUpdateTime ?? lastTransitionTime ?? ''))
  if (last.length) return Math.min(...last) + SETTLED_MS
  return status.conditions?.length ? Number.POSITIVE_INFINITY : Date.parse(metadata.creationTimestamp ?? '') + PENDING_MS
}
const endOf = ({ status: { certificate } }: CertificateSigningRequest): number =>
  certificate ? validityOf(Buffer.from(certificate, 'base64').toString()).notAfter : Number.POSITIVE_INFINITY
