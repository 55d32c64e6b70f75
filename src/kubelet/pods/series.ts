/** What the kubelet counts of its pods, under upstream's names. Upstream: pkg/kubelet/metrics. */
import { Count, counterText, Distribution, histogramText, type Labels } from '#base/series.ts'
import type { ContainerStatus } from '#kinds/core/container-status.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { PodStatus } from '#kinds/core/pod-status.ts'

const MIB = 1024 ** 2
const GIB = 1024 ** 3
/** Above which size an image is called what. */
const IMAGE_SIZES: readonly (readonly [bytes: number, label: string])[] = [
  [100 * GIB, 'GT100GB'],
  [60 * GIB, '60GB-100GB'],
  [40 * GIB, '40GB-60GB'],
  [30 * GIB, '30GB-40GB'],
  [20 * GIB, '20GB-30GB'],
  [10 * GIB, '10GB-20GB'],
  [5 * GIB, '5GB-10GB'],
  [GIB, '1GB-5GB'],
  [500 * MIB, '500MB-1GB'],
  [100 * MIB, '100MB-500MB'],
  [10 * MIB, '10MB-100MB'],
  [0, '0-10MB'],
]
export const imageSizeLabel = (bytes: number): string => IMAGE_SIZES.find(([above]) => bytes > above)?.[1] ?? 'N/A'
const PULL_SECONDS = [1, 5, 10, 20, 30, 60, 120, 180, 240, 300, 360, 480, 600, 900, 1200, 1800, 2700, 3600]

type ContainerType = 'container' | 'init_container' | 'ephemeral_container'
const containerType = ({ spec }: Pod, name: string): ContainerType =>
  spec.initContainers?.some(container => container.name === name)
    ? 'init_container'
    : spec.ephemeralContainers?.some(container => container.name === name)
      ? 'ephemeral_container'
      : 'container'

/** The containers that are told to have ended, and were not before. */
export function newlyTerminated(before: PodStatus, after: PodStatus): readonly Labels[] {
  const of = (type: ContainerType, was: readonly ContainerStatus[] = [], is: readonly ContainerStatus[] = []) =>
    is.flatMap(({ name, state: { terminated } }) => {
      if (!terminated || was.find(status => status.name === name)?.state.terminated) return []
      return [{ container_type: type, exit_code: String(terminated.exitCode), reason: terminated.reason ?? '' }]
    })
  return [
    ...of('init_container', before.initContainerStatuses, after.initContainerStatuses),
    ...of('container', before.containerStatuses, after.containerStatuses),
    ...of('ephemeral_container', before.ephemeralContainerStatuses, after.ephemeralContainerStatuses),
  ]
}

/** One value for each set of labels. */
class Family<T> {
  readonly #series = new Map<string, readonly [Labels, T]>()
  readonly #make: () => T
  constructor(make: () => T) {
    this.#make = make
  }
  of(labels: Labels): T {
    const key = Object.values(labels).join('\0')
    let series = this.#series.get(key)
    if (!series) this.#series.set(key, (series = [labels, this.#make()]))
    return series[1]
  }
  get told(): readonly (readonly [Labels, T])[] {
    return [...this.#series.values()]
  }
}
const COUNTERS = {
  started_pods_total: 'Sandboxes that were to be made',
  started_pods_errors_total: 'Sandboxes that could not be made',
  started_containers_total: 'Containers that were to be started',
  started_containers_errors_total: 'Containers that could not be started, by reason',
  terminated_containers_total: 'Containers that have ended',
} as const

export class PodSeries {
  readonly #counts = Object.fromEntries(Object.keys(COUNTERS).map(name => [name, new Family(() => new Count())])) as Readonly<
    Record<keyof typeof COUNTERS, Family<Count>>
  >
  readonly #pulls = new Family(() => new Distribution(PULL_SECONDS))

  constructor() {
    // They are told from the beginning on, as those without labels are upstream.
    for (const name of ['started_pods_total', 'started_pods_errors_total'] as const) this.#counts[name].of({})
  }
  count(name: keyof typeof COUNTERS, labels: Labels = {}): void {
    this.#counts[name].of(labels).value++
  }
  /** Counts the start of a container, and gives the labels under which its failure is counted. */
  starting(pod: Pod, name: string): Labels {
    const labels = { container_type: containerType(pod, name) }
    this.count('started_containers_total', labels)
    return labels
  }
  /** Counts what has ended from what was told of a pod to what is told now, and gives the latter. */
  told(before: PodStatus, after: PodStatus): PodStatus {
    for (const labels of newlyTerminated(before, after)) this.count('terminated_containers_total', labels)
    return after
  }
  pulled(sizeBytes: number, ms: number): void {
    this.#pulls.of({ image_size_in_bytes: imageSizeLabel(sizeBytes) }).observe(ms / 1000)
  }
  /** Prometheus' text format. */
  text(): string {
    const counters = Object.entries(COUNTERS).map(([name, help]) =>
      counterText({ name: `kubelet_${name}`, help }, 'counter', this.#counts[name as keyof typeof COUNTERS].told),
    )
    const about = { name: 'kubelet_image_pull_duration_seconds', help: 'How long pulls of images took' }
    return [...counters, histogramText(about, this.#pulls.told)].join('')
  }
}
