/** With which identity and which privileges a pod and its containers run. Container settings win over the pod's. */
import type { Container } from '#kinds/core/container.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { AppArmorProfile, SeccompProfile, SELinuxOptions } from '#kinds/core/security-context.ts'
import type { LinuxContainerSecurityContext } from './cri/container.ts'
import { GROUPS_POLICY, NAMESPACE, PROFILE } from './cri/enumerations.ts'
import type { LinuxSandboxSecurityContext, NamespaceOption } from './cri/sandbox.ts'
import type { Sent } from '#base/grpc/message.ts'
import type { UserMapping } from '../pods/user-namespaces.ts'
import { allContainers } from '../pods/sight.ts'
import { ConfigProblem } from './environment.ts'

/** What an image says about who runs in it. */
export interface ImageUser {
  readonly uid?: number
  /** A name, which only the image's own files can turn into a number. */
  readonly username?: string
}
export interface SecurityInput {
  readonly pod: Pod
  readonly container: Pick<Container, 'name' | 'securityContext'>
  readonly image: ImageUser
  /** Folder that holds `Localhost` seccomp profiles. */
  readonly seccompFolder: string
  /** Whether a container that says nothing of it has the runtime's profile. */
  readonly isSeccompDefault?: boolean
  /** The container whose processes an ephemeral container wants to see. */
  readonly targetId?: string
  readonly fsGroups: readonly number[]
  /** Set when the pod has users of its own. */
  readonly users?: UserMapping
}

interface NamespaceMore {
  readonly targetId?: string | undefined
  readonly users?: UserMapping | undefined
}
export const namespacesOf = ({ spec }: Pod, { targetId, users }: NamespaceMore = {}): Sent<typeof NamespaceOption> => ({
  network: spec.hostNetwork ? NAMESPACE.node : NAMESPACE.pod,
  ipc: spec.hostIPC ? NAMESPACE.node : NAMESPACE.pod,
  pid: spec.hostPID ? NAMESPACE.node : spec.shareProcessNamespace ? NAMESPACE.pod : targetId ? NAMESPACE.target : NAMESPACE.container,
  ...(targetId && { targetId }),
  usernsOptions: users ? { mode: NAMESPACE.pod, uids: users, gids: users } : { mode: NAMESPACE.node },
})

export function sandboxSecurity(pod: Pod, users?: UserMapping): Sent<typeof LinuxSandboxSecurityContext> {
  const { securityContext: context } = pod.spec
  return {
    namespaceOptions: namespacesOf(pod, { users }),
    // An ephemeral container may be so although none was when the sandbox was made.
    privileged: allContainers(pod).some(({ securityContext }) => securityContext?.privileged),
    // A profile of the pod's is made for its programs, and may forbid what the runtime needs to hold it.
    seccomp: { profileType: PROFILE.RuntimeDefault },
    ...(context?.runAsUser !== undefined && { runAsUser: { value: context.runAsUser } }),
    // The runtime takes a group only together with a user.
    ...(context?.runAsUser !== undefined && context.runAsGroup !== undefined && { runAsGroup: { value: context.runAsGroup } }),
    supplementalGroups: [...(context?.fsGroup !== undefined ? [context.fsGroup] : []), ...(context?.supplementalGroups ?? [])],
    supplementalGroupsPolicy: GROUPS_POLICY[context?.supplementalGroupsPolicy ?? 'Merge'],
    ...(context?.seLinuxOptions && { selinuxOptions: selinux(context.seLinuxOptions) }),
  }
}

