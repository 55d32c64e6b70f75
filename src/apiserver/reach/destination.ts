/** Where this server is to call, as webhooks, conversions and aggregated APIs name it: an address, or a service of the cluster. */
import type { ServicePortRef } from '../connect/endpoint.ts'

/** As in `clientConfig` of a webhook and in the spec of an APIService. */
export interface ClientConfig {
  readonly url?: string | undefined
  readonly service?: ServiceReference | undefined
  /** Base64 of PEM: who must have signed the certificate; absent: the roots of the system. */
  readonly caBundle?: string | undefined
  readonly insecureSkipTLSVerify?: boolean | undefined
}
interface ServiceReference {
  readonly namespace?: string | undefined
  readonly name?: string | undefined
  readonly path?: string | undefined
  readonly port?: number | undefined
}
export interface Destination {
  /** What is asked for. Of a service the host is `name.namespace.svc`, under which its certificate must stand. */
  readonly url: URL
  /** The service to which connections go instead of where the host's name resolves to. */
  readonly service?: ServicePortRef
  /** PEM. */
  readonly authority?: string
  readonly isUnverified: boolean
}
const PORT = 443

/** Throws TypeError when the URL is none; the API refuses such objects. Upstream: apiserver/pkg/util/webhook/client.go. */
export function destinationOf({ url, service, caBundle, insecureSkipTLSVerify = false }: ClientConfig): Destination {
  const trust = {
    ...(caBundle && { authority: Buffer.from(caBundle, 'base64').toString() }),
    isUnverified: insecureSkipTLSVerify,
  }
  if (!service) return { url: new URL(url ?? ''), ...trust }
  const { namespace = '', name = '', path = '', port = PORT } = service
  return {
    url: new URL(`https://${name}.${namespace}.svc:${port}/${path.replace(/^\//, '')}`),
    service: { namespace, name, port: String(port) },
    ...trust,
  }
}
