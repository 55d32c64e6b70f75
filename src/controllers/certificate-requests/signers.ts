/** What each built-in signer signs. Upstream: pkg/apis/certificates/v1beta1/helpers.go, pkg/controller/certificates/signer. */
import type { CertificateRequest } from '#base/x509-request.ts'

export const KUBELET_CLIENT = 'kubernetes.io/kube-apiserver-client-kubelet'
const NODE_GROUP = 'system:nodes'
const NODE_USER = 'system:node:'

interface Signer {
  /** Of the usages, those that must be asked for; beside them only the harmless ones of TLS may be. */
  readonly usage?: 'client auth' | 'server auth'
  /** What the request itself must be like; undefined when it is. */
  readonly wrong?: (request: CertificateRequest) => string | undefined
}
function wrongNode({ subject }: CertificateRequest): string | undefined {
  if (subject.organizations.length !== 1 || subject.organizations[0] !== NODE_GROUP) return 'subject organization is not system:nodes'
  return subject.commonName.startsWith(NODE_USER) ? undefined : 'subject common name does not begin with system:node:'
}
const wrongKubeletClient = (request: CertificateRequest) => {
  const { dnsNames, ipAddresses, emailAddresses, uris } = request
  if (dnsNames.length) return 'DNS subjectAltNames are not allowed'
  if (ipAddresses.length) return 'IP subjectAltNames are not allowed'
  if (emailAddresses.length) return 'Email subjectAltNames are not allowed'
  return uris.length ? 'URI subjectAltNames are not allowed' : wrongNode(request)
}
const wrongKubeletServer = (request: CertificateRequest) => {
  const { dnsNames, ipAddresses, emailAddresses, uris } = request
  if (dnsNames.length + ipAddresses.length === 0) return 'DNS or IP subjectAltName is required'
  if (emailAddresses.length) return 'Email subjectAltNames are not allowed'
  return uris.length ? 'URI subjectAltNames are not allowed' : wrongNode(request)
}
export const SIGNERS: Readonly<Record<string, Signer>> = {
  'kubernetes.io/kube-apiserver-client': { usage: 'client auth' },
  [KUBELET_CLIENT]: { usage: 'client auth', wrong: wrongKubeletClient },
  'kubernetes.io/kubelet-serving': { usage: 'server auth', wrong: wrongKubeletServer },
  'kubernetes.io/legacy-unknown': {},
}

/** Why the signer does not sign the request; undefined when it does. */
export function faultOf(signer: Signer, request: CertificateRequest, usages: readonly string[]): string | undefined {
  const fault = signer.wrong?.(request)
  if (fault || !signer.usage) return fault
  // That of any user names the usage, those of kubelets name the list.
  if (signer === SIGNERS['kubernetes.io/kube-apiserver-client']) return clientFault(usages)
  const isFit =
    usages.includes(signer.usage) && usages.every(usage => ['digital signature', 'key encipherment', signer.usage].includes(usage))
  return isFit ? undefined : `usages did not match [digital signature key encipherment ${signer.usage}]`
}
function clientFault(usages: readonly string[]): string | undefined {
  const other = usages.find(usage => !['digital signature', 'key encipherment', 'client auth'].includes(usage))
  if (other !== undefined) return `invalid usage for client certificate: ${other}`
  return usages.includes('client auth') ? undefined : 'missing required usage for client certificate: client auth'
}
/** The node that asks for its own client certificate, if it does. */
export const isOwn = (
  { subject }: CertificateRequest,
  { username = '', groups = [] }: { username?: string; groups?: readonly string[] },
): boolean => groups.includes(NODE_GROUP) && username === subject.commonName
