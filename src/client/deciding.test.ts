/** Tests of the deciders' runtime, against a server that is a map and tells of changes only when asked to. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VirtualClock } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import { ReplicaSet } from '#kinds/apps/replica-set.ts'
import { Pod } from '#kinds/core/pod.ts'
import { type Refusal, refuse } from '#kinds/meta/refusal.ts'
import { claimOf } from './claim.ts'
import type { Cluster } from './controller.ts'
import { deciding } from './deciding.ts'
import { Mirrors } from './mirrors.ts'
import type { Meta } from './owners.ts'
import type { Decider, Plan, Sight } from './plan.ts'
import type { Client, WatchEvent } from './transport.ts'

type Any = Meta & Record<string, unknown>
const key = (kind: { name: string }, { namespace, name }: { namespace?: string | undefined; name?: string }) =>
  `${kind.name}/${namespace}/${name}`

class FakeServer {
  readonly objects = new Map<string, Any>()
  readonly log: string[] = []
  /** The next creations of pods are refused with these. */
  refusals: Refusal[] = []
  revision = 1
  /** Whatever is updated has just been deleted by somebody else. */
  isGone = false
  inFlight = 0
  readonly widths: number[] = []
  readonly #watchers: { kind: string; push: (event: WatchEvent) => void }[] = []
  #pending: { kind: string; event: WatchEvent }[] = []

  put(kind: { name: string; apiVersion: string }, object: object, type: 'ADDED' | 'MODIFIED' = 'ADDED'): Any {
    const { metadata, ...rest } = object as Any
    const resourceVersion = String(++this.revision)
    const made = { ...rest, metadata: { uid: `uid-${resourceVersion}`, ...metadata, resourceVersion } } as Any
    this.objects.set(key(kind, made.metadata), made)
    this.#pending.push({ kind: kind.name, event: { type, object: made } })
    return made
  }
  /** Lets the watchers hear of everything that has happened. */
  tell(): void {
    for (const { kind, event } of this.#pending.splice(0)) for (const one of this.#watchers) if (one.kind === kind) one.push(event)
  }
  readonly client = {
    get: async (kind, ref) => this.objects.get(key(kind, ref)) as never,
    list: async kind => ({
      metadata: { resourceVersion: String(this.revision) },
      items: [...this.objects].filter(([id]) => id.startsWith(`${kind.name}/`)).map(([, object]) => object as never),
    }),
    watch: (kind, { signal }) => this.#watch(kind.name, signal) as AsyncIterable<never>,
    create: async (kind, object) => {
      this.inFlight++
      this.widths.push(this.inFlight)
      await Promise.resolve()
      this.inFlight--
      const refusal = kind.name === 'Pod' ? this.refusals.shift() : undefined
      if (refusal) throw refusal
      const { metadata } = object as unknown as Meta
      const made = this.put(kind, {
        ...object,
        metadata: { ...metadata, name: metadata.name ?? `${metadata.generateName}${this.revision}` },
      })
      this.log.push(`create ${kind.name}`)
      return made as never
    },
    update: async (kind, object, options = {}) => {
      if (this.isGone)
        throw refuse.notFound({ group: kind.group, resource: kind.options.plural }, (object as unknown as Meta).metadata.name ?? '')
      this.log.push(`update ${kind.name}${options.subresource ? `/${options.subresource}` : ''}`)
      return this.put(kind, object as object, 'MODIFIED') as never
    },
    patch: async (kind, ref, _type, patch) => {
      this.log.push(`patch ${kind.name} ${ref.name}`)
      const before = this.objects.get(key(kind, ref)) as Any
      const [reference] = (patch as Meta).metadata.ownerReferences ?? []
      const ownerReferences = reference && '$patch' in reference ? [] : [reference]
      return this.put(kind, { ...before, metadata: { ...before.metadata, ownerReferences } }, 'MODIFIED') as never
    },
    delete: async (kind, ref) => {
      this.log.push(`delete ${kind.name} ${ref.name}`)
      const gone = this.objects.get(key(kind, ref))
      this.objects.delete(key(kind, ref))
      const object = { ...gone, metadata: { ...gone?.metadata, resourceVersion: String(++this.revision) } }
      this.#pending.push({ kind: kind.name, event: { type: 'DELETED', object } })
      return undefined
    },
  } as Partial<Client> as Client

  async *#watch(kind: string, signal: AbortSignal): AsyncGenerator<WatchEvent> {
    const queue: WatchEvent[] = []
    let wake: () => void = () => undefined
    this.#watchers.push({ kind, push: event => (queue.push(event), wake()) })
    signal.addEventListener('abort', () => wake())
    while (!signal.aborted) {
      const next = queue.shift()
      if (next) yield next
      else await new Promise<void>(resolve => (wake = resolve))
    }
  }
}

