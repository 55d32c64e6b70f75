/** Removes images when the disk runs full, and tells the node's events when that does not help. */
import { statfs } from 'node:fs/promises'
import type { Clock } from '#base/clock.ts'
import { isGrpcError } from '#base/grpc/client.ts'
import type { Log } from '#base/log.ts'
import type { EventRecorder } from '#client/events.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { Runtime } from '../runtime/cri/client.ts'
import { PAUSE_IMAGE } from '../runtime/daemon/pause-image.ts'
import { type Disk, excessBytes, type KnownImage, outdated, removable, type Thresholds } from './garbage.ts'
import { fullImageName } from './names.ts'

export interface CollectorOptions {
  readonly clock: Clock
  readonly log: Log
  readonly runtime: Runtime
  readonly recorder: EventRecorder
  readonly nodeName: string
  /** All pods of this node: the images of their volumes are in use as well. */
  readonly pods: () => readonly Pod[]
  readonly thresholds: Thresholds
}
type History = Pick<KnownImage, 'seenAt' | 'usedAt'>

/** Not enough could be removed, or the runtime does not do it. */
class CollectionFailed extends Error {
  override readonly name = 'CollectionFailed'
}

export class ImageCollector {
  readonly #options: CollectorOptions
  readonly #begunAt: number
  #history = new Map<string, History>()
  #hasFailed = false

  constructor(options: CollectorOptions) {
    this.#options = options
    this.#begunAt = options.clock.now()
  }

  /** Removes what nobody has used for long, looks at the disk, and frees some of it when it is too full. Told is a failure that is not the first in a row, as upstream does. */
  async collect(): Promise<void> {
    try {
      await this.#collect()
      this.#hasFailed = false
    } catch (error) {
      if (!(error instanceof CollectionFailed) && !isGrpcError(error)) throw error
      this.#options.log.warn({ error }, 'cannot remove enough images')
      if (this.#hasFailed) this.#record('ImageGCFailed', error.message)
      this.#hasFailed = true
    }
  }

  /** Removes whatever no pod needs, since the node is short of disk. */
  async removeUnused(): Promise<void> {
    const { clock, log, thresholds } = this.#options
    try {
      await this.#remove(removable(await this.#images(), clock.now(), thresholds), Number.POSITIVE_INFINITY)
    } catch (error) {
      if (!(error instanceof CollectionFailed) && !isGrpcError(error)) throw error
      log.warn({ error }, 'cannot remove all unused images')
    }
  }

  async #collect(): Promise<void> {
    const { clock, thresholds } = this.#options
    const all = await this.#images()
    const old = outdated(all, { now: clock.now(), begunAt: this.#begunAt, unusedMaxMs: thresholds.unusedMaxMs })
    await this.#remove(old, Number.POSITIVE_INFINITY)
    const images = all.filter(image => !old.includes(image))
    const disk = await this.#disk()
    if (disk.capacityBytes === 0) {
      const message = 'invalid capacity 0 on image filesystem'
      this.#record('InvalidDiskCapacity', message)
      throw new CollectionFailed(message)
    }
    const wanted = excessBytes(disk, thresholds)
    if (wanted === 0) return
    const freed = await this.#remove(removable(images, clock.now(), thresholds), wanted)
    if (freed >= wanted) return
    const message = `Failed to garbage collect required amount of images. Attempted to free ${wanted} bytes, but only found ${freed} bytes eligible to free.`
    this.#record('FreeDiskSpaceFailed', message)
    throw new CollectionFailed(message)
  }

  /** One after the other until enough is free; one that does not go must not keep the others. */
  async #remove(images: readonly KnownImage[], wantedBytes: number): Promise<number> {
    const { runtime, log } = this.#options
    const failures: string[] = []
    let freed = 0
    for (const { id, sizeBytes } of images) {
      if (freed >= wantedBytes) break
      try {
        await runtime.removeImage({ image: { image: id } })
        log.info({ image: id, bytes: sizeBytes }, 'removed an image to free disk space')
        this.#history.delete(id)
        freed += sizeBytes
      } catch (error) {
        if (!isGrpcError(error)) throw error
        failures.push(error.message)
      }
    }
    if (failures.length)
      throw new CollectionFailed(
        `wanted to free ${wantedBytes} bytes, but freed ${freed} bytes space with errors in image deletion: ${failures.join(', ')}`,
      )
    return freed
  }

  /** All images that may ever go, with what is remembered of them. */
  async #images(): Promise<readonly KnownImage[]> {
    const { runtime, clock, pods } = this.#options
    const [{ images }, { containers }] = await Promise.all([runtime.listImages({}), runtime.listContainers({})])
    const volumes = pods().flatMap(({ spec }) => (spec.volumes ?? []).flatMap(({ image }) => image?.reference ?? []))
    const used = new Set([
      ...containers.flatMap(({ imageRef, imageId, image }) => [imageRef, imageId, image?.image ?? '']),
      ...volumes.map(fullImageName),
      PAUSE_IMAGE,
    ])
    const now = clock.now()
    const known = images
      .filter(({ pinned }) => !pinned)
      .map(({ id, size, repoTags, repoDigests }): KnownImage => {
        const isInUse = [id, ...repoTags, ...repoDigests].some(name => used.has(name))
        const { seenAt, usedAt } = this.#history.get(id) ?? { seenAt: now, usedAt: 0 }
        return { id, sizeBytes: size, seenAt, usedAt: isInUse ? now : usedAt, isInUse }
      })
    this.#history = new Map(known.map(({ id, seenAt, usedAt }) => [id, { seenAt, usedAt }]))
    return known
  }
  async #disk(): Promise<Disk> {
    const { imageFilesystems } = await this.#options.runtime.imageFsInfo({})
    const { blocks, bavail, bsize } = await statfs(imageFilesystems[0]?.fsId?.mountpoint ?? '/')
    return { capacityBytes: blocks * bsize, availableBytes: bavail * bsize }
  }
  #record(reason: string, message: string): void {
    const { recorder, nodeName: name } = this.#options
    recorder.record({ about: { apiVersion: 'v1', kind: 'Node', metadata: { name, uid: name } }, type: 'Warning', reason, message })
  }
}
