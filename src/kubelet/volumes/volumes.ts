/** The volumes of a pod on this node: made before its containers, kept up to date, and taken away without a trace. */
import { existsSync } from 'node:fs'
import { chmod, chown, mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Client } from '#client/transport.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { Volume } from '#kinds/core/volume.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import type { Snapshots } from '../images/snapshots.ts'
import { type PodPlace, UnknownField } from '../runtime/downward.ts'
import { volumePageSize } from '../runtime/huge-pages.ts'
import { allContainers } from '../pods/sight.ts'
import { writeAtomically } from './atomic-writer.ts'
import { claimed } from './claims.ts'
import { prepareHostPath } from './host-path.ts'
import { mountHugePages, mountNfs, mountsBelow, mountTmpfs, shareMount, unmountBelow } from './mount-points.ts'
import { grantGroup } from './ownership.ts'
import { isPayload, payloadOf, type VolumeSources } from './payload.ts'
import { memorySizeBytes } from './size-limits.ts'
import type { Tokens } from './tokens.ts'
import { VolumeProblem } from './volume-problem.ts'

export interface VolumesOptions {
  readonly client: Client
  readonly tokens: Tokens
  readonly snapshots: Snapshots
  /** Holds a folder per pod, named by its UID. */
  readonly podsFolder: string
  /** Tells an event of the pod. */
  readonly warn: (pod: Pod, reason: string, message: string) => void
}
export interface PodView {
  readonly pod: Pod
  readonly place: PodPlace
  readonly sources: VolumeSources
}
/** A volume that could not be mounted, by its name. */
export class MountFailed extends Error {
  override readonly name = 'MountFailed'
  constructor(volume: string, cause: Error) {
    super(`MountVolume.SetUp failed for volume "${volume}" : ${cause.message}`, { cause })
  }
}

/** Folder names as upstream's, for those who look at the disk. */
const FOLDERS = {
  emptyDir: 'kubernetes.io~empty-dir',
  configMap: 'kubernetes.io~configmap',
  secret: 'kubernetes.io~secret',
  projected: 'kubernetes.io~projected',
  downwardAPI: 'kubernetes.io~downward-api',
  local: 'kubernetes.io~local-volume',
  nfs: 'kubernetes.io~nfs',
  image: 'kubernetes.io~image',
} as const

export class Volumes {
  readonly #options: VolumesOptions
  readonly #paths = new Map<string, ReadonlyMap<string, string>>()

  constructor(options: VolumesOptions) {
    this.#options = options
  }

