/** Annotations of pods that mean something to the API, and what may stand in them. Upstream: ValidatePodSpecificAnnotations and its update. */
import type { Path } from '#schema/vocabulary.ts'
import type { PodSpec } from '../pod-spec.ts'
import { isLocalPath } from '../volume-rules.ts'
import { APP_ARMOR_ANNOTATION } from './app-armor.ts'
import { containers, DELETION_COST, MIRROR } from './facts.ts'

type Annotations = Readonly<Record<string, string>>

const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod'
const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/'
const SECCOMP_NAMES = new Set(['runtime/default', 'docker/default', 'unconfined'])
const LOCALHOST = 'localhost/'
const COST_MAX = 2 ** 31 - 1

export function checkPodAnnotations(annotations: Annotations, spec: PodSpec, at: Path): void {
  for (const [name, value] of Object.entries(annotations)) {
    if (name === MIRROR && !spec.nodeName) at.entry(name).invalid(value, 'must set spec.nodeName if mirror pod annotation is set')
    if (name === DELETION_COST && !isCost(value)) at.entry(name).invalid(value, 'must be a 32bit integer')
    if (name === SECCOMP_POD || name.startsWith(SECCOMP_CONTAINER)) checkSeccomp(value, at.key(name))
    if (name.startsWith(APP_ARMOR_ANNOTATION)) checkAppArmor(name, value, { spec, at: at.entry(name) })
  }
}
const isCost = (text: string) => /^(0|-?\d+)$/.test(text) && !/^0\d/.test(text) && Number(text) >= -COST_MAX - 1 && Number(text) <= COST_MAX
function checkSeccomp(profile: string, at: Path): void {
  if (SECCOMP_NAMES.has(profile)) return
  if (!profile.startsWith(LOCALHOST)) return at.invalid(profile, 'must be a valid seccomp profile')
  const path = profile.slice(LOCALHOST.length)
  const wrong = isLocalPath(path)
  if (wrong) at.invalid(path, wrong)
}
function checkAppArmor(name: string, profile: string, { spec, at }: { readonly spec: PodSpec; readonly at: Path }): void {
  const container = name.slice(APP_ARMOR_ANNOTATION.length)
  const all = [...containers(spec), ...(spec.ephemeralContainers ?? [])]
  if (!all.some(one => one.name === container)) at.invalid(container, 'container not found')
  if (!['', 'runtime/default', 'unconfined'].includes(profile) && !profile.startsWith(LOCALHOST))
    at.invalid(profile, `invalid AppArmor profile name: ${JSON.stringify(profile)}`)
}

/** What was decided for a pod when it was made stays so. */
export function checkAnnotationUpdate(next: Annotations, at: Path, before: Annotations): void {
  for (const name of new Set([...Object.keys(before), ...Object.keys(next)])) {
    if (next[name] === before[name]) continue
    const change = name in before ? 'remove or update' : 'add'
    if (name.startsWith(APP_ARMOR_ANNOTATION)) at.entry(name).forbidden(`may not ${change} AppArmor annotations`)
    if (name === MIRROR) at.entry(name).forbidden(`may not ${change} mirror pod annotation`)
  }
}
