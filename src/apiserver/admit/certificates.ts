/** CertificateApproval, CertificateSigning, CertificateSubjectRestriction and ClusterTrustBundleAttest: who may speak for a signer. */
import { MalformedDer } from '#base/der.ts'
import { readRequest } from '#base/x509-request.ts'
import type { CertificateSigningRequest } from '#kinds/certificates/certificate-signing-request.ts'
import { isEqual } from '#schema/json-value.ts'
import type { AuthorizerOf } from '../authorize/authorizer.ts'
import { MASTERS } from '../authorize/masters.ts'
import type { Admission, AdmissionPlugin } from './admission.ts'
import { denied, is } from './denied.ts'

const REQUESTS = 'certificatesigningrequests.certificates.k8s.io'

export const certificateApproval = (authorizerOf: AuthorizerOf): AdmissionPlugin => ({
  name: 'CertificateApproval',
  concerns: admission => is(admission, REQUESTS, 'approval') && admission.operation === 'UPDATE',
  async validate(admission) {
    const { signerName } = (admission.before as CertificateSigningRequest).spec
    if (!(await maySpeak(admission, authorizerOf, { verb: 'approve', signer: signerName })))
      throw denied(admission, `user not permitted to approve requests with signerName "${signerName}"`)
  },
})
export const certificateSigning = (authorizerOf: AuthorizerOf): AdmissionPlugin => ({
  name: 'CertificateSigning',
  concerns: admission => is(admission, REQUESTS, 'status') && admission.operation === 'UPDATE',
  async validate(admission) {
    const before = admission.before as CertificateSigningRequest
    const next = admission.draft as CertificateSigningRequest
    const failed = ({ status }: CertificateSigningRequest) => (status.conditions ?? []).filter(({ type }) => type === 'Failed')
    if (before.status.certificate === next.status.certificate && isEqual(failed(before), failed(next))) return
    const { signerName } = before.spec
    if (!(await maySpeak(admission, authorizerOf, { verb: 'sign', signer: signerName })))
      throw denied(admission, `user not permitted to sign requests with signerName "${signerName}"`)
  },
})
/** Nobody gets a certificate that makes them a master. */
export const certificateSubjectRestriction: AdmissionPlugin = {
  name: 'CertificateSubjectRestriction',
  concerns: admission => is(admission, REQUESTS) && admission.operation === 'CREATE',
  validate(admission) {
    const { signerName, request } = (admission.draft as CertificateSigningRequest).spec
    if (signerName !== 'kubernetes.io/kube-apiserver-client') return
    if (organizationsIn(admission, request).includes(MASTERS))
      throw denied(admission, `use of ${signerName} signer with ${MASTERS} group is not allowed`)
  },
}
export const clusterTrustBundleAttest = (authorizerOf: AuthorizerOf): AdmissionPlugin => ({
  name: 'ClusterTrustBundleAttest',
  concerns: admission => is(admission, 'clustertrustbundles.certificates.k8s.io') && ['CREATE', 'UPDATE'].includes(admission.operation),
  async validate(admission) {
    const signer: string = admission.draft.spec?.signerName ?? ''
    if (!signer || (admission.before && isEqual(admission.before.spec, admission.draft.spec))) return
    if (!(await maySpeak(admission, authorizerOf, { verb: 'attest', signer })))
      throw denied(admission, `user not permitted to attest for signerName "${signer}"`)
  },
})

/** Speaking for a signer is a verb on the resource `signers`, by name or for a whole domain: `example.com/*`. */
async function maySpeak(
  admission: Admission,
  authorizerOf: AuthorizerOf,
  ask: { readonly verb: string; readonly signer: string },
): Promise<boolean> {
  const authorizer = authorizerOf(admission.objects)
  for (const name of [ask.signer, `${ask.signer.split('/')[0]}/*`]) {
    const { decision } = await authorizer.authorize({
      user: admission.user,
      verb: ask.verb,
      isResource: true,
      path: '',
      group: 'certificates.k8s.io',
      version: '*',
      resource: 'signers',
      subresource: '',
      namespace: '',
      name,
    })
    if (decision === 'allow') return true
  }
  return false
}
function organizationsIn(admission: Admission, request: string): readonly string[] {
  try {
    return readRequest(Buffer.from(request, 'base64').toString()).subject.organizations
  } catch (error) {
    if (error instanceof MalformedDer) throw denied(admission, `failed to parse CSR: ${error.message}`)
    throw error
  }
}