const LABELS = { app: 'web' }
const set = (replicas: number) => ({
  metadata: { name: 'web', namespace: 'default', uid: 'owner' },
  spec: { replicas, selector: { matchLabels: LABELS } },
  status: { replicas: 0 },
})
const CONTROLLED = { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'owner', controller: true }] }
type SetSight = Sight<ReplicaSet>
/** A replica set in four lines. */
const replicas = (seen: SetSight[], isQuiet = false): Decider<ReplicaSet> => ({
  name: 'replicas',
  decides: ReplicaSet,
  owns: [{ kind: Pod, selector: ({ spec }) => spec.selector, isQuiet }],
  decide: (sight): Plan<ReplicaSet> => {
    seen.push(sight)
    const pods = sight.children(Pod)
    const missing = (sight.object.spec?.replicas ?? 0) - pods.length
    return {
      create: Array.from({ length: Math.max(0, missing) }, () => ({
        kind: Pod,
        object: { metadata: { namespace: 'default', generateName: 'web-', labels: LABELS } },
      })),
      delete: pods.slice(0, Math.max(0, -missing)).map(object => ({ kind: Pod, object })),
      status: { replicas: pods.length },
    }
  },
})

/** Runs until nothing happens any more, without letting the watches tell anything. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise(resolve => setImmediate(resolve))
}
async function run(
  server: FakeServer,
  test: (clock: VirtualClock, seen: SetSight[]) => Promise<void>,
  { isQuiet = false } = {},
): Promise<void> {
  const clock = new VirtualClock()
  await using mirrors = new Mirrors(server.client, { clock, log: silentLog })
  const cluster: Cluster = { client: server.client, mirrors, clock, log: silentLog }
  const seen: SetSight[] = []
  await using _running = deciding(replicas(seen, isQuiet)).start(cluster)
  await settle()
  await test(clock, seen)
}

/** How often the set is looked at because a pod of its own comes; then the names of its pods, when somebody wants another number. */
async function whenOneComes(isQuiet: boolean): Promise<{ readonly looks: number; readonly pods: readonly unknown[] }> {
  const server = new FakeServer()
  server.put(ReplicaSet, set(0))
  let [looks, pods]: [number, readonly unknown[]] = [0, []]
  const act = async (_: VirtualClock, seen: SetSight[]) => {
    const before = seen.length
    server.put(Pod, { metadata: { namespace: 'default', name: 'other', labels: LABELS, ...CONTROLLED } })
    server.tell()
    await settle()
    looks = seen.length - before
    const owner = [...server.objects.values()].find(({ metadata }) => metadata.uid === 'owner') as Any
    server.put(ReplicaSet, { ...owner, spec: set(1).spec }, 'MODIFIED')
    server.tell()
    await settle()
    pods =
      seen
        .findLast(({ object }) => object.spec.replicas === 1)
        ?.children(Pod)
        .map(({ metadata }) => metadata.name) ?? []
  }
  await run(server, act, { isQuiet })
  return { looks, pods }
}
test('a child that comes wakes its controller', async () => assert((await whenOneComes(false)).looks > 0))
test('one that is quiet wakes nobody, and is seen at the next look', async () =>
  assert.deepEqual(await whenOneComes(true), { looks: 0, pods: ['other'] }))
