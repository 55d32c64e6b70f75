/** Links that a proxied page or redirect has into its own site, led through the proxy again. Upstream: apimachinery/pkg/util/proxy/transport.go. */

export interface Proxied {
  /** The path of the proxy without a slash at its end: `/api/v1/namespaces/a/pods/p/proxy`. */
  readonly prefix: string
  /** `host:port` under which the site is asked, and under which the client asks this server. */
  readonly hosts: readonly string[]
}

/** Where a link leads through the proxy; those to other sites, and relative ones, are as they were. */
export function proxiedLink(link: string, { prefix, hosts }: Proxied): string {
  const [, host, path] = /^(?:(?:[a-z][a-z\d+.-]*:)?\/\/([^/?#]*))?(.*)$/is.exec(link) ?? []
  if (path === undefined || !path.startsWith('/')) return link
  if (host !== undefined && !hosts.includes(host)) return link
  return path.startsWith(prefix) ? path : prefix + path
}

/** The attributes of elements that hold an address, as HTML has them. */
const ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  a: ['href'],
  applet: ['codebase'],
  area: ['href'],
  audio: ['src'],
  base: ['href'],
  blockquote: ['cite'],
  body: ['background'],
  button: ['formaction'],
  command: ['icon'],
  del: ['cite'],
  embed: ['src'],
  form: ['action'],
  frame: ['longdesc', 'src'],
  head: ['profile'],
  html: ['manifest'],
  iframe: ['longdesc', 'src'],
  img: ['longdesc', 'src', 'usemap'],
  input: ['src', 'usemap', 'formaction'],
  ins: ['cite'],
  link: ['href'],
  object: ['classid', 'codebase', 'data', 'usemap'],
  q: ['cite'],
  script: ['src'],
  source: ['src'],
  video: ['poster', 'src'],
}
/** Elements whose content is text to their end, whatever stands in it. */
const TEXT = new Set(['script', 'style', 'textarea', 'title', 'iframe', 'noembed', 'noframes', 'noscript', 'xmp'])

/** The page, a character per byte, with `change` applied to all addresses in it. Takes time in proportion to its length, however broken it is. */
export function withLinks(html: string, change: (link: string) => string): string {
  const lower = html.toLowerCase()
  let page = ''
  let copied = 0
  for (let at = html.indexOf('<'); at >= 0; at = html.indexOf('<', at)) {
    if (html.startsWith('<!--', at)) at = after(lower, '-->', at + 4)
    else {
      const element = match(ELEMENT, lower, at + 1)
      if (!element) at++
      else {
        const { attributes, end } = attributesFrom(html, at + 1 + element.length)
        for (const { name, value, start } of attributes) {
          if (!ATTRIBUTES[element]?.includes(name)) continue
          page += html.slice(copied, start) + quoted(change(plain(value)))
          copied = start + value.length
        }
        at = TEXT.has(element) ? after(lower, `</${element}`, end) : end
      }
    }
  }
  return page + html.slice(copied)
}
function after(text: string, what: string, from: number): number {
  const found = text.indexOf(what, from)
  return found < 0 ? text.length : found + what.length
}

const ELEMENT = /[a-z][^\s/>]*/y
const GAP = /[\s/]*/y
const NAME = /[^\s/>][^\s/>=]*/y
const EQUALS = /\s*=\s*/y
const VALUE = /"[^"]*"|'[^']*'|[^\s"'>][^\s>]*/y

interface Attribute {
  readonly name: string
  /** With its quotes. */
  readonly value: string
  readonly start: number
}
/** The attributes of a start tag and where it ends; a tag that does not end has none, and reaches to the end of the page. */
function attributesFrom(html: string, from: number): { readonly attributes: readonly Attribute[]; readonly end: number } {
  const attributes: Attribute[] = []
  for (let at = from; ; ) {
    at += match(GAP, html, at)?.length ?? 0
    if (html[at] === '>') return { attributes, end: at + 1 }
    const name = match(NAME, html, at)
    if (name === undefined) return { attributes: [], end: html.length }
    at += name.length
    const equals = match(EQUALS, html, at)
    if (equals === undefined) continue
    at += equals.length
    const value = match(VALUE, html, at)
    if (value === undefined && html[at] !== '>') return { attributes: [], end: html.length }
    if (value !== undefined) attributes.push({ name: name.toLowerCase(), value, start: at })
    at += value?.length ?? 0
  }
}
function match(sticky: RegExp, text: string, at: number): string | undefined {
  sticky.lastIndex = at
  return sticky.exec(text)?.[0]
}
const plain = (value: string): string => (/^["']/.test(value) ? value.slice(1, -1) : value).replaceAll('&amp;', '&').trim()
const quoted = (link: string): string => `"${link.replaceAll('&', '&amp;').replaceAll('"', '&#34;')}"`
