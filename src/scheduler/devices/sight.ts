/** What the scheduler knows of devices: claims, classes, what drivers offer, and what of it is taken. */
import type { Clock } from '#base/clock.ts'
import type { Mirrors } from '#client/mirrors.ts'
import { DeviceClass } from '#kinds/resource/device-class.ts'
import { ResourceClaim } from '#kinds/resource/resource-claim.ts'
import { ResourceSlice } from '#kinds/resource/resource-slice.ts'
import { Taken } from './taken.ts'

export interface Devices {
  readonly claim: (namespace: string | undefined, name: string) => ResourceClaim | undefined
  /** Whether devices have been chosen for the claim of this UID, which is not written yet. */
  readonly isPending: (uid: string) => boolean
  readonly deviceClass: (name: string) => DeviceClass | undefined
  readonly slices: () => readonly ResourceSlice[]
  readonly taken: Taken
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** There are no devices anywhere. */
export const NO_DEVICES: Devices = {
  claim: () => undefined,
  isPending: () => false,
  deviceClass: () => undefined,
  slices: () => [],
  taken: new Taken(),
  now: () => 0,
}

/** Mirrors of all that is said of devices. */
export function devicesFrom(mirrors: Mirrors, clock: Clock) {
  const claims = mirrors.of(ResourceClaim)
  const classes = mirrors.of(DeviceClass)
  const slices = mirrors.of(ResourceSlice)
  const taken = new Taken()
  /** By UID. */
  const pending = new Map<string, ResourceClaim>()
  let listed: readonly ResourceSlice[] | undefined
  slices.onChange(() => (listed = undefined))
  claims.onChange(({ before, after }) => {
    if (before) taken.remove(before)
    if (after) taken.add(after)
  })
  const devices: Devices = {
    claim: (namespace, name) => claims.get({ namespace, name }),
    isPending: uid => pending.has(uid),
    deviceClass: name => classes.get({ name }),
    // The same list as long as nothing has changed: what is reckoned of it is kept with it.
    slices: () => (listed ??= slices.list()),
    taken,
    now: () => clock.now(),
  }
  /** Counts the claim's devices as taken until what is given is disposed of; by then the mirror has to show it. */
  const assume = (claim: ResourceClaim): Disposable => {
    const uid = claim.metadata.uid as string
    pending.set(uid, claim)
    taken.add(claim)
    return {
      [Symbol.dispose]: () => {
        if (pending.delete(uid)) taken.remove(claim)
      },
    }
  }
  const all = { claims, classes, slices }
  return { ...all, devices, assume, ready: Promise.all(Object.values(all).map(mirror => mirror.ready)) }
}
