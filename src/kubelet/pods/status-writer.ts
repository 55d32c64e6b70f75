/** Writes pod statuses to the API: only what changed, one write at a time per pod, the newest last. */
import { backoffMs } from '#base/backoff.ts'
import { type Clock, wait } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import type { Client } from '#client/transport.ts'
import { Pod } from '#kinds/core/pod.ts'
import type { PodStatus } from '#kinds/core/pod-status.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { statusPatch } from './status-patch.ts'

interface Pending {
  readonly pod: Pod
  readonly status: PodStatus
}
interface Written {
  readonly status: PodStatus
  /** The pod's resourceVersion after the write. */
  readonly version: number
}
const RETRY = { firstMs: 50, maxMs: 5_000 }

export class StatusWriter implements Disposable {
  readonly #client: Client
  readonly #clock: Clock
  readonly #log: Log
  readonly #written = new Map<string, Written>()
  readonly #pending = new Map<string, Pending>()
  readonly #writing = new Map<string, Promise<void>>()
  readonly #stop = new AbortController()

  constructor({ client, clock, log }: { readonly client: Client; readonly clock: Clock; readonly log: Log }) {
    this.#client = client
    this.#clock = clock
    this.#log = log
  }

  /** Writes later, and only if the status differs from what was written before. */
  set(pod: Pod, status: PodStatus): void {
    const { uid = '' } = pod.metadata
    this.#pending.set(uid, { pod, status })
    if (!this.#writing.has(uid))
      this.#writing.set(
        uid,
        this.#drain(uid).finally(() => this.#writing.delete(uid)),
      )
  }
  /** Resolves when the pod's last status is written, or the pod is gone. */
  async flush(uid: string): Promise<void> {
    await this.#writing.get(uid)
  }
  forget(uid: string): void {
    this.#written.delete(uid)
    this.#pending.delete(uid)
  }
  [Symbol.dispose](): void {
    this.#stop.abort()
  }

  async #drain(uid: string): Promise<void> {
    // What is set in one go is written once.
    await Promise.resolve()
    for (let failures = 0; !this.#stop.signal.aborted; ) {
      const pending = this.#pending.get(uid)
      if (!pending) return
      try {
        await this.#write(uid, pending)
        failures = 0
        if (this.#pending.get(uid) === pending) this.#pending.delete(uid)
      } catch (error) {
        if (isRefusal(error, 'NotFound')) return void this.#pending.delete(uid)
        this.#log.warn({ error, pod: pending.pod.metadata.name }, 'cannot write pod status, trying again')
        await wait(this.#clock, backoffMs(failures++, RETRY), this.#stop.signal)
      }
    }
  }

  async #write(uid: string, { pod, status }: Pending): Promise<void> {
    const written = this.#written.get(uid)
    // A pod seen after the last write shows what others have written since, which is put right; one seen before shows what is no longer so.
    const isOld = written !== undefined && Number(pod.metadata.resourceVersion) < written.version
    const patch = statusPatch(isOld ? written.status : pod.status, status)
    if (!patch) return
    const { name = '', namespace = '' } = pod.metadata
    // The UID guards against a new pod of the same name.
    const body = { metadata: { uid }, status: patch }
    const { metadata } = await this.#client.patch(Pod, { name, namespace }, 'strategic', body, { subresource: 'status' })
    this.#written.set(uid, { status, version: Number(metadata.resourceVersion) })
  }
}
