/** How a serving process ends: in good order when it is told to, and at once when that takes too long. */
import type { Log } from '#base/log.ts'

/** A little more than requests under way get to end in; a store or a connection that hangs must not keep the process. */
const END_MAX_MS = 15_000

export interface ProcessEnd {
  /** Ends what the stack holds, then the process. */
  readonly end: (code: number) => Promise<void>
  /** Ends the process at once. */
  readonly leave: (code: number) => void
}
export interface ProcessEndOptions {
  readonly log: Log
  readonly stack: AsyncDisposableStack
  /** Told of an error that nobody has caught; the process ends then. */
  readonly failed: (error: Error) => void
  /** Called last of all. */
  readonly leaving?: () => void
}

/** From now on SIGTERM ends the process, and so does an error that nobody catches. */
export function endsInOrder({ log, stack, failed, leaving }: ProcessEndOptions): ProcessEnd {
  const leave = (code: number) => {
    leaving?.()
    process.exit(code)
  }
  let isEnding = false
  const end = async (code: number) => {
    if (isEnding) return
    isEnding = true
    setTimeout(() => {
      log.error({ afterMs: END_MAX_MS }, 'ending takes too long; leaving at once')
      leave(1)
    }, END_MAX_MS)
    try {
      await stack[Symbol.asyncDispose]()
    } catch (error) {
      log.error({ error }, 'end failed')
      leave(1)
    }
    leave(code)
  }
  process.once('SIGTERM', () => void end(0))
  // Ctrl-C goes to the whole foreground group; the command that started us decides what becomes of us.
  process.on('SIGINT', () => undefined)
  process.on('uncaughtException', error => {
    log.error({ error }, 'uncaught exception')
    failed(error)
    void end(1)
  })
  return { end, leave }
}
