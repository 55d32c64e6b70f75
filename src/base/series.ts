/** Counts by labels, told in Prometheus' text format. Whoever counts keeps hold of its series, so that counting costs an addition. */

export const TEXT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

export type Labels = Readonly<Record<string, string>>
interface About {
  readonly name: string
  readonly help: string
}

/** One number. */
export class Count {
  value = 0
}
/** How many values were observed, in all and up to each bound, and their sum. */
export class Distribution {
  readonly bounds: readonly number[]
  /** Of the values that no lower bound holds; the last one of those beyond all bounds. */
  readonly counts: number[]
  total = 0
  sum = 0
  constructor(bounds: readonly number[]) {
    this.bounds = bounds
    this.counts = Array.from({ length: bounds.length + 1 }, () => 0)
  }
  observe(value: number): void {
    let at = 0
    while (at < this.bounds.length && value > (this.bounds[at] as number)) at++
    this.counts[at] = (this.counts[at] as number) + 1
    this.total++
    this.sum += value
  }
}

/** Series with their labels. */
type Told<T> = readonly (readonly [Labels, T])[]

export const counterText = (about: About, type: 'counter' | 'gauge', counts: Told<Count>): string =>
  text(
    about,
    type,
    counts.map(([labels, { value }]) => line(about.name, labels, value)),
  )
export const histogramText = (about: About, distributions: Told<Distribution>): string =>
  text(
    about,
    'histogram',
    distributions.flatMap(([labels, distribution]) => linesOf(about.name, labels, distribution)),
  )

/** Each bound counts all values up to it. */
function linesOf(name: string, labels: Labels, { bounds, counts, sum, total }: Distribution): readonly string[] {
  let below = 0
  const buckets = counts.map((count, at) => {
    below += count
    return line(`${name}_bucket`, { ...labels, le: String(bounds[at] ?? '+Inf') }, below)
  })
  return [...buckets, line(`${name}_sum`, labels, sum), line(`${name}_count`, labels, total)]
}
const text = ({ name, help }: About, type: string, lines: readonly string[]): string =>
  [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines, ''].join('\n')
function line(name: string, labels: Labels, value: number): string {
  const told = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`)
  return `${name}${told.length ? `{${told.join(',')}}` : ''} ${value}`
}
const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')
