/** Laws of rollouts, tried with histories by chance: a deployment never has fewer pods available than it promises, nor asks for more than it may, and gets there in the end. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { childrenOf } from '#client/plan.ts'
import { decide } from '#controllers/deployment/decide.ts'
import { Deployment } from '#kinds/apps/deployment.ts'
import { ReplicaSet } from '#kinds/apps/replica-set.ts'
import { NOW, stored, TEMPLATE } from '#test/support/workloads.ts'

const HISTORIES = 300
/** Rounds in which everybody acts, after which a rollout must be through. */
const ROUNDS_MAX = 60
/** Pods of this image never become ready. */
const BAD = 'bad'

type Event =
  | { readonly do: 'decide' | 'ready' }
  | { readonly do: 'sync'; readonly at: number }
  | { readonly do: 'image'; readonly to: string }
const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 5, arbitrary: fc.constant({ do: 'decide' } as const) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('sync' as const), at: fc.nat(4) }) },
  { weight: 5, arbitrary: fc.constant({ do: 'ready' } as const) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('image' as const), to: fc.constantFrom('a', 'b', 'c', BAD) }) },
)
const pace = fc
  .record({
    replicas: fc.integer({ min: 1, max: 8 }),
    maxSurge: fc.integer({ min: 0, max: 4 }),
    maxUnavailable: fc.integer({ min: 0, max: 4 }),
  })
  .filter(({ maxSurge, maxUnavailable }) => maxSurge + maxUnavailable > 0)

/** A set and the pods that it really has. */
interface Standing {
  set: ReplicaSet
  ready: number
  unready: number
}

/** One deployment, and whoever else has a part in it: each acts when told to, and sees what is so at that moment. */
class World {
  deployment: Deployment
  readonly sets = new Map<string, Standing>()
  constructor({ replicas, maxSurge, maxUnavailable }: { replicas: number; maxSurge: number; maxUnavailable: number }) {
    this.deployment = stored(Deployment, {
      metadata: { name: 'web', namespace: 'default', uid: 'd', generation: 1 },
      spec: {
        replicas,
        selector: { matchLabels: { app: 'web' } },
        template: templateOf('a'),
        strategy: { rollingUpdate: { maxSurge, maxUnavailable } },
      },
      status: {},
    })
  }
  get available(): number {
    return this.#sum(({ ready }) => ready)
  }
  /** Pods that are asked for: those beyond it are about to go. */
  get wanted(): number {
    return this.#sum(({ set }) => set.spec.replicas)
  }
  #sum(count: (standing: Standing) => number): number {
    return [...this.sets.values()].reduce((sum, standing) => sum + count(standing), 0)
  }
  image(to: string): void {
    this.deployment = {
      ...this.deployment,
      spec: { ...this.deployment.spec, template: stored(Deployment, withTemplate(to)).spec.template },
    }
  }
  decide(): void {
    const sets = [...this.sets.values()].map(({ set, ready, unready }) => ({
      ...set,
      status: { ...set.status, replicas: ready + unready, readyReplicas: ready, availableReplicas: ready },
    }))
    const plan = decide({ object: this.deployment, children: childrenOf([ReplicaSet, sets]), more: [], refusals: [], now: NOW })
    if (plan.object) this.deployment = { ...this.deployment, metadata: plan.object.metadata }
    if (plan.status) this.deployment = { ...this.deployment, status: plan.status }
    for (const { object } of plan.create ?? []) {
      const { metadata, spec } = object as ReplicaSet
      const name = metadata.name as string
      const set = stored(ReplicaSet, { metadata: { ...metadata, uid: name }, spec, status: {} })
      this.sets.set(name, { set, ready: 0, unready: 0 })
    }
    for (const { object } of (plan.update ?? []) as readonly { readonly object: ReplicaSet }[]) {
      const standing = this.sets.get(object.metadata.name as string)
      if (standing) standing.set = object
    }
    for (const { object } of (plan.delete ?? []) as readonly { readonly object: ReplicaSet }[])
      this.sets.delete(object.metadata.name as string)
  }
  /** The controller of replica sets: missing pods are made; of those that are too many the unready ones go first. */
  sync(at: number): void {
    const standing = [...this.sets.values()][at]
    if (!standing) return
    const { set, ready, unready } = standing
    const surplus = ready + unready - set.spec.replicas
    if (surplus < 0) standing.unready -= surplus
    standing.unready -= Math.max(0, Math.min(unready, surplus))
    standing.ready -= Math.max(0, surplus - unready)
  }
  /** One pod that can becomes ready. */
  makeReady(): void {
    const standing = [...this.sets.values()].find(({ set, unready }) => unready > 0 && set.spec.template.spec.containers[0]?.image !== BAD)
    if (!standing) return
    standing.unready--
    standing.ready++
  }
  perform(event: Event): void {
    if (event.do === 'image') this.image(event.to)
    else if (event.do === 'sync') this.sync(event.at)
    else if (event.do === 'ready') this.makeReady()
    else this.decide()
  }
  /** Everybody acts, again and again. */
  settle(check: () => void): void {
    for (let round = 0; round < ROUNDS_MAX; round++) {
      for (const act of [() => this.decide(), ...[...this.sets.keys()].map((_, at) => () => this.sync(at)), () => this.makeReady()]) {
        act()
        check()
      }
    }
  }
}
const templateOf = (image: string) => ({ ...TEMPLATE, spec: { containers: [{ name: 'c', image }] } })
const withTemplate = (image: string) => ({ metadata: {}, spec: { selector: {}, template: templateOf(image) } })

test('a rollout keeps what it promises at every moment, whatever happens in between, and comes to its end', () => {
  fc.assert(
    fc.property(pace, fc.array(event, { minLength: 20, maxLength: 100, size: 'max' }), (pace, history) => {
      const { replicas, maxSurge, maxUnavailable } = pace
      const world = new World(pace)
      const check = () => {
        assert(world.available >= replicas - Math.min(maxUnavailable, replicas), `${world.available} of ${replicas} are available`)
        assert(world.wanted <= replicas + maxSurge, `${world.wanted} pods are asked for, of ${replicas}`)
      }
      // The promise begins when all is there for the first time.
      world.settle(() => undefined)
      assert.equal(world.available, replicas)
      for (const event of history) {
        world.perform(event)
        check()
      }
      world.image('c')
      world.settle(check)
      const living = [...world.sets.values()].filter(({ set }) => set.spec.replicas > 0)
      assert.deepEqual(
        living.map(({ set, ready, unready }) => [set.spec.template.spec.containers[0]?.image, ready, unready]),
        [['c', replicas, 0]],
      )
    }),
    { numRuns: HISTORIES },
  )
})
