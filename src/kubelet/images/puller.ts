/** Gets the image of a container: present already, or pulled as its policy says, with growing pauses after failures. */
import type { Clock } from '#base/clock.ts'
import { goError, type GrpcError, isGrpcError } from '#base/grpc/client.ts'
import type { Received } from '#base/grpc/message.ts'
import { Slots } from '#base/slots.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { usualPullPolicy } from '#kinds/core/pod/image-name.ts'
import { START_RETRY_MS } from '../pods/attempts.ts'
import { endOfPause, longer, type Pause } from '../pods/restart.ts'
import type { Runtime } from '../runtime/cri/client.ts'
import type { Image } from '../runtime/cri/image.ts'
import type { SandboxConfig } from '../runtime/sandbox-config.ts'
import { type Offer, offersOf } from './credentials.ts'
import { accessOf } from './pull-access.ts'
import type { PullRecords } from './pull-records.ts'
import { faultOf } from './reference.ts'
import { isUnreachable } from './unreachable.ts'

export type LocalImage = Received<typeof Image>

/** Why there is no image: the reason and message of a waiting container. */
export class ImageTrouble extends Error {
  override readonly name = 'ImageTrouble'
  readonly reason: string
  /** Milliseconds since the epoch; another attempt before it is in vain. */
  readonly retryAt: number
  /** What is shown while it waits. */
  readonly later: { readonly reason: string; readonly message: string } | undefined
  constructor(reason: string, message: string, more: { retryAt: number; later?: { reason: string; message: string }; cause?: unknown }) {
    super(message, { cause: more.cause })
    this.reason = reason
    this.retryAt = more.retryAt
    this.later = more.later
  }
}
export interface ImageWish {
  readonly image: string
  readonly policy: 'Always' | 'IfNotPresent' | 'Never' | undefined
  /** The pod that asks; each has pauses of its own. */
  readonly pod: Pod
  readonly secrets: Parameters<typeof offersOf>[1]
  readonly sandboxConfig: SandboxConfig
  readonly signal: AbortSignal
  readonly record: (type: 'Normal' | 'Warning', reason: string, message: string) => void
}

export interface PullerOptions {
  readonly runtime: Runtime
  readonly clock: Clock
  /** What the node itself may offer for an image, after the secrets of the pod. */
  readonly nodeCredentials: (image: string, pod: Pod) => Promise<readonly Offer[]>
  readonly records: PullRecords
  readonly parallelPullsMax: number
  /** Told of each image that was pulled: its size, 0 when it is not known, and how long that took. */
  readonly pulled?: (sizeBytes: number, ms: number) => void
}

export class ImagePuller {
  readonly #runtime: Runtime
  readonly #clock: Clock
  readonly #nodeCredentials: PullerOptions['nodeCredentials']
  readonly #records: PullRecords
  readonly #slots: Slots
  readonly #pulled: NonNullable<PullerOptions['pulled']>
  readonly #pauses = new Map<string, Pause & { readonly message: string }>()

  constructor({ runtime, clock, nodeCredentials, records, parallelPullsMax, pulled = () => undefined }: PullerOptions) {
    this.#pulled = pulled
    this.#records = records
    this.#runtime = runtime
    this.#clock = clock
    this.#nodeCredentials = nodeCredentials
    this.#slots = new Slots(parallelPullsMax)
  }

