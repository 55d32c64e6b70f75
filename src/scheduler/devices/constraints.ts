/** What must hold among the devices of a claim together. Pure. Upstream: structured/internal, constraint.go. */
import type { Device, DeviceAttribute } from '#kinds/resource/device.ts'
import type { DeviceConstraint } from '#kinds/resource/device-claim.ts'
import { isEqual } from '#schema/json-value.ts'

/** A device that was chosen for a request, or may be. */
export interface Match {
  readonly driver: string
  readonly device: Device
  /** Of the request, with the alternative's name behind it. */
  readonly name: string
  readonly base: string
}

/** Whether it may come beside those that were chosen for the same claim. Upstream 1.36 minds only the last device of each request where they must differ; here all count, as the API says. */
export function allows(constraint: DeviceConstraint, chosen: readonly Match[], match: Match): boolean {
  const { requests = [], matchAttribute, distinctAttribute } = constraint
  const isMeant = ({ name, base }: Match) => !requests.length || requests.includes(base) || requests.includes(name)
  if (!isMeant(match)) return true
  const attribute = matchAttribute ?? distinctAttribute
  if (attribute === undefined) return false
  const own = attributeOf(match, attribute)
  if (!own) return false
  const others = chosen.filter(isMeant).map(each => attributeOf(each, attribute))
  return matchAttribute === undefined ? !others.some(other => isEqual(other, own)) : others.every(other => isEqual(other, own))
}
/** The whole name counts; where its domain is the driver, the name alone does, too. */
function attributeOf({ driver, device: { attributes = {} } }: Match, name: string): DeviceAttribute | undefined {
  const slash = name.indexOf('/')
  const found = attributes[name] ?? (name.slice(0, slash) === driver ? attributes[name.slice(slash + 1)] : undefined)
  // Lists are not compared yet (DRAListTypeAttributes is off).
  return found && (found.int ?? found.bool ?? found.string ?? found.version) !== undefined ? found : undefined
}
