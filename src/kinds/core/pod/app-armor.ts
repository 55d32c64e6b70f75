/** Profiles of AppArmor that old manifests name in annotations become fields. Upstream: applyAppArmorVersionSkew in registry/core/pod/strategy.go. */
import { isEqual } from '#schema/json-value.ts'
import type { Draft } from '#schema/vocabulary.ts'
import type { AppArmorProfile } from '../security-context.ts'
import type { PodView } from './facts.ts'

export const APP_ARMOR_ANNOTATION = 'container.apparmor.security.beta.kubernetes.io/'
const LOCALHOST = 'localhost/'
/** Of a path on the node. */
const NAME_MAX = 4095

type Profile = Pick<AppArmorProfile, 'type' | 'localhostProfile'>

/** What an annotation means; undefined when it means nothing. */
export function profileOf(annotation: string): Profile | undefined {
  if (annotation === 'unconfined') return { type: 'Unconfined' }
  if (annotation === 'runtime/default') return { type: 'RuntimeDefault' }
  const name = annotation.startsWith(LOCALHOST) ? annotation.slice(LOCALHOST.length) : ''
  return name && name.trim() === name && name.length <= NAME_MAX ? { type: 'Localhost', localhostProfile: name } : undefined
}

/** A field that is there stays, and none is made that would say what the pod's says already. */
export function fillAppArmor({ metadata, spec }: Draft<PodView>): void {
  if (spec.os?.name === 'windows') return
  for (const container of [...(spec.initContainers ?? []), ...(spec.containers ?? [])]) {
    const annotation = metadata.annotations?.[`${APP_ARMOR_ANNOTATION}${container.name}`]
    if (annotation === undefined || container.securityContext?.appArmorProfile) continue
    const profile = profileOf(annotation)
    if (profile && !isEqual(profile, spec.securityContext?.appArmorProfile))
      container.securityContext = { ...container.securityContext, appArmorProfile: profile }
  }
}
