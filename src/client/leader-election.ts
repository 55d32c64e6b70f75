/** Sees to it that of several processes that could do a work only one does it: the holder of a Lease. Upstream: client-go, tools/leaderelection. */
import { type Clock, wait } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import { formatMicroseconds } from '#base/rfc3339.ts'
import { Lease } from '#kinds/coordination/lease.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { isEqual } from '#schema/json-value.ts'
import { EventRecorder } from './events.ts'
import type { Client } from './transport.ts'

/** Upstream's times: so long a lease holds, so long its holder tries to renew it before it gives up, and so often everybody tries. */
const LEASE_MS = 15_000
const RENEW_MS = 10_000
const RETRY_MS = 2_000
const NAMESPACE = 'kube-system'

export interface Candidacy {
  readonly client: Client
  readonly clock: Clock
  readonly log: Log
  /** The lease, and who is told to lead: `kube-scheduler`. */
  readonly name: string
  /** Unlike that of any other process. */
  readonly identity: string
  /** Starts the work. What it gives is disposed of when the lease is lost, before anybody else can have it. */
  readonly lead: () => AsyncDisposable
}

/** What is known of a lease, and since when by one's own clock: other machines' clocks may be wrong. */
export interface Observed {
  readonly lease: Lease | undefined
  readonly at: number
}
/** The spec with which the lease is taken or renewed; undefined while somebody else holds it. */
export function claimed({ lease, at }: Observed, identity: string, now: number): Lease['spec'] | undefined {
  const { holderIdentity = '', leaseDurationSeconds = 0, acquireTime, leaseTransitions = 0 } = lease?.spec ?? {}
  const isOwn = holderIdentity === identity
  if (holderIdentity && !isOwn && now < at + leaseDurationSeconds * 1000) return undefined
  return {
    holderIdentity: identity,
    leaseDurationSeconds: LEASE_MS / 1000,
    acquireTime: isOwn && acquireTime ? acquireTime : microTime(now),
    renewTime: microTime(now),
    leaseTransitions: lease && !isOwn ? leaseTransitions + 1 : leaseTransitions,
  }
}
const microTime = (now: number) => formatMicroseconds({ seconds: Math.floor(now / 1000), nanos: (now % 1000) * 1_000_000 })

/** Runs for the lease until it is disposed of; then the lease is given back, so that others need not wait. */
export function standForLeader(candidacy: Candidacy): AsyncDisposable {
  const ended = new AbortController()
  const running = campaign(candidacy, ended.signal)
  return {
    async [Symbol.asyncDispose]() {
      ended.abort()
      await running
    },
  }
}

async function campaign(candidacy: Candidacy, ended: AbortSignal): Promise<void> {
  const { client, clock, log, name, identity, lead } = candidacy
  const recorder = new EventRecorder({ client, clock, log, component: name })
  let observed: Observed = { lease: undefined, at: clock.now() }
  let work: AsyncDisposable | undefined
  let renewedAt = 0
  const tell = (what: string) => {
    const about = { apiVersion: Lease.apiVersion, kind: Lease.name, metadata: observed.lease?.metadata ?? { namespace: NAMESPACE, name } }
    recorder.record({ about, type: 'Normal', reason: 'LeaderElection', message: `${identity} ${what}` })
  }
  const stop = async () => {
    await work?.[Symbol.asyncDispose]()
    work = undefined
    tell('stopped leading')
  }
  while (!ended.aborted) {
    const before = clock.now()
    try {
      // Whoever leads must have stopped before the lease runs out, however long an answer takes.
      const patienceMs = work ? Math.max(0, renewedAt + RENEW_MS - before) : RENEW_MS
      const outcome = await within(clock, patienceMs, attempt(candidacy, observed))
      observed = outcome.observed
      if (outcome.isHeld) {
        renewedAt = before
        if (!work && !ended.aborted) {
          tell('became leader')
          work = lead()
        }
      } else if (work) await stop()
    } catch (error) {
      log.warn({ error, lease: name }, 'the lease could not be had; will try again')
      if (work && clock.now() >= renewedAt + RENEW_MS) await stop()
    }
    await wait(clock, RETRY_MS, ended)
  }
  if (work) {
    await stop()
    await giveBack(candidacy, observed.lease)
  }
  await recorder.flush()
}

interface Outcome {
  readonly isHeld: boolean
  readonly observed: Observed
}
async function attempt({ client, clock, name, identity }: Candidacy, known: Observed): Promise<Outcome> {
  const ref = { namespace: NAMESPACE, name }
  const lease = await client.get(Lease, ref).catch((error: unknown) => {
    if (isRefusal(error, 'NotFound')) return undefined
    throw error
  })
  const isAsBefore = known.lease && lease && isEqual(known.lease.spec, lease.spec)
  const observed = { lease, at: isAsBefore ? known.at : clock.now() }
  const spec = claimed(observed, identity, clock.now())
  if (!spec) return { isHeld: false, observed }
  try {
    const written = lease ? await client.update(Lease, { ...lease, spec }) : await client.create(Lease, { metadata: ref, spec })
    return { isHeld: true, observed: { lease: written, at: clock.now() } }
  } catch (error) {
    // Somebody else was quicker.
    if (isRefusal(error, 'Conflict') || isRefusal(error, 'AlreadyExists')) return { isHeld: false, observed }
    throw error
  }
}

/** Upstream: ReleaseOnCancel. */
async function giveBack({ client, clock, log, name }: Candidacy, lease: Lease | undefined): Promise<void> {
  if (!lease) return
  const now = microTime(clock.now())
  const { leaseTransitions = 0 } = lease.spec
  const spec = { holderIdentity: '', leaseDurationSeconds: 1, acquireTime: now, renewTime: now, leaseTransitions }
  try {
    await client.update(Lease, { ...lease, spec })
  } catch (error) {
    // It ends by itself then, a little later.
    log.warn({ error, lease: name }, 'the lease could not be given back')
  }
}

/** An answer that does not come is a failure: by then somebody else may hold the lease. */
async function within<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T> {
  let timer: Disposable | undefined
  const late = new Promise<never>((_, reject) => {
    timer = clock.after(ms, () => reject(new Error(`no answer within ${ms / 1000} s`)))
  })
  try {
    return await Promise.race([work, late])
  } finally {
    timer?.[Symbol.dispose]()
  }
}
