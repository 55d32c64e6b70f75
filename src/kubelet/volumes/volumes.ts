/** The volumes of a pod on this node: made before its containers, kept up to date, and taken away without a trace. */
import { chmod, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Client } from '#client/transport.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { Volume } from '#kinds/core/volume.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { quantityValue } from '#schema/quantity.ts'
import { type PodPlace, UnknownField } from '../runtime/downward.ts'
import type { Sources } from '../runtime/environment.ts'
import { writeAtomically } from './atomic-writer.ts'
import { claimed } from './claims.ts'
import { prepareHostPath } from './host-path.ts'
import { mountNfs, mountsBelow, mountTmpfs, unmountBelow } from './mount-points.ts'
import { grantGroup } from './ownership.ts'
import { isPayload, payloadOf, VolumeProblem } from './payload.ts'
import type { Tokens } from './tokens.ts'

export interface VolumesOptions {
  readonly client: Client
  readonly tokens: Tokens
  /** Holds a folder per pod, named by its UID. */
  readonly podsFolder: string
}
export interface PodView {
  readonly pod: Pod
  readonly place: PodPlace
  readonly sources: Sources
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
  nfs: 'kubernetes.io~nfs',
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
    await rm(folder, { recursive: true, force: true })
  }

  async #mountOne(volume: Volume, view: PodView): Promise<string> {
    const { pod } = view
    const { client } = this.#options
    if (isPayload(volume)) return this.#writePayload(volume, view)
    if (volume.emptyDir) return this.#emptyDir(volume, pod)
    const { hostPath, nfs } = volume
    const place = hostPath ? { path: hostPath.path, type: hostPath.type ?? '' } : (nfs ?? (await claimed(client, pod, volume)))
    if (!place) throw new VolumeProblem('no volume plugin matched')
    if ('server' in place) return this.#nfs(volume, pod, place)
    await prepareHostPath(place.path, place.type ?? '')
    return place.path
  }

  async #writePayload(volume: Volume, { pod, place, sources }: PodView): Promise<string> {
    const { tokens } = this.#options
    if (volume.projected) await tokens.prepare(pod)
    const payload = payloadOf(volume, { pod, place, sources, token: (audience, path) => tokens.get(pod, audience, path) })
    const kind = volume.configMap ? 'configMap' : volume.secret ? 'secret' : volume.projected ? 'projected' : 'downwardAPI'
    const folder = await this.#folder(pod, kind, volume.name)
    // Secrets stay in memory: no disk ever holds them.
    if ((kind === 'secret' || kind === 'projected') && !mountsBelow(folder).includes(folder)) await mountTmpfs(folder, ['mode=0755'])
    const group = pod.spec.securityContext?.fsGroup
    await writeAtomically({ folder, payload, ...(group !== undefined && { group }) })
    return folder
  }

  async #emptyDir({ name, emptyDir }: Volume, pod: Pod): Promise<string> {
    const folder = await this.#folder(pod, 'emptyDir', name)
    const { medium = '', sizeLimit } = emptyDir ?? {}
    if (medium.startsWith('HugePages')) throw new VolumeProblem(`emptyDir medium "${medium}" is not supported on this node`)
    if (medium === 'Memory' && !mountsBelow(folder).includes(folder)) {
      const size = sizeLimit ? quantityValue(sizeLimit) : 0
      await mountTmpfs(folder, ['mode=0777', ...(size > 0 ? [`size=${size}`] : [])])
    }
    await chmod(folder, 0o777)
    const { fsGroup, fsGroupChangePolicy } = pod.spec.securityContext ?? {}
    if (fsGroup !== undefined) await grantGroup(folder, { group: fsGroup, onlyOnMismatch: fsGroupChangePolicy === 'OnRootMismatch' })
    return folder
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
const isSystemError = (error: unknown): error is Error => error instanceof Error && ('syscall' in error || error.name === 'ProgramFailed')
