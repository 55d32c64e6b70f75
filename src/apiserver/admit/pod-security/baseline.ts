/** The baseline level of the Pod Security Standards: known ways to escalate privileges are closed. */
import {
  type Check,
  containers,
  distinct,
  hasOwnUsers,
  listed,
  namesOf,
  plural,
  quoted,
  type Subject,
  setters,
  unless,
  type Violation,
} from './check.ts'

const CAPABILITIES: ReadonlySet<string> = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
])
const SELINUX_TYPES = ['', 'container_t', 'container_init_t', 'container_kvm_t']
const SYSCTLS = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
]
const SYSCTLS_27 = [...SYSCTLS, 'net.ipv4.ip_local_reserved_ports']
const SYSCTLS_29 = [
  ...SYSCTLS_27,
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
]
const SYSCTLS_32 = [...SYSCTLS_29, 'net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem']

const APPARMOR = 'container.apparmor.security.beta.kubernetes.io/'
const isAppArmorAllowed = (type: string | undefined) => type === 'RuntimeDefault' || type === 'Localhost'

function appArmor(subject: Subject): Violation | undefined {
  const ofPod = subject.spec.securityContext?.appArmorProfile
  const isPodBad = ofPod !== undefined && !isAppArmorAllowed(ofPod.type)
  const bad = containers(subject).filter(({ securityContext: s }) => s?.appArmorProfile && !isAppArmorAllowed(s.appArmorProfile.type))
  const values = distinct([
    ...(isPodBad ? [ofPod.type] : []),
    ...bad.map(({ securityContext }) => securityContext?.appArmorProfile?.type ?? ''),
  ])
  const annotations = Object.entries(subject.metadata.annotations ?? {})
    .filter(([key, value]) => key.startsWith(APPARMOR) && value !== '' && value !== 'runtime/default' && !value.startsWith('localhost/'))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .sort()
  const who = [setters(isPodBad, namesOf(bad)), annotations.length ? plural('annotation', 'annotations', annotations.length) : '']
    .filter(Boolean)
    .join(' and ')
  const all = [...values, ...annotations]
  if (!who) return undefined
  return {
    reason: plural('forbidden AppArmor profile', 'forbidden AppArmor profiles', all.length),
    detail: `${who} must not set AppArmor profile type to ${quoted(all)}`,
  }
}
function capabilities(subject: Subject): Violation | undefined {
  const forbidden = ({
    securityContext,
  }: {
    readonly securityContext?: { readonly capabilities?: { readonly add?: readonly string[] } }
  }) => (securityContext?.capabilities?.add ?? []).filter(one => !CAPABILITIES.has(one))
  const bad = containers(subject).filter(container => forbidden(container).length)
  if (!bad.length) return undefined
  const detail = `${listed(namesOf(bad))} must not include ${quoted(distinct(bad.flatMap(forbidden)))} in securityContext.capabilities.add`
  return { reason: 'non-default capabilities', detail }
}
function hostNamespaces({ spec }: Subject): Violation | undefined {
  const used = [spec.hostNetwork && 'hostNetwork=true', spec.hostPID && 'hostPID=true', spec.hostIPC && 'hostIPC=true'].filter(Boolean)
  return used.length ? { reason: 'host namespaces', detail: used.join(', ') } : undefined
}
function hostPaths({ spec }: Subject): Violation | undefined {
  const names = (spec.volumes ?? []).filter(({ hostPath }) => hostPath).map(({ name }) => name)
  return names.length ? { reason: 'hostPath volumes', detail: `${plural('volume', 'volumes', names.length)} ${quoted(names)}` } : undefined
}
function hostPorts(subject: Subject): Violation | undefined {
  const used = ({ ports }: { readonly ports?: readonly { readonly hostPort?: number }[] }) =>
    (ports ?? []).flatMap(({ hostPort }) => hostPort || [])
  const bad = containers(subject).filter(container => used(container).length)
  if (!bad.length) return undefined
  const ports = distinct(bad.flatMap(used).map(String))
  const words = [plural('uses', 'use', bad.length), plural('hostPort', 'hostPorts', ports.length)].join(' ')
  return { reason: 'hostPort', detail: `${listed(namesOf(bad))} ${words} ${ports.join(', ')}` }
}
interface Handler {
  readonly httpGet?: { readonly host?: string }
  readonly tcpSocket?: { readonly host?: string }
}
function hostsOfProbes(subject: Subject): Violation | undefined {
  const hosts = ({ livenessProbe, readinessProbe, startupProbe, lifecycle }: ReturnType<typeof containers>[number]) =>
    [livenessProbe, readinessProbe, startupProbe, lifecycle?.postStart, lifecycle?.preStop].flatMap((handler: Handler | undefined) =>
      [handler?.httpGet?.host, handler?.tcpSocket?.host].filter(host => host !== undefined && host !== ''),
    ) as string[]
  const bad = containers(subject).filter(container => hosts(container).length)
  if (!bad.length) return undefined
  const all = distinct(bad.flatMap(hosts))
  const names = distinct(namesOf(bad))
  const words = [plural('uses', 'use', names.length), plural('probe or lifecycle host', 'probe or lifecycle hosts', all.length)].join(' ')
  return { reason: 'probe or lifecycle host', detail: `${listed(names)} ${words} ${quoted(all)}` }
}
function privileged(subject: Subject): Violation | undefined {
  const bad = containers(subject).filter(({ securityContext }) => securityContext?.privileged)
  if (!bad.length) return undefined
  return { reason: 'privileged', detail: `${listed(namesOf(bad))} must not set securityContext.privileged=true` }
}
export function procMount(subject: Subject): Violation | undefined {
  const bad = containers(subject).filter(({ securityContext }) => (securityContext?.procMount ?? 'Default') !== 'Default')
  if (!bad.length) return undefined
  const values = distinct(bad.map(({ securityContext }) => securityContext?.procMount ?? ''))
  return { reason: 'procMount', detail: `${listed(namesOf(bad))} must not set securityContext.procMount to ${quoted(values)}` }
}
const seLinux =
  (allowed: readonly string[]) =>
  (subject: Subject): Violation | undefined => {
    const isBad = (options: { readonly type?: string; readonly user?: string; readonly role?: string } | undefined) =>
      options !== undefined && (!allowed.includes(options.type ?? '') || !!options.user || !!options.role)
    const ofPod = subject.spec.securityContext?.seLinuxOptions
    const bad = containers(subject).filter(({ securityContext }) => isBad(securityContext?.seLinuxOptions))
    const who = setters(isBad(ofPod), namesOf(bad))
    if (!who) return undefined
    const options = [ofPod, ...bad.map(({ securityContext }) => securityContext?.seLinuxOptions)]
    const types = distinct(options.flatMap(one => one?.type ?? []).filter(type => !allowed.includes(type)))
    const what = [
      ...(types.length ? [`${plural('type', 'types', types.length)} ${quoted(types)}`] : []),
      ...(options.some(one => one?.user) ? ['user may not be set'] : []),
      ...(options.some(one => one?.role) ? ['role may not be set'] : []),
    ]
    return { reason: 'seLinuxOptions', detail: `${who} set forbidden securityContext.seLinuxOptions: ${what.join('; ')}` }
  }
