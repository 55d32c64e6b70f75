/** A small API server for tests: a few kinds of its own, the memory store, and everybody allowed. */
import type { Authorizer } from '#apiserver/authorize/authorizer.ts'
import { InProcess } from '#apiserver/in-process.ts'
import { Pipeline, type PipelineOptions } from '#apiserver/pipeline.ts'
import { VirtualClock } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import { seededRandom } from '#base/random.ts'
import type { CatalogueGroup } from '#kinds/catalogue.ts'
import { groupVersion } from '#kinds/declare.ts'
import { bool, int32, string } from '#schema/scalars.ts'
import { field, map } from '#schema/vocabulary.ts'
import { openMemory } from '#store/engines/memory/engine.ts'
import type { Store } from '#store/store.ts'

const core = groupVersion({ group: '', version: 'v1', package: 'io.k8s.api.core.v1' })
export class ConfigMap extends core.kind({
  plural: 'configmaps',
  shortNames: ['cm'],
  scope: 'Namespaced',
  fields: {
    immutable: field(4, bool, 'Whether it can be changed.', { explicit: true }),
    data: field(2, map(string), 'The data.'),
  },
  columns: { Data: ({ data }) => Object.keys(data ?? {}).length },
}) {}

const shop = groupVersion({ group: 'shop.example', version: 'v1', package: 'example.shop.v1' })
class OrderSpec extends shop.struct({
  item: field(1, string, 'What is wanted.', { required: true }),
  count: field(2, int32, 'How many.', { default: 1, minimum: 1 }),
}) {}
class OrderStatus extends shop.struct({
  shipped: field(1, int32, 'How many are on their way.', { always: true }),
  label: field(2, string, 'Selector.'),
}) {}
export class Order extends shop.kind({
  plural: 'orders',
  scope: 'Namespaced',
  bumpsGeneration: ['spec'],
  subresources: { status: true, scale: { replicas: '.spec.count', actual: '.status.shipped', selector: '.status.label' } },
  fields: {
    spec: field(2, OrderSpec, 'What is wanted.', { written: true }),
    status: field(3, OrderStatus, 'What came of it.', { written: true }),
  },
  selectable: { 'spec.item': ({ spec }) => spec.item },
  gracePeriod: ({ metadata }, asked) => asked ?? (metadata.labels?.['slow'] ? 30 : 0),
}) {}
export class Shelf extends shop.kind({
  plural: 'shelves',
  scope: 'Cluster',
  fields: { colour: field(2, string, 'Its colour.', { immutable: true }) },
}) {}
/** A kind as users define them. */
export class Gadget extends shop.kind({
  plural: 'gadgets',
  scope: 'Namespaced',
  orphansByDefault: true,
  fields: { size: field(2, int32, 'Its size.') },
}) {
  static published = { custom: true }
}
const old = groupVersion({ group: 'shop.example', version: 'v1beta1', package: 'example.shop.v1beta1' })
/** A view on Order that calls the count `number`. */
export class OldOrder extends old.kind({
  plural: 'orders',
  scope: 'Namespaced',
  fields: { item: field(2, string, 'What is wanted.'), number: field(3, int32, 'How many.') },
  view: {
    of: () => Order as never,
    show: stored => {
      const { metadata, spec } = stored as Order
      return { metadata, item: spec.item, number: spec.count }
    },
    store: shown => {
      const { metadata, item, number } = shown as { metadata: object; item: string; number?: number }
      return { metadata, spec: { item, count: number ?? 1 }, status: { shipped: 0 } }
    },
  },
}) {}

export const catalogue: readonly CatalogueGroup[] = [
  { group: '', versions: [{ version: 'v1', kinds: async () => [ConfigMap] }] },
  {
    group: 'shop.example',
    versions: [
      { version: 'v1', kinds: async () => [Order, Shelf, Gadget] },
      { version: 'v1beta1', kinds: async () => [OldOrder] },
    ],
  },
]
export const anybody = { name: 'tester', groups: ['system:masters'], extra: {} }

export const allowAll: Authorizer = {
  authorize: async () => ({ decision: 'allow', reason: '' }),
  rules: async () => ({ resource: [], nonResource: [], incomplete: false }),
}
export interface Server extends AsyncDisposable {
  readonly store: Store
  readonly clock: VirtualClock
  readonly pipeline: Pipeline
  readonly local: InProcess
}
/** In virtual time, with chance that repeats itself. */
export async function startServer(options: Partial<PipelineOptions> = {}): Promise<Server> {
  const clock = new VirtualClock()
  const store = await openMemory({ clock: clock })
  const pipeline = new Pipeline({
    store,
    catalogue,
    clock,
    random: seededRandom(1),
    log: { ...silentLog, error: (fields, message) => console.error(message, fields) },
    gates: () => ({ authenticate: async () => anybody, authorizer: allowAll }),
    admission: [],
    ...options,
  })
  return {
    store,
    clock,
    pipeline,
    local: new InProcess(pipeline, { user: anybody, agent: 'tester' }),
    async [Symbol.asyncDispose]() {
      await pipeline[Symbol.asyncDispose]()
      await store[Symbol.asyncDispose]()
    },
  }
}