/** Throws ConfigProblem when the container must not run as root and would. */
export function containerSecurity(input: SecurityInput): Sent<typeof LinuxContainerSecurityContext> {
  const { pod, container, seccompFolder, isSeccompDefault, targetId, fsGroups, users } = input
  const context = pod.spec.securityContext
  const own = container.securityContext
  refuseRoot(input)
  const runAsUser = own?.runAsUser ?? context?.runAsUser
  const runAsGroup = own?.runAsGroup ?? context?.runAsGroup
  const isPrivileged = own?.privileged ?? false
  const profile = own?.seccompProfile ?? context?.seccompProfile ?? { type: isSeccompDefault ? 'RuntimeDefault' : 'Unconfined' }
  const user = runAsUser ?? input.image.uid
  return {
    namespaceOptions: namespacesOf(pod, { targetId, users }),
    privileged: isPrivileged,
    readonlyRootfs: own?.readOnlyRootFilesystem ?? false,
    noNewPrivs: own?.allowPrivilegeEscalation === false,
    seccomp: isPrivileged ? { profileType: PROFILE.Unconfined } : seccompProfile(profile, seccompFolder),
    ...appArmor(own?.appArmorProfile ?? context?.appArmorProfile),
    ...(user !== undefined ? { runAsUser: { value: user } } : input.image.username && { runAsUsername: input.image.username }),
    ...(runAsGroup !== undefined && { runAsGroup: { value: runAsGroup } }),
    supplementalGroups: [...(context?.fsGroup !== undefined ? [context.fsGroup] : []), ...(context?.supplementalGroups ?? []), ...fsGroups],
    supplementalGroupsPolicy: GROUPS_POLICY[context?.supplementalGroupsPolicy ?? 'Merge'],
    ...(own?.capabilities && {
      capabilities: {
        addCapabilities: (own.capabilities.add ?? []).map(capability),
        dropCapabilities: (own.capabilities.drop ?? []).map(capability),
      },
    }),
    ...((own?.seLinuxOptions ?? context?.seLinuxOptions) && {
      selinuxOptions: selinux({ ...context?.seLinuxOptions, ...own?.seLinuxOptions }),
    }),
    ...(!isPrivileged && own?.procMount !== 'Unmasked' && { maskedPaths: MASKED, readonlyPaths: READ_ONLY }),
  }
}

/** In the words of today's runtimes, and in those of older ones. */
function appArmor(profile: AppArmorProfile | undefined) {
  if (!profile) return {}
  const { type, localhostProfile = '' } = profile
  if (type !== 'Localhost')
    return { apparmor: { profileType: PROFILE[type] }, apparmorProfile: type === 'Unconfined' ? 'unconfined' : 'runtime/default' }
  return { apparmor: { profileType: PROFILE.Localhost, localhostRef: localhostProfile }, apparmorProfile: `localhost/${localhostProfile}` }
}
const capability = (name: string) => name.replace(/^CAP_/, '')
const selinux = ({ user, role, type, level }: SELinuxOptions) => ({ user, role, type, level })

function refuseRoot({ pod, container, image }: SecurityInput): void {
  const own = container.securityContext
  const context = pod.spec.securityContext
  if (!(own?.runAsNonRoot ?? context?.runAsNonRoot)) return
  const user = own?.runAsUser ?? context?.runAsUser
  const who = `(pod: "${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})", container: ${container.name})`
  if (user === 0) throw new ConfigProblem(`container's runAsUser breaks non-root policy ${who}`)
  if (user !== undefined) return
  if (image.username)
    throw new ConfigProblem(
      `container has runAsNonRoot and image has non-numeric user (${image.username}), cannot verify user is non-root ${who}`,
    )
  if (!image.uid) throw new ConfigProblem(`container has runAsNonRoot and image will run as root ${who}`)
}

function seccompProfile({ type, localhostProfile }: SeccompProfile, folder: string) {
  if (type !== 'Localhost') return { profileType: PROFILE[type] }
  if (!localhostProfile) throw new ConfigProblem('localhostProfile must be set if seccompProfile type is Localhost.')
  return { profileType: PROFILE.Localhost, localhostRef: `${folder}/${localhostProfile}` }
}

/** What a container has no business to see or to write. Reference: moby's defaults, as upstream takes them over. */
const MASKED = [
  '/proc/asound',
  '/proc/acpi',
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/sys/firmware',
  '/sys/devices/virtual/powercap',
]
const READ_ONLY = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger']
