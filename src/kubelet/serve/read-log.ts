/** Reads a container's log file: from its end backwards to the wished line, then forwards, and on as it grows. */
import { watch } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Clock, wait } from '#base/clock.ts'
import { type LogFilter, LogFormatter, parseLine } from './log-lines.ts'

export interface LogWish extends LogFilter {
  readonly tailLines?: number
  readonly follow?: boolean
}
export interface LogSource {
  readonly path: string
  readonly clock: Clock
  /** Whether the container may still write; asked when the end of the file is reached. */
  readonly isRunning: () => boolean
  readonly signal: AbortSignal
}
const BLOCK_BYTES = 65_536
/** Should the kernel not tell of a change, the file is looked at this often. */
const LOOK_MS = 500

export async function* readLog({ path, clock, isRunning, signal }: LogSource, wish: LogWish): AsyncGenerator<Buffer> {
  const formatter = new LogFormatter(wish)
  let file = await open(path)
  try {
    let at = wish.tailLines === undefined ? 0 : await startOfTail(file, wish.tailLines)
    let rest: Buffer = Buffer.alloc(0)
    using changes = watchFile(path, clock)
    for (;;) {
      const wasRunning = wish.follow === true && isRunning()
      const block = await readAt(file, at)
      at += block.length
      const { lines, left } = split(rest.length ? Buffer.concat([rest, block]) : block)
      rest = left
      const entries = lines.map(parseLine).filter(entry => entry !== undefined)
      const text = Buffer.concat(entries.map(entry => formatter.format(entry)))
      if (text.length) yield text
      if (formatter.isFull || signal.aborted) return
      if (block.length) continue
      // A log that has been rotated away goes on in a new file of the same name.
      const next = await replaced(file, path)
      if (next) {
        await file.close()
        file = next
        at = 0
      } else if (wasRunning) await changes.next(signal)
      else return
    }
  } finally {
    await file.close()
  }
}

async function readAt(file: FileHandle, at: number): Promise<Buffer> {
  const buffer = Buffer.alloc(BLOCK_BYTES)
  const { bytesRead } = await file.read(buffer, 0, BLOCK_BYTES, at)
  return buffer.subarray(0, bytesRead)
}
function split(bytes: Buffer): { lines: Buffer[]; left: Buffer } {
  const lines: Buffer[] = []
  let from = 0
  for (let to = bytes.indexOf(10); to >= 0; to = bytes.indexOf(10, from)) {
    lines.push(bytes.subarray(from, to))
    from = to + 1
  }
  return { lines, left: bytes.subarray(from) }
}

/** Where the last `count` lines begin. */
async function startOfTail(file: FileHandle, count: number): Promise<number> {
  const { size } = await file.stat()
  if (count <= 0) return size
  let missing = count
  for (let end = size; end > 0; end -= BLOCK_BYTES) {
    const start = Math.max(0, end - BLOCK_BYTES)
    const block = (await readAt(file, start)).subarray(0, end - start)
    for (let at = block.lastIndexOf(10); at >= 0; at = at === 0 ? -1 : block.lastIndexOf(10, at - 1)) {
      // The newline that ends the file begins no line.
      if (start + at === size - 1) continue
      if (--missing === 0) return start + at + 1
    }
  }
  return 0
}

async function replaced(file: FileHandle, path: string): Promise<FileHandle | undefined> {
  try {
    const [now, held] = await Promise.all([stat(path), file.stat()])
    return now.ino === held.ino ? undefined : await open(path)
  } catch (error) {
    // Between two files there is none for a moment.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Tells when the folder of a file changes. */
function watchFile(path: string, clock: Clock): Disposable & { next(signal: AbortSignal): Promise<void> } {
  let changed = new AbortController()
  const watcher = watch(dirname(path), () => changed.abort())
  // The folder goes away with its pod; the next look finds that out.
  watcher.on('error', () => changed.abort())
  return {
    async next(signal) {
      if (!changed.signal.aborted) await wait(clock, LOOK_MS, AbortSignal.any([changed.signal, signal]))
      changed = new AbortController()
    },
    [Symbol.dispose]: () => watcher.close(),
  }
}
