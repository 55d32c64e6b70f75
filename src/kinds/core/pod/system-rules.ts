/** Rules that follow from the operating system that a pod says it is for. Upstream: validateLinux, validateWindows. */
import type { Path } from '#schema/vocabulary.ts'
import type { PodSpec } from '../pod-spec.ts'
import { containers } from './facts.ts'

const NOT_ON_LINUX = 'windows options cannot be set for a linux pod'
const NOT_ON_WINDOWS = 'cannot be set for a windows pod'
const POD_ONLY_LINUX = ['hostPID', 'hostIPC', 'hostUsers', 'shareProcessNamespace'] as const
const POD_CONTEXT_ONLY_LINUX = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'fsGroup',
  'fsGroupChangePolicy',
  'sysctls',
  'runAsUser',
  'runAsGroup',
  'supplementalGroups',
  'supplementalGroupsPolicy',
] as const
const CONTEXT_ONLY_LINUX = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
] as const

export function checkSystem(spec: PodSpec, at: Path): void {
  if (!spec.os) return
  const contexts = containers(spec).map(({ securityContext }, i) => {
    const before = (spec.initContainers ?? []).length
    const here = i < before ? at.key('initContainers').index(i) : at.key('containers').index(i - before)
    return [securityContext, here.key('securityContext')] as const
  })
  const podContext = at.key('securityContext')
  if (spec.os.name === 'linux') {
    if (spec.securityContext.windowsOptions) podContext.key('windowsOptions').forbidden(NOT_ON_LINUX)
    for (const [context, here] of contexts) if (context?.windowsOptions) here.key('windowsOptions').forbidden(NOT_ON_LINUX)
    return
  }
  for (const name of POD_ONLY_LINUX) if (spec[name]) at.key(name).forbidden(NOT_ON_WINDOWS)
  for (const name of POD_CONTEXT_ONLY_LINUX) if (spec.securityContext[name] !== undefined) podContext.key(name).forbidden(NOT_ON_WINDOWS)
  for (const [context, here] of contexts)
    for (const name of CONTEXT_ONLY_LINUX) if (context?.[name] !== undefined) here.key(name).forbidden(NOT_ON_WINDOWS)
}
