/** What a bench found: figures with their goals, beside a yardstick that was measured in the same run. */

export interface Figure {
  readonly what: string
  /** One or more measurements of the same; the median is the figure. */
  readonly values: readonly number[]
  readonly unit: 's' | 'ms' | '/s' | 'MB' | '%' | '×'
  readonly goal?: { readonly atMost: number } | { readonly atLeast: number }
  /** What the machine can do at best, or does without Knarr, in the same unit. */
  readonly yardstick?: { readonly what: string; readonly values: readonly number[] }
  readonly note?: string
}
export interface Bench {
  readonly about: string
  readonly run: (bundle: string) => Promise<readonly Figure[]>
}

/** Throws when there are no values. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new Error('take median: there are no values')
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}

const text = (value: number, unit: Figure['unit']): string => {
  const digits = unit === '/s' ? 0 : unit === 'MB' || unit === 'ms' ? 1 : 2
  const number = Number(value.toFixed(digits)).toLocaleString('en-US')
  return unit === '/s' || unit === '%' ? `${number}${unit}` : `${number} ${unit}`
}
function verdict({ values, unit, goal }: Figure): readonly [string, string] {
  if (!goal) return ['', '']
  const isBound = 'atMost' in goal
  const bound = isBound ? goal.atMost : goal.atLeast
  const isMet = isBound ? median(values) <= bound : median(values) >= bound
  return [`${isBound ? '≤' : '≥'} ${text(bound, unit)}`, isMet ? 'ok' : 'MISSED']
}

export const HEADS = ['figure', 'median', 'min–max', 'goal', '', 'yardstick', 'ratio'] as const

/** The cells of a figure's row, in the order of HEADS, and its note. */
export function row(figure: Figure): readonly string[] {
  const { what, values, unit, yardstick } = figure
  const extremes = values.length > 1 ? `${text(Math.min(...values), unit)} – ${text(Math.max(...values), unit)}` : ''
  return [
    what,
    text(median(values), unit),
    extremes,
    ...verdict(figure),
    yardstick ? `${yardstick.what}: ${text(median(yardstick.values), unit)}` : '',
    yardstick ? (median(values) / median(yardstick.values)).toFixed(2) : '',
  ]
}