test('creations begin slowly, and children name their controller', async () => {
  const server = new FakeServer()
  server.put(ReplicaSet, set(7))
  await run(server, async () => {
    assert.deepEqual(server.widths, [1, 1, 2, 1, 2, 3, 4])
    const pods = [...server.objects.values()].filter(({ metadata }) => metadata.generateName)
    assert.equal(pods.length, 7)
    for (const { metadata } of pods)
      assert.deepEqual(metadata.ownerReferences, [
        { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'owner', controller: true, blockOwnerDeletion: true },
      ])
  })
})
test('own writes are seen before the watch tells of them: nothing is made or deleted twice', async () => {
  const server = new FakeServer()
  server.put(ReplicaSet, set(3))
  await run(server, async (_, seen) => {
    assert.equal(seen.at(-1)?.children(Pod).length, 3)
    const owner = [...server.objects.values()].find(({ metadata }) => metadata.uid === 'owner') as Any
    server.tell()
    await settle()
    server.put(ReplicaSet, { ...owner, spec: set(1).spec }, 'MODIFIED')
    server.tell()
    await settle()
    assert.equal(seen.at(-1)?.children(Pod).length, 1)
    const deletions = server.log.filter(line => line.startsWith('delete'))
    server.tell()
    await settle()
    assert.equal(seen.at(-1)?.children(Pod).length, 1)
    assert.equal(deletions.length, 2)
    assert.deepEqual(
      server.log.filter(line => line.startsWith('delete')),
      deletions,
    )
  })
})
test('a status that says what is known already is not written', async () => {
  const server = new FakeServer()
  server.put(ReplicaSet, set(1))
  await run(server, async () => {
    assert.deepEqual(server.log, ['create Pod', 'update ReplicaSet/status'])
    server.tell()
    await settle()
    assert.deepEqual(server.log, ['create Pod', 'update ReplicaSet/status'])
  })
})
test('a status is no reason to look at many children again at once, another wish is', async () => {
  const server = new FakeServer()
  const owner = server.put(ReplicaSet, set(100))
  for (let i = 0; i < 100; i++) server.put(Pod, { metadata: { name: `web-${i}`, namespace: 'default', labels: LABELS, ...CONTROLLED } })
  await run(server, async (clock, seen) => {
    const pass = async (ms: number) => {
      clock.advance(clock.now() + ms)
      await settle()
      return seen.length
    }
    const change = async (generation: number, status: object) => {
      server.put(ReplicaSet, { ...owner, metadata: { ...owner.metadata, generation }, status }, 'MODIFIED')
      server.tell()
      await settle()
      return seen.length
    }
    await change(1, { replicas: 100 })
    const before = await pass(1_000)
    assert.equal(await change(1, { replicas: 100, readyReplicas: 1 }), before)
    assert.equal(await pass(2), before + 1)
    assert.equal(await change(2, { replicas: 100, readyReplicas: 1 }), before + 2)
  })
})
test('a refusal ends the batches, is seen next time, and brings the object back', async () => {
  const server = new FakeServer()
  server.refusals = [refuse.forbidden({ group: '', resource: 'pods' }, 'web-1', 'exceeded quota')]
  server.put(ReplicaSet, set(3))
  await run(server, async (clock, seen) => {
    assert.deepEqual(server.log, [])
    assert.equal(seen.at(-1)?.refusals.length, 0)
    clock.advance(clock.now() + 10)
    await settle()
    assert.equal(seen[1]?.refusals[0]?.refusal.reason, 'Forbidden')
    assert.deepEqual(
      server.log.filter(line => line === 'create Pod'),
      ['create Pod', 'create Pod', 'create Pod'],
    )
    assert.deepEqual(seen.at(-1)?.refusals, [])
  })
})
test('an object that somebody deletes meanwhile is no failure, and is not decided on again', async () => {
  const server = new FakeServer()
  server.isGone = true
  server.put(ReplicaSet, set(1))
  await run(server, async (clock, seen) => {
    // Once to make the pod, once to tell of it, which nobody is there for any more.
    assert.deepEqual(
      seen.map(({ children }) => children(Pod).length),
      [0, 1],
    )
    assert.equal(clock.next, undefined)
  })
})
test('where the namespace goes nothing is made, and that is no failure', async () => {
  const server = new FakeServer()
  const going = refuse.forbidden({ group: '', resource: 'pods' }, 'web-1', 'namespace is being terminated')
  Object.assign(going.status, { details: { causes: [{ reason: 'NamespaceTerminating' }] } })
  server.refusals = [going]
  server.put(ReplicaSet, set(3))
  await run(server, async (clock, seen) => {
    assert.equal(clock.next, undefined)
    assert.equal(seen.length, 1)
    assert.deepEqual(server.log, [])
  })
})
test('orphans are adopted, and children that are no longer selected are released', async () => {
  const server = new FakeServer()
  server.put(ReplicaSet, set(1))
  server.put(Pod, { metadata: { name: 'orphan', namespace: 'default', labels: LABELS } })
  server.put(Pod, { metadata: { name: 'stray', namespace: 'default', labels: { app: 'other' }, ...CONTROLLED } })
  await run(server, async (_, seen) => {
    assert.deepEqual(server.log.slice(0, 2), ['patch Pod stray', 'patch Pod orphan'])
    assert.deepEqual(
      seen
        .at(-1)
        ?.children(Pod)
        .map(({ metadata }) => metadata.name),
      ['orphan'],
    )
  })
})

