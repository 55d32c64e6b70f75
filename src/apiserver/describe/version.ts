/** What the server says of its version, in the words that kubectl and client-go understand. */
import { valueResult } from '../result.ts'
import type { Route } from '../route.ts'

/** The version of the Kubernetes API that is served. */
export const KUBERNETES = { major: '1', minor: '36', patch: '0' } as const

export interface Build {
  /** Knarr's own version: `0.1.0`. */
  readonly version: string
  /** The commit it was built from, if that is known. */
  readonly commit?: string
  /** RFC 3339. */
  readonly date?: string
  /** Of Node.js: `v24.1.0`. */
  readonly runtime: string
  /** As Node.js names them. */
  readonly platform: string
  readonly architecture: string
}
/** Node's names of processors that Go calls otherwise. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' }

export function versionInfo(build: Build): object {
  const { major, minor, patch } = KUBERNETES
  return {
    major,
    minor,
    emulationMajor: major,
    emulationMinor: minor,
    minCompatibilityMajor: major,
    minCompatibilityMinor: String(Number(minor) - 1),
    gitVersion: `v${major}.${minor}.${patch}+knarr${build.version}`,
    gitCommit: build.commit ?? '',
    gitTreeState: build.commit ? 'clean' : '',
    buildDate: build.date ?? '',
    goVersion: build.runtime,
    compiler: 'node',
    platform: `${build.platform}/${ARCHITECTURES[build.architecture] ?? build.architecture}`,
  }
}
export function versionRoute(build: Build): Route {
  const info = versionInfo(build)
  return ({ target }) => (target.path === '/version' || target.path === '/version/' ? valueResult(info) : undefined)
}
