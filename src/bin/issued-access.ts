/** Access to the API server from another process of the cluster: certificates issued by its authority for as long as the process lives. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { issueClient, issueServer } from '#base/x509.ts'
import { httpsTransport } from '#client/https/transport.ts'
import { createClient } from '#client/requests.ts'
import type { Client } from '#client/transport.ts'
import type { ServeOptions } from '#kubelet/serve/server.ts'
import { leafValidity } from './pki.ts'

export interface AccessOptions {
  /** The folder of the cluster's certificates. */
  readonly pki: string
  readonly server: string
  /** Milliseconds since the epoch. */
  readonly now: number
}
export interface IssuedAccess extends Disposable {
  readonly clientOf: (user: string, groups: readonly string[]) => Client
  /** What a kubelet shows to those who ask it. */
  readonly serverOf: (user: string, hosts: readonly string[]) => NonNullable<ServeOptions['tls']>
}

export function issuedAccess({ pki, server, now }: AccessOptions): IssuedAccess {
  const read = (file: string) => readFileSync(join(pki, file), 'utf8')
  const authority = { certificate: read('ca.crt'), key: read('ca.key') }
  const validity = leafValidity(now)
  const stack = new DisposableStack()
  return {
    clientOf: (commonName, organizations) => {
      const own = issueClient(authority, { subject: { commonName, organizations }, validity })
      return createClient(stack.use(httpsTransport({ server, authority: authority.certificate, ...own })))
    },
    serverOf: (commonName, hosts) => ({
      ...issueServer(authority, { subject: { commonName, organizations: ['system:nodes'] }, hosts, validity }),
      clientAuthority: authority.certificate,
    }),
    [Symbol.dispose]: () => stack.dispose(),
  }
}
