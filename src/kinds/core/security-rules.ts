/** Rules for privileges. Upstream: ValidateSecurityContext, validateSysctls, ValidateSeccompProfileField. */
import type { Path } from '#schema/vocabulary.ts'

interface Profile {
  readonly type: string
  readonly localhostProfile?: string
}
/** Only a profile of the node's own has a name. */
export const localhostRule =
  (what: 'seccomp' | 'AppArmor') =>
  ({ type, localhostProfile }: Profile, at: Path): void => {
    const here = at.key('localhostProfile')
    if (type !== 'Localhost') {
      if (localhostProfile !== undefined) here.invalid(localhostProfile, `can only be set when ${what} type is Localhost`)
      return
    }
    if (!localhostProfile) here.required(`must be set when ${what} type is Localhost`)
    else if (localhostProfile.startsWith('/')) here.invalid(localhostProfile, 'must be a relative path')
    else if (localhostProfile.split('/').includes('..')) here.invalid(localhostProfile, "must not contain '..'")
  }

interface Context {
  readonly privileged?: boolean
  readonly allowPrivilegeEscalation?: boolean
  readonly capabilities?: { readonly add?: readonly string[] }
}
export function checkContext(context: Context, at: Path): void {
  if (context.allowPrivilegeEscalation !== false) return
  if (context.privileged) at.invalid(context, 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true')
  if (context.capabilities?.add?.includes('CAP_SYS_ADMIN'))
    at.invalid(context, 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN')
}

const SYSCTL_MAX = 253
const SYSCTL_SEGMENT = '[a-z0-9]([-_a-z0-9]*[a-z0-9])?'
const SYSCTL = `(${SYSCTL_SEGMENT}[\\./])*${SYSCTL_SEGMENT}`
const SYSCTL_FORM = new RegExp(`^${SYSCTL}$`)
export function checkSysctls(sysctls: readonly { readonly name: string }[], at: Path): void {
  const seen = new Set<string>()
  for (const [i, { name }] of sysctls.entries()) {
    const here = at.index(i).key('name')
    // Both separators mean the same (`net.ipv4.ip_forward`, `net/ipv4/ip_forward`).
    const plain = name.replaceAll('/', '.')
    if (name !== '' && (name.length > SYSCTL_MAX || !SYSCTL_FORM.test(name)))
      here.invalid(name, `must have at most ${SYSCTL_MAX} characters and match regex ^${SYSCTL}$`)
    else if (seen.has(plain)) here.duplicate(name)
    seen.add(plain)
  }
}