const pod = (name: string, labels: Record<string, string>, more: object = {}) => ({ metadata: { name, labels, ...more } })
const web = (labels: Readonly<Record<string, string>>) => labels['app'] === 'web'
const GOING = { deletionTimestamp: '2030-01-01T00:00:00Z' }
interface ClaimRow {
  readonly rule: string
  readonly owner?: object
  readonly isByReference?: true
  readonly controlled?: readonly Meta[]
  readonly orphans?: readonly Meta[]
  readonly expected: object
}
const CLAIMS: readonly ClaimRow[] = [
  { rule: 'selected children stay', controlled: [pod('a', LABELS)], expected: { keep: ['a'], adopt: [], release: [] } },
  { rule: 'unselected children are released', controlled: [pod('a', {})], expected: { keep: [], adopt: [], release: ['a'] } },
  { rule: 'selected orphans are adopted', orphans: [pod('a', LABELS), pod('b', {})], expected: { keep: [], adopt: ['a'], release: [] } },
  { rule: 'orphans that go are left alone', orphans: [pod('a', LABELS, GOING)], expected: { keep: [], adopt: [], release: [] } },
  {
    rule: 'an owner that goes neither adopts nor releases',
    owner: GOING,
    controlled: [pod('a', LABELS), pod('b', {})],
    orphans: [pod('c', LABELS)],
    expected: { keep: ['a'], adopt: [], release: [] },
  },
  {
    rule: 'without a selector the reference decides',
    isByReference: true,
    controlled: [pod('a', {})],
    expected: { keep: ['a'], adopt: [], release: [] },
  },
]
for (const { rule, owner = {}, isByReference, controlled = [], orphans = [], expected } of CLAIMS)
  test(`claim: ${rule}`, () => {
    const { keep, adopt, release } = claimOf({ metadata: { name: 'web', ...owner } }, isByReference ? undefined : web, {
      controlled,
      orphans,
    })
    const names = (all: readonly Meta[]) => all.map(({ metadata }) => metadata.name)
    assert.deepEqual({ keep: names(keep), adopt: names(adopt), release: names(release) }, expected)
  })