  /** Throws ImageTrouble; and AbortError when `signal` aborts. */
  async ensure(wish: ImageWish): Promise<LocalImage> {
    const { image, record } = wish
    const fault = faultOf(image)
    if (fault) {
      const message = `Failed to apply default image tag ${JSON.stringify(image)}: couldn't parse image name ${JSON.stringify(image)}: ${fault}`
      record('Warning', 'InspectFailed', message)
      throw new ImageTrouble('InvalidImageName', message, { retryAt: this.#clock.now() + START_RETRY_MS })
    }
    const policy = wish.policy ?? usualPullPolicy(image)
    const found = await this.#find(image)
    const present = found && (await this.#isAllowed(wish, found)) ? found : undefined
    if (present && policy !== 'Always') {
      record('Normal', 'Pulled', `Container image ${JSON.stringify(image)} already present on machine and can be accessed by the pod`)
      return present
    }
    if (policy === 'Never') {
      const message = `Container image ${JSON.stringify(image)} is not present with pull policy of Never`
      record('Warning', 'ErrImageNeverPull', message)
      throw new ImageTrouble('ErrImageNeverPull', message, { retryAt: this.#clock.now() + START_RETRY_MS })
    }
    return this.#pull(wish, present)
  }

  forget(podUid: string): void {
    for (const key of this.#pauses.keys()) if (key.startsWith(`${podUid}\0`)) this.#pauses.delete(key)
  }

  /** Forgets who has pulled images that are no longer here. Throws GrpcError. */
  async forgetGone(): Promise<void> {
    const { images } = await this.#runtime.listImages({})
    this.#records.keepOnly(new Set(images.map(({ id }) => id)))
  }

  async #pull(wish: ImageWish, present: LocalImage | undefined): Promise<LocalImage> {
    const { image, pod, record } = wish
    const key = `${pod.metadata.uid}\0${image}`
    const pause = this.#pauses.get(key)
    const end = pause ? endOfPause(pause, pause.at, this.#clock.now()) : undefined
    if (pause && end !== undefined && this.#clock.now() < end) {
      const message = `Back-off pulling image ${JSON.stringify(image)}: ${pause.message}`
      throw new ImageTrouble('ImagePullBackOff', message, { retryAt: end })
    }
    record('Normal', 'Pulling', `Pulling image ${JSON.stringify(image)}`)
    const asked = this.#clock.now()
    let started = asked
    let offer: Offer | undefined
    this.#records.begin(image, present?.id)
    try {
      await this.#slots.run(async () => {
        wish.signal.throwIfAborted()
        started = this.#clock.now()
        offer = await this.#pullWithCredentials(wish)
      })
    } catch (error) {
      this.#records.fail(image)
      wish.signal.throwIfAborted()
      if (!isGrpcError(error)) throw error
      // What was imported by hand has no registry that could be asked: `latest` of such a name is what is here.
      if (present && isUnreachable(error.message)) {
        record('Normal', 'Pulled', `Container image ${JSON.stringify(image)} already present on machine and can be accessed by the pod`)
        return present
      }
      throw this.#failed(wish, { error, key, pause })
    }
    this.#pauses.delete(key)
    const tookMs = this.#clock.now() - started
    const pulled = await this.#find(image)
    this.#pulled(pulled?.size ?? 0, tookMs)
    if (pulled) this.#records.succeed(image, { imageRef: pulled.id, names: pulled.repoTags }, accessOf(offer))
    else this.#records.fail(image)
    if (!pulled)
      throw new ImageTrouble('ImageInspectError', `Failed to inspect image ${JSON.stringify(image)}`, {
        retryAt: this.#clock.now() + START_RETRY_MS,
      })
    const [took, waited] = [started, asked].map(since => goSeconds(this.#clock.now() - since))
    record(
      'Normal',
      'Pulled',
      `Successfully pulled image ${JSON.stringify(image)} in ${took} (${waited} including waiting). Image size: ${pulled.size} bytes.`,
    )
    return pulled
  }

  #failed({ image, record }: ImageWish, { error, key, pause }: { error: GrpcError; key: string; pause: Pause | undefined }): ImageTrouble {
    const now = this.#clock.now()
    const message = goError(error)
    const next = { ...longer(pause, { since: now, now }), message: `ErrImagePull: ${message}` }
    this.#pauses.set(key, next)
    record('Warning', 'Failed', `Failed to pull image ${JSON.stringify(image)}: ${message}`)
    record('Warning', 'Failed', 'Error: ErrImagePull')
    record('Normal', 'BackOff', `Back-off pulling image ${JSON.stringify(image)}`)
    record('Warning', 'Failed', 'Error: ImagePullBackOff')
    const later = { reason: 'ImagePullBackOff', message: `Back-off pulling image ${JSON.stringify(image)}: ${next.message}` }
    return new ImageTrouble('ErrImagePull', message, { retryAt: now + next.ms, later, cause: error })
  }

  /** What was pulled with credentials is not for who has none that the registry took. */
  async #isAllowed({ image, pod, secrets }: ImageWish, { id }: LocalImage): Promise<boolean> {
    const ofPod = offersOf(image, secrets)
    return (
      this.#records.isAllowed(image, id, ofPod) ||
      this.#records.isAllowed(image, id, [...ofPod, ...(await this.#nodeCredentials(image, pod))])
    )
  }

  /** One offer after the other; only who has none to make comes without a name. Gives the one that was taken. */
  async #pullWithCredentials({ image, pod, secrets, sandboxConfig, signal }: ImageWish): Promise<Offer | undefined> {
    const offers = [...offersOf(image, secrets), ...(await this.#nodeCredentials(image, pod))]
    let failure: unknown
    for (const offer of offers.length ? offers : [undefined]) {
      try {
        await this.#runtime.pullImage({ image: { image }, ...(offer && { auth: offer.credentials }), sandboxConfig }, { signal })
        return offer
      } catch (error) {
        failure ??= error
        signal.throwIfAborted()
      }
    }
    throw failure
  }

  async #find(image: string): Promise<LocalImage | undefined> {
    return (await this.#runtime.imageStatus({ image: { image } })).image
  }
}

const goSeconds = (ms: number) => (ms < 1000 ? `${ms}ms` : `${ms / 1000}s`)
