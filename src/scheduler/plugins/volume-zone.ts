/** Leads a pod to the zone and region that the labels of its volumes name. Upstream: volumezone. */
import { lastingClaimsOf } from '#kinds/core/pod/claims.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { Plugin } from '../plugin.ts'
import type { Storage } from '../storage.ts'

const NO_ZONE = 'node(s) had no available volume zone'
/** Each label, and the one that nodes may carry instead of it. */
const PLACES = [
  ['failure-domain.beta.kubernetes.io/zone', 'topology.kubernetes.io/zone'],
  ['failure-domain.beta.kubernetes.io/region', 'topology.kubernetes.io/region'],
  ['topology.kubernetes.io/zone', 'topology.kubernetes.io/zone'],
  ['topology.kubernetes.io/region', 'topology.kubernetes.io/region'],
] as const
/** A volume that is kept in several zones names them all. */
const SEPARATOR = '__'

export const volumeZone: Plugin = {
  name: 'VolumeZone',
  forbids: (pod, { storage }) => {
    const missing = volumeNames(pod, storage).find(name => !storage.volume(name))
    return missing === undefined ? undefined : `persistentvolume "${missing}" not found`
  },
  filterFor: (pod, { storage }) => {
    const wanted = volumeNames(pod, storage).flatMap(name => placesOf(storage.volume(name)?.metadata.labels))
    if (!wanted.length) return undefined
    return (_, { node }) => {
      const labels = node.metadata.labels ?? {}
      // A node that tells no zone is taken to reach every one.
      if (!PLACES.some(([label]) => labels[label] !== undefined)) return []
      return wanted.every(({ label, instead, values }) => values.includes(labels[label] ?? labels[instead] ?? '')) ? [] : [NO_ZONE]
    }
  },
  evictionHelps: () => false,
}

const volumeNames = (pod: Pod, { claim: find }: Storage): readonly string[] =>
  lastingClaimsOf(pod).flatMap(name => find(pod.metadata.namespace, name)?.spec.volumeName || [])
/** Where a volume's labels say that it is. */
export const placesOf = (labels: Readonly<Record<string, string>> = {}) =>
  PLACES.flatMap(([label, instead]) => {
    const values = labels[label]?.split(SEPARATOR) ?? []
    // A label that names nothing somewhere is not heeded.
    return values.length && values.every(Boolean) ? [{ label, instead, values }] : []
  })
