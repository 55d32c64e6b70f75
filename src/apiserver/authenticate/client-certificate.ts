/** Client certificates: the common name is the user, the organizations are the groups. */
import type { Incoming, User } from '../request.ts'

/** The connection has verified the certificate against the authority; without a common name it names nobody. */
export function certificateUser({ certificate }: Pick<Incoming, 'certificate'>): User | undefined {
  if (!certificate?.commonName) return undefined
  let user = known.get(certificate)
  if (!user) {
    user = {
      name: certificate.commonName,
      groups: certificate.organizations,
      extra: { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${certificate.fingerprint}`] },
    }
    known.set(certificate, user)
  }
  return user
}
/** A connection shows its certificate once, and asks many times. */
const known = new WeakMap<object, User>()
