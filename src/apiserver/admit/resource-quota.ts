/** ResourceQuota: what a namespace uses in all stays within its quotas, however many requests come at once. Last of all plugins. */
import type { Clock } from '#base/clock.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { ResourceQuota } from '#kinds/core/resource-quota.ts'
import { isInScopes } from '#kinds/core/resource-quota/scopes.ts'
import { added, type Amounts, amountsText, difference, isMore, masked, unsaid, usageOf } from '#kinds/core/resource-quota/usage.ts'
import { refuse } from '#kinds/meta/refusal.ts'
import { amountOf, compareQuantities } from '#schema/quantity.ts'
import { Mismatch, type Store } from '#store/store.ts'
import { Collection } from '../resources/collection.ts'
import type { AnyObject } from '../resources/item.ts'
import type { Admission, AdmissionPlugin } from './admission.ts'
import { denied } from './denied.ts'
import { OneByOne } from './one-by-one.ts'

/** Events come by themselves and go by themselves (upstream: DefaultIgnoredResources). */
const IGNORED = new Set(['events', 'events.events.k8s.io'])
/** Kinds whose updates can change what they use. */
const GROWING = new Set(['services', 'persistentvolumeclaims'])
/** How often the controller may be quicker before the client is told to try again. */
const ATTEMPTS_MAX = 20
/** Quotas of which the last charge is remembered; of others nothing is given back, and the controller counts anew. */
const BOOK_MAX = 10_000

/** The store only serves to write the quotas' status. */
export function resourceQuota({ store, clock }: { readonly store: Store; readonly clock: Clock }): AdmissionPlugin {
  const { group, options } = ResourceQuota
  const quotas = new Book(new Collection(store, clock, { group, plural: options.plural, isNamespaced: true }))
  const turns = new OneByOne()
  return {
    name: 'ResourceQuota',
    concerns: isCharged,
    async validate(admission) {
      const { target, objects } = admission
      if ((await objects.list(ResourceQuota, target.namespace)).length === 0) return undefined
      const charges = await turns.run(target.namespace, () => charge(quotas, admission))
      if (!charges.length) return undefined
      // What a failed write has been charged for goes back, unless the controller has counted anew since.
      return async ending => {
        if (ending === 'failed') await turns.run(target.namespace, () => refund(quotas, admission, charges))
      }
    },
  }
}

const qualified = ({ target: { group, resource } }: Admission) => (group ? `${resource}.${group}` : resource)
function isCharged(admission: Admission): boolean {
  const { operation, target } = admission
  const resource = qualified(admission)
  if (!target.namespace || IGNORED.has(resource)) return false
  if (operation === 'CREATE') return target.subresource === ''
  if (operation !== 'UPDATE') return false
  return resource === 'pods' ? target.subresource === 'resize' : GROWING.has(resource) && target.subresource === ''
}

interface Charge {
  readonly quota: ResourceQuota
  readonly change: Amounts
  readonly used: Amounts
}
interface Charged extends Charge {
  readonly count: number
}

/** Writes the quotas' status, and knows whether anybody else has written since. */
class Book {
  readonly #collection: Collection
  /** By UID: what this server wrote last, and how often others have written before. */
  readonly #written = new Map<string, { readonly resourceVersion: string; readonly count: number }>()
  constructor(collection: Collection) {
    this.#collection = collection
  }
  /** Throws Mismatch. */
  async write(quota: ResourceQuota, used: Amounts): Promise<number> {
    const { uid = '', resourceVersion } = quota.metadata
    const known = this.#written.get(uid)
    const others = known?.resourceVersion === resourceVersion ? 0 : 1
    const count = (known?.count ?? 0) + others
    const next = { ...quota, status: { ...quota.status, used } } as unknown as AnyObject
    const { revision } = await this.#collection.put(next, Number(resourceVersion))
    this.#written.delete(uid)
    this.#written.set(uid, { resourceVersion: String(revision), count })
    if (this.#written.size > BOOK_MAX) this.#written.delete(this.#written.keys().next().value as string)
    return count
  }
  isUntouchedSince({ metadata: { uid = '', resourceVersion } }: ResourceQuota, count: number): boolean {
    const known = this.#written.get(uid)
    return known !== undefined && known.resourceVersion === resourceVersion && known.count === count
  }
}

/** Charges all quotas or none. Throws Forbidden. */
async function charge(book: Book, admission: Admission): Promise<readonly Charged[]> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const charges = await chargesOf(admission)
    if (admission.dryRun) return []
    const charged: Charged[] = []
    try {
      for (const one of charges) charged.push({ ...one, count: await book.write(one.quota, one.used) })
      return charged
    } catch (error) {
      await refund(book, admission, charged)
      if (!(error instanceof Mismatch)) throw error
    }
  }
  throw refuse.modified({ group: '', resource: 'resourcequotas' }, admission.target.namespace)
}

async function chargesOf(admission: Admission): Promise<readonly Charge[]> {
  const { objects, target, draft, before, now } = admission
  const resource = qualified(admission)
  const usage = usageOf(resource, draft, now)
  const charges: Charge[] = []
  for (const quota of await objects.list(ResourceQuota, target.namespace)) {
    const { spec, status, metadata } = quota
    const { hard = {}, used = {} } = status
    const names = Object.keys(hard)
    if (!isInScopes(spec, resource, draft)) continue
    const silence = resource === 'pods' ? unsaid(draft as Pod, names) : undefined
    if (silence && admission.operation === 'CREATE') throw denied(admission, `failed quota: ${metadata.name}: must specify ${silence}`)
    const was = before && isInScopes(spec, resource, before) ? usageOf(resource, before, now) : {}
    const change = masked(difference(usage, was), names)
    if (Object.keys(change).length === 0) continue
    const unknown = Object.keys(change).filter(name => amountOf(used, name) === undefined)
    if (unknown.length) throw denied(admission, `status unknown for quota: ${metadata.name}, resources: ${unknown.toSorted().join(',')}`)
    const next = added(used, change)
    const exceeded = Object.keys(change).filter(
      name => isMore(change[name] as string) && compareQuantities(next[name] as string, hard[name] as string) > 0,
    )
    if (exceeded.length) {
      const text = (amounts: Amounts) => amountsText(masked(amounts, exceeded))
      throw denied(admission, `exceeded quota: ${metadata.name}, requested: ${text(change)}, used: ${text(used)}, limited: ${text(hard)}`)
    }
    charges.push({ quota, change, used: next })
  }
  return charges
}

async function refund(book: Book, { objects }: Admission, charged: readonly Charged[]): Promise<void> {
  for (const { quota, change, count } of charged) {
    const { namespace = '', name = '' } = quota.metadata
    const current = await objects.get(ResourceQuota, { namespace, name })
    if (!current || !book.isUntouchedSince(current, count)) continue
    try {
      await book.write(current, added(current.status.used ?? {}, difference({}, change)))
    } catch (error) {
      if (!(error instanceof Mismatch)) throw error
    }
  }
}
