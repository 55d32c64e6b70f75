/** The machine's resolver configuration: resolv.conf(5). */
import { existsSync, readFileSync } from 'node:fs'

export interface HostResolver {
  readonly servers: readonly string[]
  readonly searches: readonly string[]
  readonly options: readonly string[]
}

/** Reads a resolv.conf. */
export function parseResolver(text: string): HostResolver {
  const words = text.split('\n').map(line =>
    line
      .replace(/[#;].*/, '')
      .trim()
      .split(/\s+/),
  )
  const rest = (key: string) => words.filter(([first]) => first === key).map(([, ...values]) => values)
  return {
    servers: rest('nameserver').flatMap(values => values.slice(0, 1)),
    searches: (rest('search').at(-1) ?? []).filter(domain => domain !== '.'),
    options: rest('options').at(-1) ?? [],
  }
}

export const RESOLVER_FILE = '/etc/resolv.conf'
/** Where systemd-resolved keeps the real servers, when the usual file names only itself (systemd-resolved.service(8)). */
export const REAL_RESOLVER_FILE = '/run/systemd/resolve/resolv.conf'
const STUBS = ['127.0.0.53', '127.0.0.54']

/** The file that names servers which pods reach as well. */
export const resolverFile = (): string =>
  existsSync(RESOLVER_FILE) && existsSync(REAL_RESOLVER_FILE) && isStub(parseResolver(readFileSync(RESOLVER_FILE, 'utf8')))
    ? REAL_RESOLVER_FILE
    : RESOLVER_FILE

/** Whether a resolv.conf names nothing but systemd-resolved on this machine, which pods cannot reach, and which may ask cluster DNS in its turn. */
export const isStub = ({ servers }: HostResolver): boolean => servers.length > 0 && servers.every(server => STUBS.includes(server))
