/** The pods in the order in which they go when the node runs short, and what is said of them. Pure. Upstream: pkg/kubelet/eviction/helpers.go. */
import type { Pod } from '#kinds/core/pod.ts'
import { isCritical } from '#kinds/core/pod/facts.ts'
import { requestsOf } from '#kinds/core/pod/resources.ts'
import { amountOf, formatQuantity, quantityValue } from '#schema/quantity.ts'
import type { Reading, Starved } from './signals.ts'
import { amountText, measure, type Threshold } from './thresholds.ts'

export interface Candidate {
  readonly pod: Pod
  /** What it uses of that of which the node is short; undefined when that cannot be told. */
  readonly used: number | undefined
}

/** The pods that may go; each rule breaks the ties of the one before. Processes cannot be asked for, so there is nothing to exceed. */
export function victims(candidates: readonly Candidate[], resource: Starved): readonly Pod[] {
  const excess = ({ pod, used = 0 }: Candidate) => used - requested(pod, resource)
  const isUnknown = ({ used }: Candidate) => Number(used === undefined)
  const exceeds = (candidate: Candidate) => Number(resource !== 'pids' && excess(candidate) > 0)
  const priority = ({ pod }: Candidate) => pod.spec.priority ?? 0
  return candidates
    .filter(({ pod }) => !isCritical(pod))
    .toSorted((a, b) => isUnknown(b) - isUnknown(a) || exceeds(b) - exceeds(a) || priority(a) - priority(b) || excess(b) - excess(a))
    .map(({ pod }) => pod)
}
const requested = (pod: Pod, resource: Starved): number => quantityValue(amountOf(requestsOf(pod), resource) ?? '0')

export interface ContainerUse {
  readonly name: string
  readonly used: number
}
export interface Accusation {
  readonly threshold: Threshold
  readonly resource: Starved
  readonly reading: Reading | undefined
  /** What the pod's containers use; only memory and disk are told. */
  readonly containers: readonly ContainerUse[]
}
export interface Sentence {
  readonly message: string
  /** Of the event, for programs. */
  readonly annotations: Readonly<Record<string, string>>
}

/** Each part of the message ends in a space, as upstream's does. */
export function sentence({ spec }: Pod, { threshold, resource, reading, containers }: Accusation): Sentence {
  const found = [...spec.containers, ...(spec.initContainers ?? [])].flatMap(({ name, resources }) => {
    const use = containers.find(container => container.name === name)
    const request = amountOf(resources?.requests, resource) ?? '0'
    return use && use.used > quantityValue(request) ? [{ name, used: amountText(use.used, resource), request }] : []
  })
  const parts = [
    `The node was low on resource: ${resource}. `,
    reading
      ? `Threshold quantity: ${formatQuantity(measure(threshold.amount, reading.capacity))}, available: ${amountText(reading.available, resource)}. `
      : '',
    ...found.map(
      ({ name, used, request }) => `Container ${name} was using ${used}, request is ${request}, has larger consumption of ${resource}. `,
    ),
  ]
  return {
    message: parts.join(''),
    annotations: {
      offending_containers: found.map(({ name }) => name).join(','),
      offending_containers_usage: found.map(({ used }) => used).join(','),
      starved_resource: resource,
    },
  }
}
