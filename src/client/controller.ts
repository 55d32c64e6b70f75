/** What a controller is, and what runs it: keys come from watches, wait in a queue, and are worked on until they are as wanted. */
import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import { WorkQueue } from '#base/work-queue.ts'
import type { AnyKind } from '#kinds/catalogue.ts'
import type { KindClass } from '#kinds/declare.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { type Change, keyOf, type Mirror, refOf } from './mirror.ts'
import type { Mirrors } from './mirrors.ts'
import type { Client, Ref } from './transport.ts'

/** What controllers see of the cluster and act on. */
export interface Cluster {
  readonly client: Client
  readonly mirrors: Mirrors
  readonly clock: Clock
  readonly log: Log
}
/** A kind whose changes concern objects of the reconciled kind. */
export interface Watched {
  readonly kind: AnyKind
  readonly concerns: (object: unknown, mirrors: Mirrors) => readonly Ref[]
  /** Whether a change can concern anybody; for kinds that report often what does not matter here. Absent: every change does. */
  readonly matters?: (before: unknown, after: unknown) => boolean
  /** How long a look may wait for further changes, in milliseconds; absent: not at all. */
  readonly patienceMs?: (concerned: Ref, mirrors: Mirrors, change: Change<unknown>) => number
}
export interface Controller {
  /** In logs, and the name by which it is switched off. */
  readonly name: string
  /** The kind whose objects are looked after. */
  readonly reconciles: AnyKind
  /** Which changes of such an object are worth a look; absent: every one. */
  readonly matters?: Watched['matters']
  /** How long a look after such a change may wait for further ones; absent: not at all. */
  readonly patienceMs?: Watched['patienceMs']
  readonly watches?: readonly Watched[]
  /** How many objects are worked on at the same time; default 1. */
  readonly concurrency?: number
  /** Brings one object, which may be gone, closer to what is wanted. A number asks to look again after so many milliseconds. */
  readonly act: (ref: Ref, cluster: Cluster) => Promise<number | undefined>
}

/** Says why a kind is watched: `watches(Secret, secret => [ref of the service account])`. */
export const watches = <T>(kind: KindClass<T>, concerns: (object: T, mirrors: Mirrors) => readonly Ref[]): Watched => ({
  kind,
  concerns: (object, mirrors) => concerns(object as T, mirrors),
})

interface Named {
  readonly metadata: Ref
}

/** Starts a controller. It begins when its mirrors have been filled; dispose to stop it. */
export function startController(controller: Controller, cluster: Cluster): AsyncDisposable {
  const { name, reconciles, matters, patienceMs, concurrency, act } = controller
  const log = cluster.log.child({ controller: name })
  const queue = new WorkQueue({
    clock: cluster.clock,
    ...(concurrency && { concurrency }),
    work: key => act(refOf(key), cluster),
    failed: (key, error, retryInMs) => {
      const fields = { key, error, retryInMs }
      // A conflict only says that someone was quicker; the next look will see what they wrote.
      if (isRefusal(error, 'Conflict')) log.debug(fields, 'will try again')
      else log.warn(fields, 'will try again')
    },
  })
  const own: Watched = {
    kind: reconciles,
    concerns: object => [(object as Named).metadata],
    ...(matters && { matters }),
    ...(patienceMs && { patienceMs }),
  }
  const watched = [own, ...(controller.watches ?? [])].map(each => ({ ...each, mirror: cluster.mirrors.of<unknown>(each.kind) }))
  const subscriptions = new DisposableStack()
  const listen = ({ mirror, concerns, matters, patienceMs }: Watched & { readonly mirror: Mirror<unknown> }) =>
    subscriptions.use(
      mirror.onChange(change => {
        const { before, after } = change
        if (matters && !matters(before, after)) return
        for (const object of [before, after])
          if (object) for (const ref of concerns(object, cluster.mirrors)) queue.add(keyOf(ref), patienceMs?.(ref, cluster.mirrors, change))
      }),
    )
  const started = Promise.all(watched.map(({ mirror }) => mirror.ready)).then(() => {
    if (!subscriptions.disposed) watched.forEach(listen)
  })
  return {
    async [Symbol.asyncDispose]() {
      subscriptions.dispose()
      await queue[Symbol.asyncDispose]()
      void started
    },
  }
}

/** Something that runs beside the others for as long as it is not disposed. */
export interface Runner {
  readonly name: string
  readonly start: (cluster: Cluster) => AsyncDisposable
}
export const runnerOf = (controller: Controller): Runner => ({
  name: controller.name,
  start: cluster => startController(controller, cluster),
})
