/** What must hold when the status of a claim changes: devices are chosen once, and used only when they are. Upstream: pkg/apis/resource/validation. */
import { isEqual } from '#schema/json-value.ts'
import type { Draft, Path } from '#schema/vocabulary.ts'

/** So that a claim stays small. Upstream: ResourceClaimReservedForMaxSize. */
const USERS_MAX = 256

interface Place {
  readonly driver: string
  readonly pool: string
  readonly device: string
  readonly shareID?: string | undefined
}
interface Status {
  readonly allocation?: { readonly devices?: { readonly results?: readonly Place[] | undefined } | undefined } | undefined
  readonly reservedFor?: readonly { readonly resource: string; readonly name: string; readonly uid: string }[] | undefined
  readonly devices?: readonly Place[] | undefined
}
interface Claim {
  readonly metadata: { readonly deletionTimestamp?: string | undefined }
  readonly status: Status
}
const keyOf = ({ driver, pool, device, shareID = '' }: Place) => `${driver}/${pool}/${device}/${shareID}`
const chosen = ({ allocation }: Status) => new Set((allocation?.devices?.results ?? []).map(keyOf))

export function checkClaimStatus({ metadata, status }: Claim, at: Path, before: Claim): void {
  const here = at.key('status')
  const users = status.reservedFor ?? []
  if (users.length > USERS_MAX) here.key('reservedFor').tooMany(users.length, USERS_MAX)
  for (const [i, user] of users.entries())
    for (const name of ['resource', 'name', 'uid'] as const) if (!user[name]) here.key('reservedFor').index(i).key(name).required()
  const own = chosen(status)
  for (const [i, device] of (status.devices ?? []).entries())
    if (!own.has(keyOf(device))) here.key('devices').index(i).invalid(device, 'must be an allocated device in the claim')
  if (users.length && !status.allocation) here.key('reservedFor').forbidden('may not be specified when `allocated` is not set')
  const known = new Set((before.status.reservedFor ?? []).map(({ uid }) => uid))
  if (status.allocation && metadata.deletionTimestamp && users.some(({ uid }) => !known.has(uid)))
    here.key('reservedFor').forbidden('new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set')
  if (before.status.allocation && status.allocation && !isEqual(before.status.allocation, status.allocation))
    here.key('allocation').invalid(status.allocation, 'field is immutable')
}

/** What drivers have said of devices that the claim does not have any more goes with them. */
export function dropGivenBack(next: Draft<Claim>, before: Claim): void {
  const gone = chosen(before.status).difference(chosen(next.status as Status))
  const { devices } = next.status
  if (!devices || !gone.size) return
  const left = devices.filter(device => !gone.has(keyOf(device as Place)))
  if (left.length) next.status.devices = left
  else delete next.status.devices
}
