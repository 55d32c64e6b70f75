/** Lines of a container's log as the runtime writes them: time, stream, whole or part, content. Format: CRI, kubernetes/community, logging. */

export interface LogEntry {
  /** RFC 3339 with nanoseconds, as it is written. */
  readonly time: string
  readonly stream: 'stdout' | 'stderr'
  /** Part of a line that goes on in the next entry. */
  readonly isPart: boolean
  /** With its newline, unless it is a part. */
  readonly content: Buffer
}
const SPACE = 0x20
const NEWLINE = Buffer.from('\n')

/** An entry from one line without its newline; undefined for what the runtime cannot have written. */
export function parseLine(line: Buffer): LogEntry | undefined {
  const first = line.indexOf(SPACE)
  const second = line.indexOf(SPACE, first + 1)
  if (first < 0 || second < 0) return undefined
  const third = line.indexOf(SPACE, second + 1)
  const stream = line.toString('latin1', first + 1, second)
  if (stream !== 'stdout' && stream !== 'stderr') return undefined
  const isPart = line.toString('latin1', second + 1, third < 0 ? line.length : third).split(':')[0] === 'P'
  const content = third < 0 ? Buffer.alloc(0) : line.subarray(third + 1)
  return { time: line.toString('latin1', 0, first), stream, isPart, content: isPart ? content : Buffer.concat([content, NEWLINE]) }
}

export interface LogFilter {
  /** Milliseconds since the epoch; earlier entries are left out. */
  readonly since?: number
  readonly stream?: 'stdout' | 'stderr'
  readonly timestamps?: boolean
  readonly limitBytes?: number
}

/** Applies the wishes of a reader to entries, one after the other. */
export class LogFormatter {
  readonly #filter: LogFilter
  #isNewLine = true
  #left: number
  constructor(filter: LogFilter) {
    this.#filter = filter
    this.#left = filter.limitBytes ?? Number.POSITIVE_INFINITY
  }
  /** Whether the limit of bytes is reached. */
  get isFull(): boolean {
    return this.#left <= 0
  }
  /** What the reader gets of an entry; empty when it is filtered out. */
  format({ time, stream, isPart, content }: LogEntry): Buffer {
    const { since, stream: wanted, timestamps } = this.#filter
    if ((wanted && wanted !== stream) || (since !== undefined && Date.parse(time) < since)) return Buffer.alloc(0)
    const text = timestamps && this.#isNewLine ? Buffer.concat([Buffer.from(`${time} `), content]) : content
    this.#isNewLine = !isPart
    const result = text.length > this.#left ? text.subarray(0, this.#left) : text
    this.#left -= result.length
    return result
  }
}