  podFolder(pod: Pod): string {
    return join(this.#options.podsFolder, pod.metadata.uid ?? '')
  }
  /** Where each mounted volume stands on this node. */
  pathsOf(pod: Pod): ReadonlyMap<string, string> {
    return this.#paths.get(pod.metadata.uid ?? '') ?? new Map()
  }

  /** Throws MountFailed. Volumes that are there already are left as they are, or brought up to date. */
  async mount(view: PodView): Promise<void> {
    const { pod } = view
    const paths = new Map<string, string>()
    for (const volume of pod.spec.volumes ?? []) {
      try {
        paths.set(volume.name, await this.#mountOne(volume, view))
      } catch (error) {
        if (error instanceof VolumeProblem || error instanceof UnknownField || isRefusal(error) || isSystemError(error))
          throw new MountFailed(volume.name, error)
        throw error
      }
    }
    this.#paths.set(pod.metadata.uid ?? '', paths)
  }

  /** Unmounts and deletes everything of the pod. Contents of the node's own paths are not touched. */
  async unmount({ metadata: { uid = '' } }: Pod): Promise<void> {
    await this.unmountFolder(uid)
    this.#paths.delete(uid)
  }
  async unmountFolder(uid: string): Promise<void> {
    const folder = join(this.#options.podsFolder, uid)
    await unmountBelow(folder)
    for (const name of await namesIn(join(folder, 'volumes', FOLDERS.image))) await this.#options.snapshots.remove(viewKey(uid, name))
    await rm(folder, { recursive: true, force: true })
  }

  /** Mounts the files of an image, which is here by now, as one of the pod's volumes; its path is known since `mount`. */
  async mountImage({ metadata: { uid = '' } }: Pod, name: string, image: string): Promise<void> {
    const to = this.#paths.get(uid)?.get(name)
    if (to === undefined || mountsBelow(to).includes(to)) return
    await this.#options.snapshots.mount({ image, key: viewKey(uid, name), to })
  }

  async #mountOne(volume: Volume, view: PodView): Promise<string> {
    const { pod } = view
    const { client } = this.#options
    if (isPayload(volume)) return this.#writePayload(volume, view)
    if (volume.emptyDir) return this.#emptyDir(volume, view)
    if (volume.image) return this.#folder(pod, 'image', volume.name)
    const { hostPath, nfs } = volume
    const place = hostPath ? { path: hostPath.path, type: hostPath.type ?? '' } : (nfs ?? (await claimed(client, pod, volume)))
    if (!place) throw new VolumeProblem('no volume plugin matched')
    if ('server' in place) return this.#nfs(volume, pod, place)
    await prepareHostPath(place.path, place.type ?? '')
    if ('isLocal' in place) await this.#own(volume, pod, place.path)
    return place.path
  }

  async #writePayload(volume: Volume, { pod, place, sources }: PodView): Promise<string> {
    const { tokens } = this.#options
    if (volume.projected) await tokens.prepare(pod)
    const payload = payloadOf(volume, { pod, place, sources, token: (audience, path) => tokens.get(pod, audience, path) })
    const kind = volume.configMap ? 'configMap' : volume.secret ? 'secret' : volume.projected ? 'projected' : 'downwardAPI'
    const folder = await this.#folder(pod, kind, volume.name)
    // Secrets stay in memory: no disk ever holds them.
    const isInMemory = kind === 'secret' || kind === 'projected'
    if (isInMemory && !mountsBelow(folder).includes(folder)) await mountTmpfs(folder, ['mode=1777'])
    const group = pod.spec.securityContext?.fsGroup
    await writeAtomically({ folder, payload, ...(group !== undefined && { group }) })
    // Like the root of an emptyDir, as upstream's is one; containers see it read-only.
    if (group !== undefined) await chown(folder, -1, group)
    await chmod(folder, 0o777 | (isInMemory ? 0o1000 : 0) | (group !== undefined ? 0o2000 : 0))
    return folder
  }

  async #emptyDir({ name, emptyDir = {} }: Volume, { pod, place }: PodView): Promise<string> {
    const folder = await this.#folder(pod, 'emptyDir', name)
    const { medium = '' } = emptyDir
    const isMounted = mountsBelow(folder).includes(folder)
    if (medium.startsWith('HugePages') && !isMounted) await mountHugePages(folder, volumePageSize(medium, pod))
    // As upstream mounts it, anybody may write there, and only the owner of a file may remove it.
    if (medium === 'Memory' && !isMounted)
      await mountTmpfs(folder, ['mode=1777', `size=${memorySizeBytes(emptyDir, pod, place.allocatable)}`])
    // Mounts spread only from a mount that is shared, which the file system around it need not be.
    const spreads = allContainers(pod).some(({ volumeMounts = [] }) =>
      volumeMounts.some(mount => mount.name === name && (mount.mountPropagation ?? 'None') !== 'None'),
    )
    if (spreads) await shareMount(folder)
    await chmod(folder, medium === 'Memory' ? 0o1777 : 0o777)
    const { fsGroup, fsGroupChangePolicy } = pod.spec.securityContext ?? {}
    if (fsGroup !== undefined) await grantGroup(folder, { group: fsGroup, onlyOnMismatch: fsGroupChangePolicy === 'OnRootMismatch' })
    return folder
  }

  /** Lets the pod's group into a disk of the node, once, unless another pod uses it already. Upstream: pkg/volume/local. */
  async #own({ name, persistentVolumeClaim }: Volume, pod: Pod, path: string): Promise<void> {
    const { fsGroup, fsGroupChangePolicy } = pod.spec.securityContext ?? {}
    const marker = join(this.podFolder(pod), 'volumes', FOLDERS.local, name)
    if (fsGroup === undefined || persistentVolumeClaim?.readOnly || existsSync(marker)) return
    const isShared = [...this.#paths].some(([uid, paths]) => uid !== pod.metadata.uid && [...paths.values()].includes(path))
    const { gid } = await stat(path)
    if (!isShared) await grantGroup(path, { group: fsGroup, onlyOnMismatch: fsGroupChangePolicy === 'OnRootMismatch' })
    else if (gid !== fsGroup) {
      const message = `The requested fsGroup is ${fsGroup}, but the volume ${name} has GID ${gid}. The volume may not be shareable.`
      this.#options.warn(pod, 'AlreadyMountedVolume', message)
    }
    await this.#folder(pod, 'local', name)
  }

  async #nfs({ name }: Volume, pod: Pod, { server, path }: { server: string; path: string }): Promise<string> {
    const folder = await this.#folder(pod, 'nfs', name)
    if (!mountsBelow(folder).includes(folder)) await mountNfs(`${server}:${path}`, folder)
    return folder
  }

  async #folder(pod: Pod, kind: keyof typeof FOLDERS, name: string): Promise<string> {
    const folder = join(this.podFolder(pod), 'volumes', FOLDERS[kind], name)
    await mkdir(folder, { recursive: true, mode: 0o755 })
    return folder
  }
}
/** Names a pod's image volume in the snapshot service. */
const viewKey = (uid: string, volume: string) => `knarr-volume-${uid}-${volume}`
async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
const isSystemError = (error: unknown): error is Error => error instanceof Error && ('syscall' in error || error.name === 'ProgramFailed')
