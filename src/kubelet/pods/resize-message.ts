/** What events tell of a resize: the sizes that are wanted, as JSON. Upstream: pkg/kubelet/events/resize.go. */
import type { Container } from '#kinds/core/container.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { ResourceRequirements } from '#kinds/core/resources.ts'

export type Happening = 'Deferred' | 'Infeasible' | 'started' | 'completed' | 'error'

export function resizeMessage({ spec }: Pod, happening: Happening, { generation, error }: Told): string {
  const told = (containers: readonly Container[] = []) => containers.map(({ name, resources }) => ({ name, resources: inOrder(resources) }))
  const summary = {
    ...(spec.initContainers?.length && { initContainers: told(spec.initContainers) }),
    containers: told(spec.containers),
    generation,
    ...(error && { error }),
  }
  return `Pod resize ${happening}: ${JSON.stringify(summary)}`
}
interface Told {
  /** Of the pod that asks for it. */
  readonly generation: number
  readonly error?: string | undefined
}
/** As Go writes maps. */
const inOrder = ({ limits, requests, claims }: ResourceRequirements = {}) => ({
  ...(limits && { limits: sorted(limits) }),
  ...(requests && { requests: sorted(requests) }),
  ...(claims?.length && { claims }),
})
const sorted = (amounts: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(amounts).toSorted(([a], [b]) => (a < b ? -1 : 1)))
