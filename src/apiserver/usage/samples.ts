/** Readings of what a node's containers use, as its kubelet tells them under /metrics/resource. Reference: KEP-727. */

/** One reading. */
export interface Sample {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Processor time used since the start. */
  readonly cpuSeconds: number
  readonly memoryBytes: number
}
/** All readings of one node. */
export interface Samples {
  readonly node: Sample | undefined
  /** By namespace, pod and container, as `containerKey` joins them. */
  readonly containers: ReadonlyMap<string, Sample>
}
export const containerKey = (namespace: string, pod: string, container: string): string => `${namespace}/${pod}/${container}`

/** name{label="value",…} value milliseconds */
const LINE = /^(\w+)(?:\{(.*)\})? (\S+)(?: (\d+))?$/
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g
const FIELDS: Readonly<Record<string, 'cpuSeconds' | 'memoryBytes'>> = {
  cpu_usage_seconds_total: 'cpuSeconds',
  memory_working_set_bytes: 'memoryBytes',
}

/** Reads Prometheus' text format. `now`: the time of lines that tell none. What is not about use, or not a number, is passed over. */
export function parseSamples(text: string, now: number): Samples {
  const found = new Map<string, Partial<Sample>>()
  for (const line of text.split('\n')) {
    const [, name = '', labels = '', value = '', at] = LINE.exec(line) ?? []
    const [, of = '', what = ''] = /^(node|container)_(.*)$/.exec(name) ?? []
    const field = FIELDS[what]
    const amount = Number(value)
    if (!field || !Number.isFinite(amount)) continue
    const key = of === 'node' ? '' : keyOf(labels)
    found.set(key, { ...found.get(key), [field]: amount, at: at === undefined ? now : Number(at) })
  }
  const whole = [...found].filter((entry): entry is [string, Sample] => isWhole(entry[1]))
  return { node: whole.find(([key]) => key === '')?.[1], containers: new Map(whole.filter(([key]) => key !== '')) }
}
function keyOf(labels: string): string {
  const read = Object.fromEntries([...labels.matchAll(LABEL)].map(([, name = '', value = '']) => [name, value]))
  return containerKey(read['namespace'] ?? '', read['pod'] ?? '', read['container'] ?? '')
}
const isWhole = (sample: Partial<Sample>): sample is Sample => sample.cpuSeconds !== undefined && sample.memoryBytes !== undefined

/** What was used between two readings. */
export interface Use {
  /** The end of the time in which it was measured, in milliseconds since the epoch. */
  readonly at: number
  readonly windowMs: number
  /** On average, in billionths of a processor. */
  readonly cpuNanoCores: number
  readonly memoryBytes: number
}
/** Undefined when the readings tell nothing: there is only one, they are of the same moment, or the container was started anew in between. */
export function useBetween(before: Sample | undefined, after: Sample | undefined): Use | undefined {
  if (!before || !after || after.at <= before.at || after.cpuSeconds < before.cpuSeconds) return undefined
  const windowMs = after.at - before.at
  const cpuNanoCores = Math.round(((after.cpuSeconds - before.cpuSeconds) / windowMs) * 1e12)
  return { at: after.at, windowMs, cpuNanoCores, memoryBytes: after.memoryBytes }
}
