/** The restricted level of the Pod Security Standards: what hardening asks of every pod, beyond the baseline. */
import { badSeccomp, isSeccompAllowed, procMount } from './baseline.ts'
import {
  type Check,
  containers,
  distinct,
  hasOwnUsers,
  isWindows,
  listed,
  namesOf,
  plural,
  quoted,
  type Subject,
  setters,
  unless,
  type Violation,
} from './check.ts'

function privilegeEscalation(subject: Subject): Violation | undefined {
  const bad = containers(subject).filter(({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false)
  if (!bad.length) return undefined
  return {
    reason: 'allowPrivilegeEscalation != false',
    detail: `${listed(namesOf(bad))} must set securityContext.allowPrivilegeEscalation=false`,
  }
}
function capabilities(subject: Subject): Violation | undefined {
  const all = containers(subject)
  const undropped = all.filter(({ securityContext }) => !securityContext?.capabilities?.drop?.includes('ALL'))
  const forbidden = ({ securityContext }: (typeof all)[number]) =>
    (securityContext?.capabilities?.add ?? []).filter(one => one !== 'NET_BIND_SERVICE')
  const adding = all.filter(container => forbidden(container).length)
  const details = [
    ...(undropped.length ? [`${listed(namesOf(undropped))} must set securityContext.capabilities.drop=["ALL"]`] : []),
    ...(adding.length
      ? [`${listed(namesOf(adding))} must not include ${quoted(distinct(adding.flatMap(forbidden)))} in securityContext.capabilities.add`]
      : []),
  ]
  return details.length ? { reason: 'unrestricted capabilities', detail: details.join('; ') } : undefined
}
const VOLUMES = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
] as const
function volumes({ spec }: Subject): Violation | undefined {
  const bad = (spec.volumes ?? []).filter(volume => !VOLUMES.some(type => volume[type]))
  if (!bad.length) return undefined
  const types = distinct(bad.map(volume => Object.entries(volume).find(([key, value]) => key !== 'name' && value)?.[0] ?? 'unknown'))
  const names = bad.map(({ name }) => name)
  const words = [plural('uses', 'use', bad.length), plural('restricted volume type', 'restricted volume types', types.length)].join(' ')
  return {
    reason: 'restricted volume types',
    detail: `${plural('volume', 'volumes', names.length)} ${quoted(names)} ${words} ${quoted(types)}`,
  }
}
function nonRoot(subject: Subject): Violation | undefined {
  const reason = 'runAsNonRoot != true'
  const ofPod = subject.spec.securityContext?.runAsNonRoot
  const all = containers(subject)
  const who = setters(ofPod === false, namesOf(all.filter(({ securityContext }) => securityContext?.runAsNonRoot === false)))
  if (who) return { reason, detail: `${who} must not set securityContext.runAsNonRoot=false` }
  const unset = all.filter(({ securityContext }) => securityContext?.runAsNonRoot === undefined)
  if (ofPod === true || !unset.length) return undefined
  return { reason, detail: `pod or ${listed(namesOf(unset))} must set securityContext.runAsNonRoot=true` }
}
function notUserZero(subject: Subject): Violation | undefined {
  const bad = containers(subject).filter(({ securityContext }) => securityContext?.runAsUser === 0)
  const who = setters(subject.spec.securityContext?.runAsUser === 0, namesOf(bad))
  return who ? { reason: 'runAsUser=0', detail: `${who} must not set runAsUser=0` } : undefined
}
function seccomp(subject: Subject): Violation | undefined {
  const bad = badSeccomp(subject)
  if (bad) return bad
  const unset = containers(subject).filter(({ securityContext }) => !securityContext?.seccompProfile)
  if (isSeccompAllowed(subject.spec.securityContext?.seccompProfile?.type) || !unset.length) return undefined
  const detail = `pod or ${listed(namesOf(unset))} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`
  return { reason: 'seccompProfile', detail }
}

interface From {
  readonly since: number
  readonly overrides?: string
}
const check = (id: string, test: Check['test'], from: From): Check => ({ id, level: 'restricted', test, ...from })
export const restricted: readonly Check[] = [
  check('allowPrivilegeEscalation', privilegeEscalation, { since: 8 }),
  check('allowPrivilegeEscalation', unless(isWindows, privilegeEscalation), { since: 25 }),
  check('capabilities_restricted', capabilities, { since: 22, overrides: 'capabilities_baseline' }),
  check('capabilities_restricted', unless(isWindows, capabilities), { since: 25, overrides: 'capabilities_baseline' }),
  check('procMount_restricted', procMount, { since: 35, overrides: 'procMount' }),
  check('restrictedVolumes', volumes, { since: 0, overrides: 'hostPathVolumes' }),
  check('runAsNonRoot', nonRoot, { since: 0 }),
  check('runAsNonRoot', unless(hasOwnUsers, nonRoot), { since: 35 }),
  check('runAsUser', notUserZero, { since: 23 }),
  check('runAsUser', unless(hasOwnUsers, notUserZero), { since: 35 }),
  check('seccompProfile_restricted', seccomp, { since: 19, overrides: 'seccompProfile_baseline' }),
  check('seccompProfile_restricted', unless(isWindows, seccomp), { since: 25, overrides: 'seccompProfile_baseline' }),
]
