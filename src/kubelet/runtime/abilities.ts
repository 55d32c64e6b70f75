/** What the container runtime and this machine's kernel can do that not all can: told of the node, and asked before a pod relies on it. */
import { existsSync, readFileSync } from 'node:fs'
import type { Runtime } from './cri/client.ts'
import { ConfigProblem } from './environment.ts'

export interface HandlerAbilities {
  /** Empty for the usual one. */
  readonly name: string
  readonly recursiveReadOnlyMounts: boolean
  readonly userNamespaces: boolean
}
export interface Abilities {
  /** None when the runtime tells nothing of them, as containerd before 2.0. */
  readonly handlers: readonly HandlerAbilities[]
  /** Undefined when the runtime says nothing of it. */
  readonly supplementalGroupsPolicy: boolean | undefined
  /** Whether containers get what drivers of devices name. */
  readonly cdi: boolean
  /** Of the kernel. */
  readonly appArmor: boolean
}

/** Throws GrpcError. */
export async function readAbilities(runtime: Runtime): Promise<Abilities> {
  const [{ runtimeHandlers, features }, { runtimeName, runtimeVersion }] = await Promise.all([
    runtime.status({ verbose: false }),
    runtime.version({}),
  ])
  return {
    handlers: runtimeHandlers.map(({ name, features }) => ({
      name,
      recursiveReadOnlyMounts: features?.recursiveReadOnlyMounts ?? false,
      userNamespaces: features?.userNamespaces ?? false,
    })),
    supplementalGroupsPolicy: features?.supplementalGroupsPolicy,
    cdi: knowsCdi(runtimeName, runtimeVersion),
    appArmor: hasAppArmor(),
  }
}
/** Runtimes do not tell it; containerd passes over what it does not know. */
export function knowsCdi(name: string, version: string): boolean {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number)
  return name !== 'containerd' || major > 1 || (major === 1 && minor >= 7)
}
function hasAppArmor(): boolean {
  const file = '/sys/module/apparmor/parameters/enabled'
  return existsSync(file) && readFileSync(file, 'utf8').startsWith('Y')
}

/** Throws ConfigProblem unless pods of the handler can have users of their own. Upstream: userns_manager.go. */
export function requireUserNamespaces({ handlers }: Pick<Abilities, 'handlers'>, handler: string): void {
  const found = handlers.find(({ name }) => name === handler)
  if (found?.userNamespaces) return
  const who = handler === '' ? 'runtime' : `RuntimeClass handler ${JSON.stringify(handler)}`
  const why = found ? '' : handlers.length ? `: the handler ${JSON.stringify(handler)} is not known` : ': runtime handlers are not set'
  throw new ConfigProblem(`can't set \`spec.hostUsers: false\`, ${who} does not support user namespaces${why}`)
}
