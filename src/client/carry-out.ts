/** Carries a plan out: creates slowly at first, updates, deletes, writes the status, and tells the mirrors what it has written. */
import type { KindClass } from '#kinds/declare.ts'
import { isRefusal, Refusal } from '#kinds/meta/refusal.ts'
import { decode } from '#schema/decode.ts'
import { isEqual } from '#schema/json-value.ts'
import type { Cluster } from './controller.ts'
import { controllerReference, type Meta } from './owners.ts'
import type { Creation, Deletion, Note, Plan, Refused, Update } from './plan.ts'

/** The first batch of creations; each further one is twice as large (upstream: SlowStartInitialBatchSize). */
const FIRST_BATCH = 1

export interface Order<T> {
  readonly plan: Plan<T>
  /** The object that was decided on and its kind; absent when it is gone. */
  readonly about: { readonly kind: KindClass<T>; readonly object: T } | undefined
  /** Creations of these kinds get the object as their controller. */
  readonly owns: ReadonlySet<unknown>
  readonly tell: (note: Note) => void
}
/** Gives what was refused. Throws Refusal when the object's own change or status was refused, and whatever is a fault. */
export async function carryOut<T>(cluster: Cluster, order: Order<T>): Promise<readonly Refused[]> {
  const { plan, tell, about } = order
  for (const note of plan.events ?? []) tell(note)
  const status = about && statusOf(about.kind, plan)
  const isStatusDue = about && status !== undefined && !isEqual(status, (about.object as unknown as Stated).status ?? {})
  const goesAlong = isStatusDue && plan.object && differsInNotesOnly(plan.object as unknown as Stated, about.object as unknown as Stated)
  const current = about && (await writeObject(cluster, about, goesAlong ? undefined : plan.object))
  const steps = new Steps(cluster, order)
  await steps.createAll(plan.create ?? [])
  await together((plan.update ?? []).map(one => steps.update(one)))
  await together((plan.delete ?? []).map(one => steps.delete(one)))
  if (isStatusDue) {
    const wanted = { ...((goesAlong ? plan.object : current) as T & object), status } as T
    cluster.mirrors.of(about.kind).learn(await cluster.client.update(about.kind, wanted, { subresource: 'status' }))
  }
  return steps.refused
}

interface Stated extends Meta {
  readonly status?: object
}
/** As the server will keep it: zeros that it does not write are no difference. */
function statusOf<T>({ fields }: KindClass<T>, { status }: Plan<T>): object | undefined {
  const declared = fields['status']
  return status && declared && (decode(declared.type, status).value as object)
}
/** Labels and annotations may be written together with a status, which saves a write. */
function differsInNotesOnly(wanted: Stated, seen: Stated): boolean {
  const { labels: _, annotations: __, ...meta } = wanted.metadata
  const { labels: ___, annotations: ____, ...seenMeta } = seen.metadata
  return isEqual({ ...wanted, metadata: meta, status: seen.status }, { ...seen, metadata: seenMeta })
}

async function writeObject<T>(
  { client, mirrors }: Cluster,
  { kind, object }: { kind: KindClass<T>; object: T },
  wanted: T | undefined,
): Promise<T> {
  if (!wanted || isEqual(wanted, object)) return object
  const written = await client.update(kind, wanted)
  mirrors.of(kind).learn(written)
  return written
}

type Step = Creation | Update | Deletion
class Steps {
  readonly refused: Refused[] = []
  readonly #cluster: Cluster
  readonly #order: Pick<Order<unknown>, 'owns' | 'tell'>
  readonly #controller: ReturnType<typeof controllerReference> | undefined
  #isNamespaceGoing = false

  // `any`: whatever kind of object was decided on
  constructor(cluster: Cluster, { about, owns, tell }: Omit<Order<any>, 'plan'>) {
    this.#cluster = cluster
    this.#order = { owns, tell }
    this.#controller = about && controllerReference(about.kind, about.object as Meta)
  }

  async createAll(creations: readonly Creation[]): Promise<void> {
    for (const kind of new Set(creations.map(one => one.kind))) {
      const all = creations.filter(one => one.kind === kind)
      let size = FIRST_BATCH
      for (let at = 0; at < all.length; at += size, size *= 2) {
        if (this.#isNamespaceGoing || this.refused.length > 0) return
        await together(all.slice(at, at + size).map(one => this.#create(one)))
      }
    }
  }
  #create(one: Creation): Promise<void> {
    const { client, mirrors } = this.#cluster
    const object = this.#controller && this.#order.owns.has(one.kind) ? withController(one.object, this.#controller) : one.object
    return this.#run('create', one, async () => {
      const made = await client.create(one.kind, object)
      mirrors.of(one.kind).learn(made)
      return made
    })
  }
  update(one: Update): Promise<void> {
    const { client, mirrors } = this.#cluster
    return this.#run('update', one, async () => {
      const written = await client.update(one.kind, one.object, one.subresource ? { subresource: one.subresource } : {})
      mirrors.of(one.kind).learn(written)
      return written
    })
  }
  delete(one: Deletion): Promise<void> {
    const { client, mirrors } = this.#cluster
    const { metadata } = one.object as Meta
    const preconditions = metadata.uid ? { preconditions: { uid: metadata.uid } } : {}
    return this.#run('delete', one, async () => {
      const ref = { namespace: metadata.namespace, name: metadata.name as string }
      const left = await client.delete(one.kind, ref, { ...one.options, ...preconditions })
      if (left) mirrors.of(one.kind).learn(left)
      else mirrors.of(one.kind).forget(one.object)
      return left ?? one.object
    })
  }

  async #run(step: Refused['step'], one: Step, act: () => Promise<unknown>): Promise<void> {
    try {
      const made = await act()
      const note = one.done?.(made)
      if (note) this.#order.tell(note)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      // What is gone needs no change any more; taking it out of the mirror wakes whom it concerns.
      if (step !== 'create' && isRefusal(error, 'NotFound')) return this.#cluster.mirrors.of(one.kind).forget(one.object)
      if (step === 'create' && isOfGoingNamespace(error)) {
        this.#isNamespaceGoing = true
        return
      }
      for (const note of [one.refused?.(error) ?? []].flat()) this.#order.tell(note)
      this.refused.push({ step, kind: one.kind, refusal: error })
    }
  }
}

/** Upstream's cause for refusals of namespace life cycle: nothing is made any more where everything is going. */
const isOfGoingNamespace = ({ status }: Refusal): boolean =>
  status.details?.causes?.some(({ reason }) => reason === 'NamespaceTerminating') ?? false

function withController(object: object, reference: object): object {
  const { metadata } = object as Partial<Meta>
  return { ...object, metadata: { ...metadata, ownerReferences: [...(metadata?.ownerReferences ?? []), reference] } }
}

/** Waits for all, then throws what the first that failed has thrown: nothing goes on behind a failure's back. */
async function together(work: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(work)) if (result.status === 'rejected') throw result.reason
}
