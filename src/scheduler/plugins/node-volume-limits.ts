/** Attaches no more volumes to a node than its storage drivers can. Upstream: nodevolumelimits. */
import { storageClassOf } from '#kinds/core/access-modes.ts'
import { claimsOf } from '#kinds/core/pod/claims.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { Plugin } from '../plugin.ts'
import type { Storage } from '../storage.ts'

const TOO_MANY = 'node(s) exceed max volume count'

export const nodeVolumeLimits: Plugin = {
  name: 'NodeVolumeLimits',
  filterFor: (pod, { storage }) => {
    const wanted = volumesOf(pod, storage)
    if (!wanted.size) return undefined
    return (_, { node, pods }) => {
      const name = node.metadata.name as string
      const limits = storage.drivers(name).flatMap(({ name: driver, allocatable }) => {
        const count = allocatable?.count
        return count === undefined ? [] : [{ driver, count }]
      })
      if (!limits.length) return []
      const used = new Map(pods.flatMap(other => [...volumesOf(other, storage)]))
      const there = new Map([...used, ...attached(name, storage)])
      // What is attached but used by nobody yet counts once more when it comes with the pod, as it does upstream.
      const fresh = new Map([...wanted].filter(([volume]) => !used.has(volume)))
      const isTooMany = (driver: string, count: number) =>
        countOf(fresh, driver) > 0 && countOf(there, driver) + countOf(fresh, driver) > count
      return limits.some(({ driver, count }) => isTooMany(driver, count)) ? [TOO_MANY] : []
    }
  },
}

/** Drivers by volume: one volume counts once, however many pods use it. */
type Volumes = ReadonlyMap<string, string>
const countOf = (volumes: Volumes, driver: string) => [...volumes.values()].filter(each => each === driver).length

function volumesOf(pod: Pod, { claim: find, volume, storageClass }: Storage): Volumes {
  const { namespace } = pod.metadata
  const found = claimsOf(pod).flatMap(({ name }) => {
    const claim = find(namespace, name)
    if (!claim) return []
    const bound = claim.spec.volumeName ? volume(claim.spec.volumeName) : undefined
    if (bound) return bound.spec.csi ? [[unique(bound.spec.csi.driver, bound.spec.csi.volumeHandle), bound.spec.csi.driver] as const] : []
    // It is to have a volume of its own.
    const driver = storageClass(storageClassOf(claim))?.provisioner
    return driver ? [[unique(driver, `claim ${namespace}/${name}`), driver] as const] : []
  })
  return new Map(found)
}
const attached = (node: string, { attachments, volume }: Storage) =>
  attachments(node).flatMap(({ spec: { attacher, source } }) => {
    const csi = source.persistentVolumeName === undefined ? undefined : volume(source.persistentVolumeName)?.spec.csi
    return csi ? [[unique(attacher, csi.volumeHandle), attacher] as const] : []
  })
const unique = (driver: string, handle: string) => `${driver}/${handle}`
