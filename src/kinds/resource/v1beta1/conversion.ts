/** Claims and slices of v1 as v1beta1 shows them: requests in one piece, devices one level down. Upstream: pkg/apis/resource/v1beta1/conversion.go. */

// `any`: conversion moves fields between two shapes of which neither is checked here
type Plain = any

/** The v1 claim, or claim template, of a v1beta1 one. */
export const storedClaim = (claim: Plain): Plain => ({ ...claim, spec: withRequests(claim.spec, storedRequest) })
export const shownClaim = (claim: Plain): Plain => ({ ...claim, spec: withRequests(claim.spec, shownRequest) })
export const storedTemplate = (template: Plain): Plain => ({
  ...template,
  spec: { ...template.spec, spec: withRequests(template.spec.spec, storedRequest) },
})
export const shownTemplate = (template: Plain): Plain => ({
  ...template,
  spec: { ...template.spec, spec: withRequests(template.spec.spec, shownRequest) },
})

const withRequests = (spec: Plain, convert: (request: Plain) => Plain): Plain => ({
  ...spec,
  devices: { ...spec.devices, requests: (spec.devices.requests ?? []).map(convert) },
})
function storedRequest({ name, firstAvailable, ...exactly }: Plain): Plain {
  const isExact = exactly.deviceClassName || !firstAvailable?.length
  const rest = exactly.deviceClassName ? exactly : withoutClass(exactly)
  return { name, ...(isExact && { exactly: rest }), ...(firstAvailable && { firstAvailable }) }
}
const withoutClass = ({ deviceClassName: _none, ...rest }: Plain): Plain => rest
const shownRequest = ({ name, exactly, firstAvailable }: Plain): Plain => ({
  name,
  deviceClassName: '',
  ...exactly,
  ...(firstAvailable && { firstAvailable }),
})

/** The v1 slice of a v1beta1 one. */
export const storedSlice = (slice: Plain): Plain => withDevices(slice, ({ name, basic }) => ({ name, ...basic }))
export const shownSlice = (slice: Plain): Plain => withDevices(slice, ({ name, ...basic }) => ({ name, basic }))
const withDevices = ({ spec, ...slice }: Plain, convert: (device: Plain) => Plain): Plain => ({
  ...slice,
  spec: { ...spec, ...(spec.devices && { devices: spec.devices.map(convert) }) },
})
