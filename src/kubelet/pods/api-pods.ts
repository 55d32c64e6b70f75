/** The pods that the API gives this node. Mirror pods are none of them: they only show what comes from elsewhere. */
import type { Change, Mirror } from '#client/mirror.ts'
import type { Client } from '#client/transport.ts'
import { isMirror } from '#kinds/core/pod/facts.ts'
import { Pod } from '#kinds/core/pod.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import type { PodSource } from './pod-source.ts'
import type { StatusWriter } from './status-writer.ts'

interface Parts {
  readonly client: Client
  readonly statuses: StatusWriter
  readonly pods: Mirror<Pod>
}

export class ApiPods implements PodSource {
  readonly #parts: Parts
  constructor(parts: Parts) {
    this.#parts = parts
  }

  get isReady(): boolean {
    return this.#parts.pods.isReady
  }
  get ready(): Promise<void> {
    return this.#parts.pods.ready
  }
  onChange(listener: (change: Change<Pod>) => void): Disposable {
    return this.#parts.pods.onChange(change => {
      const pod = change.after ?? change.before
      if (pod && !isMirror(pod)) listener(change)
    })
  }
  shown(pod: Pod): Pod {
    return pod
  }
  /** The API forgets the pod only when its last words are written. */
  async ended({ metadata }: Pod): Promise<void> {
    const { client, statuses } = this.#parts
    const { name = '', namespace, uid = '' } = metadata
    await statuses.flush(uid)
    try {
      await client.delete(Pod, { name, namespace }, { gracePeriodSeconds: 0, preconditions: { uid } })
    } catch (error) {
      if (!isRefusal(error, 'NotFound') && !isRefusal(error, 'Conflict')) throw error
    }
  }
}
