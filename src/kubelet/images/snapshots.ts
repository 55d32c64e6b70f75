/** Images as folders: read-only views of their unpacked layers, from containerd's own snapshot service. */
import { GrpcClient, isGrpcError, method } from '#base/grpc/client.ts'
import { many, message, text, textMap, texts } from '#base/grpc/message.ts'
import { run } from '#base/processes.ts'
import type { Runtime } from '../runtime/cri/client.ts'
import { NAMESPACE_OF_CRI } from './import.ts'

/** Field numbers: containerd, api/services/snapshots/v1 and api/types/mount.proto. */
const Mount = message({ type: text(1), source: text(2), target: text(3), options: texts(4) })
const ViewRequest = message({ snapshotter: text(1), key: text(2), parent: text(3), labels: textMap(4) })
const MountsRequest = message({ snapshotter: text(1), key: text(2) })
const Mounts = message({ mounts: many(1, Mount) })
const RemoveRequest = message({ snapshotter: text(1), key: text(2) })
const service = '/containerd.services.snapshots.v1.Snapshots'
const VIEW = method(`${service}/View`, ViewRequest, Mounts)
const MOUNTS = method(`${service}/Mounts`, MountsRequest, Mounts)
const REMOVE = method(`${service}/Remove`, RemoveRequest, message({}))

export interface ImageFolder {
  /** The image's id. */
  readonly image: string
  /** Names the view; the same key gives the same view again. */
  readonly key: string
  readonly to: string
}
const CALL = { timeoutMs: 60_000, metadata: { 'containerd-namespace': NAMESPACE_OF_CRI } }

/** CRI before containerd 2.1 cannot mount images into containers; what it would do is done here, for every version alike. KEP-4639. */
export class Snapshots implements Disposable {
  readonly #client: GrpcClient
  readonly #runtime: Runtime
  #snapshotter: string | undefined

  constructor(socket: string, runtime: Runtime) {
    this.#client = new GrpcClient(`unix:${socket}`)
    this.#runtime = runtime
  }

  /** Mounts the files of an image, read-only and not executable. Throws GrpcError and ProgramFailed. */
  async mount({ image, key, to }: ImageFolder): Promise<void> {
    const { info } = await this.#runtime.imageStatus({ image: { image }, verbose: true })
    const { chainID: parent } = JSON.parse(info['info'] ?? '{}') as { readonly chainID?: string }
    if (!parent) throw new Error(`mount image "${image}": the runtime does not tell its layers`)
    const snapshotter = await this.#name()
    // Nothing in containerd names this view, so it is to be kept until it is removed.
    const labels = { 'containerd.io/gc.root': new Date(0).toISOString() }
    const { mounts } = await this.#client.call(VIEW, { snapshotter, key, parent, labels }, CALL).catch((error: unknown) => {
      if (!isGrpcError(error, 'ALREADY_EXISTS')) throw error
      return this.#client.call(MOUNTS, { snapshotter, key }, CALL)
    })
    for (const { type, source, options } of mounts)
      await run(['mount', '-t', type, '-o', [...options, 'ro', 'noexec'].join(','), source, to])
  }
  /** Forgets a view that is no longer mounted; one that is not there is as good as forgotten. Throws GrpcError. */
  async remove(key: string): Promise<void> {
    await this.#client.call(REMOVE, { snapshotter: await this.#name(), key }, CALL).catch((error: unknown) => {
      if (!isGrpcError(error, 'NOT_FOUND')) throw error
    })
  }
  [Symbol.dispose](): void {
    this.#client[Symbol.dispose]()
  }

  /** The snapshotter that CRI uses: the folder of its file system is named by it. */
  async #name(): Promise<string> {
    if (this.#snapshotter) return this.#snapshotter
    const { imageFilesystems } = await this.#runtime.imageFsInfo({})
    const name = /snapshotter\.v1\.([\w-]+)$/.exec(imageFilesystems[0]?.fsId?.mountpoint ?? '')?.[1]
    if (!name) throw new Error('mount an image: the runtime does not tell where its layers are')
    return (this.#snapshotter = name)
  }
}

/** The kernel takes a page of options, which an image of fifty layers would overrun: layers are named from the folder that holds them all. */
export function layersFrom(options: readonly string[]): { readonly folder: string; readonly shortened: readonly string[] } {
  const layers =
    options
      .find(option => option.startsWith(LOWER))
      ?.slice(LOWER.length)
      .split(':') ?? []
  const folder = /^(.*\/snapshots)\/\d+\/fs$/.exec(layers[0] ?? '')?.[1]
  if (!folder || !layers.every(layer => layer.startsWith(`${folder}/`))) return { folder: '/', shortened: options }
  const short = `${LOWER}${layers.map(layer => layer.slice(folder.length + 1)).join(':')}`
  return { folder, shortened: options.map(option => (option.startsWith(LOWER) ? short : option)) }
}
const LOWER = 'lowerdir='