const SECCOMP = 'seccomp.security.alpha.kubernetes.io/pod'
const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/'
function seccompAnnotations(subject: Subject): Violation | undefined {
  const annotations = subject.metadata.annotations ?? {}
  const keys = [SECCOMP, ...namesOf(containers(subject)).map(name => `${SECCOMP_CONTAINER}${name}`)]
  const isAllowed = (value: string) => value === 'runtime/default' || value === 'docker/default' || value.startsWith('localhost/')
  const bad = distinct(
    keys.flatMap(key =>
      annotations[key] === undefined || isAllowed(annotations[key]) ? [] : `${key}=${JSON.stringify(annotations[key])}`,
    ),
  )
  return bad.length
    ? { reason: 'seccompProfile', detail: `forbidden ${plural('annotation', 'annotations', bad.length)} ${bad.join(', ')}` }
    : undefined
}
export const isSeccompAllowed = (type: string | undefined): boolean => type === 'Localhost' || type === 'RuntimeDefault'
/** Profiles that are set, and set to what is not allowed. */
export function badSeccomp(subject: Subject): Violation | undefined {
  const ofPod = subject.spec.securityContext?.seccompProfile
  const isPodBad = ofPod !== undefined && !isSeccompAllowed(ofPod.type)
  const bad = containers(subject).filter(({ securityContext: s }) => s?.seccompProfile && !isSeccompAllowed(s.seccompProfile.type))
  const who = setters(isPodBad, namesOf(bad))
  if (!who) return undefined
  const values = distinct([
    ...(isPodBad ? [ofPod.type] : []),
    ...bad.map(({ securityContext }) => securityContext?.seccompProfile?.type ?? ''),
  ])
  return { reason: 'seccompProfile', detail: `${who} must not set securityContext.seccompProfile.type to ${quoted(values)}` }
}
const sysctls =
  (allowed: readonly string[]) =>
  ({ spec }: Subject): Violation | undefined => {
    const bad = (spec.securityContext?.sysctls ?? []).map(({ name }) => name).filter(name => !allowed.includes(name))
    return bad.length ? { reason: 'forbidden sysctls', detail: bad.join(', ') } : undefined
  }
function hostProcess(subject: Subject): Violation | undefined {
  const bad = containers(subject).filter(({ securityContext }) => securityContext?.windowsOptions?.hostProcess)
  const who = setters(subject.spec.securityContext?.windowsOptions?.hostProcess === true, namesOf(bad))
  return who ? { reason: 'hostProcess', detail: `${who} must not set securityContext.windowsOptions.hostProcess=true` } : undefined
}

const check = (id: string, test: Check['test'], since = 0): Check => ({ id, level: 'baseline', since, test })
export const baseline: readonly Check[] = [
  check('appArmorProfile', appArmor),
  check('capabilities_baseline', capabilities),
  check('hostNamespaces', hostNamespaces),
  check('hostPathVolumes', hostPaths),
  check('hostPorts', hostPorts),
  check('hostProbesAndHostLifecycle', hostsOfProbes, 34),
  check('privileged', privileged),
  check('procMount', procMount),
  check('procMount', unless(hasOwnUsers, procMount), 35),
  check('seLinuxOptions', seLinux(SELINUX_TYPES)),
  check('seLinuxOptions', seLinux([...SELINUX_TYPES, 'container_engine_t']), 31),
  check('seccompProfile_baseline', seccompAnnotations),
  check('seccompProfile_baseline', badSeccomp, 19),
  check('sysctls', sysctls(SYSCTLS)),
  check('sysctls', sysctls(SYSCTLS_27), 27),
  check('sysctls', sysctls(SYSCTLS_29), 29),
  check('sysctls', sysctls(SYSCTLS_32), 32),
  check('windowsHostProcess', hostProcess),
]
