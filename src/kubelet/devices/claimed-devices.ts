/** Lets drivers prepare the devices of a pod before it starts, and release them when it has ended. Upstream: cm/dra, manager.go. */
import { goError, isGrpcError } from '#base/grpc/client.ts'
import type { Client } from '#client/transport.ts'
import type { Container } from '#kinds/core/container.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { claimNameOf, claimNamesOf, isReservedFor, notFor, usesClaims } from '#kinds/resource/pod-claims.ts'
import { ResourceClaim } from '#kinds/resource/resource-claim.ts'
import { cdiNamesOf } from './container-devices.ts'
import type { Answer, Driver } from './drivers.ts'
import type { ClaimRecord, KnownClaim, KnownDevice } from './record.ts'

/** Why a pod has not got its devices: it cannot start, or has not quite ended. */
export class DevicesUnready extends Error {
  override readonly name = 'DevicesUnready'
}
export interface ClaimedDevicesOptions {
  readonly client: Client
  readonly driver: (name: string) => Driver | undefined
  readonly record: ClaimRecord
  /** Whether the runtime gives containers what drivers name. */
  readonly appliesCdi: boolean
}

export class ClaimedDevices {
  readonly #options: ClaimedDevicesOptions
  constructor(options: ClaimedDevicesOptions) {
    this.#options = options
  }

