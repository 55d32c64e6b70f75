/** What a pod is told about itself: fields and resources of the downward API. */
import type { Pod } from '#kinds/core/pod.ts'
import type { ResourceRequirements } from '#kinds/core/resources.ts'
import { parseQuantity } from '#schema/quantity.ts'

/** What is known about the pod only where it runs. */
export interface PodPlace {
  readonly podIPs: readonly string[]
  readonly hostIPs: readonly string[]
  /** What the node has for pods; limits that are not set tell these. */
  readonly allocatable: Readonly<Record<string, string>>
}

/** A reference that leads nowhere. */
export class UnknownField extends Error {
  override readonly name = 'UnknownField'
}

/** The value of a field path. Throws UnknownField. */
export function podField(path: string, pod: Pod, place: PodPlace): string {
  const entry = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path)
  if (entry) return (entry[1] === 'labels' ? pod.metadata.labels : pod.metadata.annotations)?.[entry[2] as string] ?? ''
  const read = FIELDS[path]
  if (!read) throw new UnknownField(`unsupported fieldPath: ${path}`)
  return read(pod, place)
}
const FIELDS: Readonly<Record<string, (pod: Pod, place: PodPlace) => string>> = {
  'metadata.name': pod => pod.metadata.name ?? '',
  'metadata.namespace': pod => pod.metadata.namespace ?? '',
  'metadata.uid': pod => pod.metadata.uid ?? '',
  'metadata.labels': pod => lines(pod.metadata.labels),
  'metadata.annotations': pod => lines(pod.metadata.annotations),
  'spec.nodeName': pod => pod.spec.nodeName ?? '',
  'spec.serviceAccountName': pod => pod.spec.serviceAccountName ?? '',
  'status.podIP': (_, { podIPs }) => podIPs[0] ?? '',
  'status.podIPs': (_, { podIPs }) => podIPs.join(','),
  'status.hostIP': (_, { hostIPs }) => hostIPs[0] ?? '',
  'status.hostIPs': (_, { hostIPs }) => hostIPs.join(','),
}
const lines = (map: Readonly<Record<string, string>> | undefined) =>
  Object.entries(map ?? {})
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join('\n')

export interface ResourceQuestion {
  readonly containerName?: string
  readonly resource: string
  readonly divisor?: string
}

/** A container's limit or request in units of the divisor, rounded up. Throws UnknownField. */
export function resourceField({ containerName, resource, divisor }: ResourceQuestion, pod: Pod, place: PodPlace): string {
  const containers = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])]
  const container = containers.find(({ name }) => name === containerName)
  if (!container) throw new UnknownField(`container ${containerName ?? ''} not found`)
  const [kind, ...rest] = resource.split('.')
  const name = rest.join('.')
  const amount = amountOf(container.resources, { kind, name, allocatable: place.allocatable })
  const unit = divisor === undefined || divisor === '' || divisor === '0' ? 1_000_000_000n : parseQuantity(divisor).nanos
  return String((amount + unit - 1n) / unit)
}

const nanosOf = (text = '0') => parseQuantity(text).nanos

function amountOf(
  { limits, requests }: ResourceRequirements,
  { kind, name, allocatable }: { kind: string | undefined; name: string; allocatable: Readonly<Record<string, string>> },
): bigint {
  if (kind === 'limits')
    return nanosOf(limits?.[name] ?? (name === 'cpu' || name === 'memory' || name === 'ephemeral-storage' ? allocatable[name] : '0'))
  if (kind === 'requests') return nanosOf(requests?.[name] ?? limits?.[name] ?? '0')
  throw new UnknownField(`unsupported container resource : ${kind}.${name}`)
}
