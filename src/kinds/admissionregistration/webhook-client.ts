/** WebhookClientConfig: how a webhook is reached. */
import { isValidPortNumber } from '#kinds/meta/names.ts'
import { bytes, int32, string } from '#schema/scalars.ts'
import type { Path } from '#schema/vocabulary.ts'
import { field } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class ServiceReference extends struct({
  namespace: field(1, string, 'Namespace of the service.', { required: true }),
  name: field(2, string, 'Name of the service.', { required: true }),
  path: field(3, string, 'Path of the requests.', { explicit: true }),
  port: field(4, int32, 'Port of the service; 443 when absent.', { explicit: true, default: 443 }),
}) {}

export class WebhookClientConfig extends struct(
  {
    url: field(3, string, 'Where the webhook is, when it is not a service.', { explicit: true }),
    service: field(1, ServiceReference, 'The service behind which the webhook is.'),
    caBundle: field(2, bytes, 'PEM encoded roots with which its certificate is checked; absent means those of the system.'),
  },
  {
    validate: ({ url, service }, at) => checkWebhookClient({ url, service }, at),
  },
) {}

interface Client {
  readonly url?: string
  readonly service?: { readonly path?: string; readonly port?: number }
}
/** A webhook is reached in exactly one way, and over TLS. Upstream: apiserver, util/webhook/validation.go. */
export function checkWebhookClient({ url, service }: Client, at: Path): void {
  if ((url === undefined) === (service === undefined)) at.required('exactly one of url or service is required')
  else if (url !== undefined) checkUrl(url, at.key('url'))
  if (service?.path) checkPath(service.path, at.key('service').key('path'))
  const wrong = service?.port === undefined ? undefined : isValidPortNumber(service.port)
  if (wrong) at.key('service').key('port').invalid(service?.port, `port is not valid: ${wrong}`)
}
function checkUrl(text: string, at: Path): void {
  const form = 'desired format: https://host[:port]/path'
  const parts = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?$/i.exec(text)
  if (!parts) return at.invalid(text, `url must be a valid URL; ${form}`)
  const [, scheme, host = '', , query, fragment] = parts
  if (scheme !== 'https') at.invalid(scheme, `'https' is the only allowed URL scheme; ${form}`)
  if (!host) at.invalid(host, `host must be specified; ${form}`)
  if (host.includes('@')) at.invalid(host.slice(0, host.indexOf('@')), 'user information is not permitted in the URL')
  if (fragment) at.invalid(fragment.slice(1), 'fragments are not permitted in the URL')
  if (query) at.invalid(query.slice(1), 'query parameters are not permitted in the URL')
}
function checkPath(path: string, at: Path): void {
  if (path === '/') return
  if (!path.startsWith('/')) return at.invalid(path, "must start with a '/'")
  for (const [i, segment] of path.slice(1).replace(/\/$/, '').split('/').entries())
    if (!segment) at.invalid(path, `segment[${i}] may not be empty`)
}