  /** Throws DevicesUnready. What is prepared already is not asked for again. */
  async prepare(pod: Pod): Promise<void> {
    if (!usesClaims(pod) && !pod.status.extendedResourceClaimStatus) return
    const { record } = this.#options
    const claims = await this.#claimsOf(pod)
    // Before anything is kept of them: a pod without its driver can go without it.
    for (const claim of claims) for (const name of driversOf(claim)) this.#driver(name)
    const due = claims.flatMap(claim => this.#use(claim, pod))
    const byDriver = Map.groupBy(
      due.flatMap(claim => claim.drivers.map(driver => ({ claim, driver }))),
      ({ driver }) => driver,
    )
    for (const [name, items] of byDriver) {
      const wanted = items.map(({ claim }) => claim)
      const answers = await asked('NodePrepareResources', wanted, messages => this.#driver(name).prepare(messages))
      for (const claim of wanted) this.#take(claim, name, answers.get(claim.uid) as Answer)
    }
    record.put(...due.flatMap(claim => record.get(claim) ?? []).map(claim => ({ ...claim, isPrepared: true })))
  }

  /** Throws DevicesUnready. Claims that other pods use stay prepared. */
  async release(pod: Pod): Promise<void> {
    const { namespace = '', uid = '' } = pod.metadata
    await this.#release(
      uid,
      claimNamesOf(pod).map(name => ({ namespace, name })),
    )
  }
  /** Releases what pods have left that are not here any more. */
  async releaseOthers(isHere: (uid: string) => boolean, failed: (error: unknown) => void): Promise<void> {
    for (const claim of this.#options.record.list())
      for (const uid of claim.pods) if (!isHere(uid)) await this.#release(uid, [claim]).catch(failed)
  }
  /** By which names the runtime knows a container's devices. */
  cdiNames(pod: Pod, container: Container): readonly string[] {
    const { namespace = '' } = pod.metadata
    return cdiNamesOf(pod, container, name => this.#options.record.get({ namespace, name }))
  }

  async #claimsOf(pod: Pod): Promise<readonly ResourceClaim[]> {
    const { client } = this.#options
    const { namespace, name: podName, uid } = pod.metadata
    const extended = pod.status.extendedResourceClaimStatus?.resourceClaimName
    const entries = [...(pod.spec.resourceClaims ?? []), ...(extended ? [{ name: '', resourceClaimName: extended }] : [])]
    const claims: ResourceClaim[] = []
    for (const entry of entries) {
      const { name, isGenerated, problem } = claimNameOf(pod, entry)
      if (problem) throw new DevicesUnready(problem)
      if (name === undefined) continue
      const claim = await client.get(ResourceClaim, { namespace, name }).catch((error: unknown) => {
        if (!isRefusal(error)) throw error
        throw new DevicesUnready(`fetch ResourceClaim ${name}: ${error.message}`, { cause: error })
      })
      const wrong = isGenerated ? notFor(pod, claim) : undefined
      if (wrong) throw new DevicesUnready(wrong)
      if (!isReservedFor(pod, claim))
        throw new DevicesUnready(`pod ${podName} (${uid}) is not allowed to use ResourceClaim ${name} (${claim.metadata.uid})`)
      if (!claim.status.allocation) throw new DevicesUnready(`ResourceClaim ${name}: claim ${namespace}/${name} not allocated`)
      claims.push(claim)
    }
    return claims
  }
  /** Keeps that the pod uses the claim; gives it back when it is still to be prepared. */
  #use(claim: ResourceClaim, pod: Pod): readonly KnownClaim[] {
    const { record } = this.#options
    const { namespace = '', name = '', uid = '' } = claim.metadata
    const before = record.get({ namespace, name })
    if (before && before.uid !== uid)
      throw new DevicesUnready(
        `old ResourceClaim with same name ${name} and different UID ${before.uid} still exists (previous pod force-deleted?!)`,
      )
    const known = before ?? { namespace, name, uid, drivers: driversOf(claim), pods: [], isPrepared: false, devices: [] }
    const used = { ...known, pods: [...new Set([...known.pods, pod.metadata.uid as string])] }
    record.put(used)
    return used.isPrepared ? [] : [used]
  }
  #take(claim: KnownClaim, driver: string, { devices }: Answer): void {
    const { record, appliesCdi } = this.#options
    const made = devices.map<KnownDevice>(({ requestNames, poolName, deviceName, cdiDeviceIds }) => ({
      driver,
      pool: poolName,
      device: deviceName,
      requests: requestNames,
      cdi: cdiDeviceIds,
    }))
    // A container without them would only seem to have its devices.
    if (!appliesCdi && made.some(({ cdi }) => cdi.length))
      throw new DevicesUnready(`the container runtime does not know CDI devices, which driver ${driver} gives; containerd does from 1.7 on`)
    const current = record.get(claim) ?? claim
    record.put({ ...current, devices: [...current.devices.filter(each => each.driver !== driver), ...made] })
  }
  async #release(podUid: string, named: readonly { readonly namespace: string; readonly name: string }[]): Promise<void> {
    const { record } = this.#options
    const claims = named.flatMap(each => record.get(each) ?? []).filter(({ pods }) => pods.includes(podUid))
    const [shared, own] = [claims.filter(({ pods }) => pods.length > 1), claims.filter(({ pods }) => pods.length === 1)]
    const byDriver = Map.groupBy(
      own.flatMap(claim => claim.drivers.map(driver => ({ claim, driver }))),
      ({ driver }) => driver,
    )
    for (const [name, items] of byDriver)
      await asked(
        'NodeUnprepareResources',
        items.map(({ claim }) => claim),
        messages => this.#driver(name).release(messages),
      )
    if (shared.length) record.put(...shared.map(claim => ({ ...claim, pods: claim.pods.filter(uid => uid !== podUid) })))
    if (own.length) record.remove(...own)
  }
  #driver(name: string): Driver {
    const driver = this.#options.driver(name)
    if (!driver) throw new DevicesUnready(`DRA driver ${name} is not registered`)
    return driver
  }
}

const driversOf = ({ status }: ResourceClaim): readonly string[] => [
  ...new Set((status.allocation?.devices?.results ?? []).map(({ driver }) => driver)),
]

/** A driver's answers for all of the claims. Throws DevicesUnready when one is missing or says no. */
async function asked(
  what: string,
  claims: readonly KnownClaim[],
  ask: (messages: readonly KnownClaim[]) => Promise<ReadonlyMap<string, Answer>>,
): Promise<ReadonlyMap<string, Answer>> {
  const answers = await ask(claims).catch((error: unknown) => {
    if (!isGrpcError(error)) throw error
    throw new DevicesUnready(`${what}: ${goError(error)}`, { cause: error })
  })
  for (const { uid, name } of claims) {
    const error = answers.get(uid)?.error
    if (error) throw new DevicesUnready(`${what} failed for ResourceClaim ${name}: ${error}`)
  }
  const missing = claims.filter(({ uid }) => !answers.has(uid)).length
  if (missing) throw new DevicesUnready(`${what} skipped ${missing} ResourceClaims`)
  return answers
}
