/** Client certificates: the common name is the user, the organizations are the groups. */
import type { Incoming, User } from '../request.ts'

/** The connection has verified the certificate against the authority; without a common name it names nobody. */
export function certificateUser({ certificate }: Pick<Incoming, 'certificate'>): User | undefined {
  if (!certificate?.commonName) return undefined
  return {
    name: certificate.commonName,
    groups: certificate.organizations,
    extra: { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${certificate.fingerprint}`] },
  }
}
