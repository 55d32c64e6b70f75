/** What must hold for a slice of devices. Upstream: pkg/apis/resource/validation. */
import type { Path } from '#schema/vocabulary.ts'

/** So that a slice fits in one object and one watch event. */
const DEVICES_MAX = 128
const BOTH = 'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required'

interface Slice {
  readonly nodeName?: string
  readonly nodeSelector?: object
  readonly allNodes?: boolean
  readonly perDeviceNodeSelection?: boolean
  readonly devices?: readonly { readonly name: string }[]
  readonly pool: { readonly generation: number; readonly resourceSliceCount: number; readonly name: string }
}
export function checkSlice({ pool, devices = [], ...where }: Slice, at: Path): void {
  const given = [where.nodeName, where.nodeSelector, where.allNodes, where.perDeviceNodeSelection].filter(Boolean).length
  if (given === 0) at.required(BOTH)
  if (given > 1)
    at.invalid(
      `{${Object.keys(where)
        .filter(name => where[name as keyof typeof where])
        .join(', ')}}`,
      BOTH,
    )
  if (pool.resourceSliceCount <= 0) at.key('pool').key('resourceSliceCount').invalid(pool.resourceSliceCount, 'must be greater than zero')
  if (pool.generation < 0) at.key('pool').key('generation').invalid(pool.generation, 'must be greater than or equal to zero')
  if (devices.length > DEVICES_MAX) at.key('devices').tooMany(devices.length, DEVICES_MAX)
  const names = devices.map(({ name }) => name)
  for (const [i, name] of names.entries()) if (names.indexOf(name) !== i) at.key('devices').index(i).key('name').duplicate(name)
}
