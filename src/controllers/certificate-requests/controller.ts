/** Approves what kubelets ask for themselves, and signs what is approved for the built-in signers. */
import { MalformedDer } from '#base/der.ts'
import { timestamp } from '#base/clock.ts'
import { type Credential, type Usage, validityOf } from '#base/x509.ts'
import { readRequest, signRequest } from '#base/x509-request.ts'
import type { Cluster, Controller } from '#client/controller.ts'
import { SubjectAccessReview } from '#kinds/authorization/subject-access-review.ts'
import { CertificateSigningRequest } from '#kinds/certificates/certificate-signing-request.ts'
import { isConditionTrue } from '#kinds/meta/conditions.ts'
import { faultOf, isOwn, KUBELET_CLIENT, SIGNERS } from './signers.ts'

const MINUTE_MS = 60_000
/** Upstream: --cluster-signing-duration. */
const LIFE_MAX_MS = 365 * 24 * 60 * MINUTE_MS
/** Upstream's least: shorter ones would end before they are in use. */
const LIFE_MIN_MS = 10 * MINUTE_MS
/** Clocks of machines differ a little. */
const BACKDATE_MS = 5 * MINUTE_MS
/** Whoever asks for less than this gets it in full, without what was backdated. */
const SHORT_MS = 8 * 60 * MINUTE_MS

const textOf = ({ spec }: CertificateSigningRequest) => Buffer.from(spec.request, 'base64').toString()
const has = ({ status }: CertificateSigningRequest, type: string) => isConditionTrue(status.conditions, type)

export const certificateApprover: Controller = {
  name: 'certificatesigningrequest-approving-controller',
  reconciles: CertificateSigningRequest,
  act: async ({ name }, cluster) => {
    const request = cluster.mirrors.of(CertificateSigningRequest).get({ name })
    if (!request || request.status.certificate || request.spec.signerName !== KUBELET_CLIENT) return undefined
    if (has(request, 'Approved') || has(request, 'Denied') || has(request, 'Failed')) return undefined
    const asked = readRequest(textOf(request))
    if (faultOf(SIGNERS[KUBELET_CLIENT] ?? {}, asked, request.spec.usages ?? [])) return undefined
    for (const [subresource, message] of [
      ['selfnodeclient', 'Auto approving self kubelet client certificate after SubjectAccessReview.'],
      ['nodeclient', 'Auto approving kubelet client certificate after SubjectAccessReview.'],
    ] as const) {
      if (subresource === 'selfnodeclient' && !isOwn(asked, request.spec)) continue
      if (!(await isAllowed(cluster, request, subresource))) continue
      const condition = { type: 'Approved', status: 'True', reason: 'AutoApproved', message }
      const status = { ...request.status, conditions: [...(request.status.conditions ?? []), condition] }
      const approved = { ...request, status } as CertificateSigningRequest
      const written = await cluster.client.update(CertificateSigningRequest, approved, { subresource: 'approval' })
      cluster.mirrors.of(CertificateSigningRequest).learn(written)
      return undefined
    }
    return undefined
  },
}
async function isAllowed({ client }: Cluster, { spec }: CertificateSigningRequest, subresource: string): Promise<boolean> {
  const { username, uid, groups, extra } = spec
  const review = await client.create(SubjectAccessReview, {
    spec: {
      ...(username && { user: username }),
      ...(uid && { uid }),
      ...(groups && { groups }),
      ...(extra && { extra }),
      resourceAttributes: {
        group: 'certificates.k8s.io',
        resource: 'certificatesigningrequests',
        verb: 'create',
        subresource,
        version: '*',
      },
    },
  })
  return review.status.allowed
}

/** Signs with the cluster's authority. */
export const certificateSigner = (authority: Credential): Controller => ({
  name: 'certificatesigningrequest-signing-controller',
  reconciles: CertificateSigningRequest,
  act: async ({ name }, { client, mirrors, clock }) => {
    const request = mirrors.of(CertificateSigningRequest).get({ name })
    const signer = request && SIGNERS[request.spec.signerName]
    if (!request || !signer || request.status.certificate || !has(request, 'Approved') || has(request, 'Denied') || has(request, 'Failed'))
      return undefined
    const status = outcome(request, authority, clock.now())
    const written = await client.update(CertificateSigningRequest, { ...request, status }, { subresource: 'status' })
    mirrors.of(CertificateSigningRequest).learn(written)
    return undefined
  },
})

function outcome(request: CertificateSigningRequest, authority: Credential, now: number): CertificateSigningRequest['status'] {
  const { spec, status } = request
  const fault = requestFault(request)
  if (fault) {
    const at = timestamp(now)
    const failed = { type: 'Failed', status: 'True', reason: 'SignerValidationFailure', message: fault, lastUpdateTime: at } as const
    return { ...status, conditions: [...(status.conditions ?? []), failed] }
  }
  const wanted = spec.expirationSeconds === undefined ? LIFE_MAX_MS : spec.expirationSeconds * 1000
  const life = Math.min(LIFE_MAX_MS, Math.max(LIFE_MIN_MS, wanted))
  const notAfter = Math.min(validityOf(authority.certificate).notAfter, now + life - (life < SHORT_MS ? 0 : BACKDATE_MS))
  const usages = (spec.usages ?? []) as readonly Usage[]
  const certificate = signRequest(authority, textOf(request), { usages, validity: { notBefore: now - BACKDATE_MS, notAfter } })
  return { ...status, certificate: Buffer.from(certificate).toString('base64') }
}
function requestFault(request: CertificateSigningRequest): string | undefined {
  try {
    return faultOf(SIGNERS[request.spec.signerName] ?? {}, readRequest(textOf(request)), request.spec.usages ?? [])
  } catch (error) {
    if (!(error instanceof MalformedDer)) throw error
    return error.message
  }
}
