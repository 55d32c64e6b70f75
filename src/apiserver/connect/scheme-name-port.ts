/** How a proxied object is named in a path: `name`, `name:port` or `scheme:name:port`. Upstream: apimachinery/pkg/util/net/port_split.go. */

export interface SchemeNamePort {
  readonly scheme: 'http' | 'https'
  readonly name: string
  /** A number or a name; empty when it was left out. */
  readonly port: string
}

/** Undefined when the text is none of these forms. Scheme and port may be empty, and then mean the usual ones. */
export function parseSchemeNamePort(text: string): SchemeNamePort | undefined {
  const parts = text.split(':')
  if (parts.length > 3) return undefined
  const [scheme, name, port = ''] = parts.length === 3 ? (parts as [string, string, string]) : ['', ...parts]
  if (!name || !['', 'http', 'https'].includes(scheme)) return undefined
  return { scheme: scheme === 'https' ? 'https' : 'http', name, port }
}
