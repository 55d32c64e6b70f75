/** The runtime of deciders: wakes them, gathers what they see, carries out what they decide, and remembers what was refused. */
import { controllerOf } from '#kinds/meta/owners.ts'
import type { AnyKind } from '#kinds/catalogue.ts'
import type { KindClass } from '#kinds/declare.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { selects } from '#kinds/meta/selecting.ts'
import { carryOut } from './carry-out.ts'
import { claim } from './claim.ts'
import { type Cluster, type Controller, type Runner, startController, type Watched } from './controller.ts'
import type { EventSubject } from './event-note.ts'
import { EventRecorder } from './events.ts'
import { type Change, keyOf } from './mirror.ts'
import type { Mirrors } from './mirrors.ts'
import { countControlledBy, indexByController, isReferenceTo, type Meta } from './owners.ts'
import type { Decider, Note, Owned, Plan, Refused } from './plan.ts'
import type { Ref } from './transport.ts'

/** Upstream's number of workers of most controllers. */
const CONCURRENCY = 5

/**
 * A look at an object costs a look at each of its children. So that it does not come with each change of each of thousands of children,
 * nor with each status that the look before it has written while they go on changing, it waits for so long per child, several times what
 * the look takes: a millisecond at fifty, a fifth of a second at ten thousand.
 */
const PATIENCE_MS = 0.02

/** The decider as something that runs. Mirrors of owned and watched kinds are shared with everybody else. */
export const deciding = <T, More = undefined>(decider: Decider<T, More>): Runner => ({
  name: decider.name,
  start: cluster => start(decider, cluster),
})

function start<T, More>(decider: Decider<T, More>, cluster: Cluster): AsyncDisposable {
  const { name, component = name, decides, owns = [], watches = [] } = decider
  const recorder = new EventRecorder({ client: cluster.client, clock: cluster.clock, log: cluster.log, component })
  for (const { kind } of owns) indexByController(cluster.mirrors.of(kind))
  const refused = new Map<string, readonly Refused[]>()
  const running = startController(
    {
      name,
      reconciles: decides,
      patienceMs: (ref, mirrors, change) => (leavesWish(change) ? patienceMs(decides, owns, { ref, mirrors }) : 0),
      watches: [...owns.map(owned => waking(decides, owned as Owned<unknown>)), ...watches],
      concurrency: decider.concurrency ?? CONCURRENCY,
      act: ref => round(decider, ref, { cluster, refused, recorder }),
    } satisfies Controller,
    cluster,
  )
  return {
    async [Symbol.asyncDispose]() {
      await running[Symbol.asyncDispose]()
      await recorder.flush()
    },
  }
}

/** A child wakes its controller; one without a controller wakes whoever selects it. */
function waking(decides: AnyKind, { kind, selector, isQuiet }: Owned<unknown>): Watched {
  if (isQuiet) return { kind, concerns: () => [] }
  const concerns = (child: unknown, mirrors: Mirrors): readonly Ref[] => {
    const { metadata } = child as Meta
    const { namespace } = metadata
    const owner = controllerOf(metadata)
    if (owner) return isReferenceTo(decides, owner) ? [{ namespace, name: owner.name }] : []
    if (!selector) return []
    const owners = mirrors.of<Meta>(decides).list(namespace)
    return owners.filter(one => selects(selector(one), metadata.labels)).map(one => one.metadata as Ref)
  }
  return { kind, concerns, patienceMs: (ref, mirrors) => patienceMs(decides, [{ kind }], { ref, mirrors }) }
}
function patienceMs(decides: AnyKind, owns: readonly Pick<Owned<unknown>, 'kind'>[], { ref, mirrors }: Concerned): number {
  const uid = mirrors.of<Meta>(decides).get(ref)?.metadata.uid
  const children = uid === undefined ? 0 : owns.reduce((sum, { kind }) => sum + countControlledBy(mirrors.of(kind), uid), 0)
  return Math.floor(children * PATIENCE_MS)
}
interface Concerned {
  readonly ref: Ref
  readonly mirrors: Mirrors
}
/** Whether what is wanted of the object is as it was: its status has changed, or a note on it. */
function leavesWish({ before, after }: Change<unknown>): boolean {
  if (!before || !after) return false
  const [seen, known] = [(before as Meta).metadata, (after as Meta).metadata]
  return seen.uid === known.uid && seen.generation === known.generation && seen.deletionTimestamp === known.deletionTimestamp
}

interface Round {
  readonly cluster: Cluster
  /** By key. */
  readonly refused: Map<string, readonly Refused[]>
  readonly recorder: EventRecorder
}
async function round<T, More>(decider: Decider<T, More>, ref: Ref, { cluster, refused, recorder }: Round): Promise<number | undefined> {
  const { decides, owns = [], look, decide, afterwards } = decider
  const { mirrors, clock } = cluster
  const key = keyOf(ref)
  const object = mirrors.of(decides).get(ref)
  let plan: Plan<T> | undefined
  if (object === undefined) {
    refused.delete(key)
    plan = afterwards?.(ref, mirrors)
  } else {
    const children = new Map<unknown, readonly unknown[]>()
    for (const owned of owns) children.set(owned.kind, await claim(cluster, { decides, object: object as T & Meta, owned }))
    plan = decide({
      object,
      children: <C>(kind: KindClass<C>) => (children.get(kind) ?? []) as readonly C[],
      more: look?.(object, mirrors) as More,
      refusals: refused.get(key) ?? [],
      now: clock.now(),
    })
  }
  if (!plan) return undefined
  const subject = object && subjectOf(decides, (object as unknown as Meta).metadata)
  const tell = ({ about = subject, ...note }: Note) => {
    if (about) recorder.record({ ...note, about })
  }
  const about = object === undefined ? undefined : { kind: decides, object }
  const outcome = await carryOut(cluster, { plan, about, owns: new Set(owns.map(({ kind }) => kind)), tell }).catch((error: unknown) => {
    // Somebody has deleted the object meanwhile. The mirror learns it here, which brings the key back to what remains to be done.
    if (object === undefined || !isRefusal(error, 'NotFound')) throw error
    mirrors.of(decides).forget(object)
    return []
  })
  const [first] = outcome
  if (!first) {
    refused.delete(key)
    return plan.lookAgainMs
  }
  refused.set(key, outcome)
  throw first.refusal
}
/** Objects from lists carry no apiVersion and kind of their own. */
const subjectOf = (kind: AnyKind, metadata: Meta['metadata']): EventSubject => ({
  apiVersion: kind.apiVersion,
  kind: kind.name,
  metadata,
})
