/** Tells the command that started this process what is being done, for as long as it listens. */
import { fstatSync, writeSync } from 'node:fs'
import type { Progress } from '#cli/steps.ts'
import { PROGRESS_DESCRIPTOR } from './host/launch.ts'

export interface Teller {
  tell(progress: Progress): void
  /** Does one step and tells of it. */
  step<T>(name: string, work: () => Promise<T> | T, note?: (result: T) => string | undefined): Promise<T>
}

/** A process that was started by hand has nobody who listens: its steps go to the log alone. */
export function progressTeller(log: (step: string, ms: number) => void): Teller {
  let isHeard = isPipe()
  const tell = (progress: Progress) => {
    if (!isHeard) return
    try {
      writeSync(PROGRESS_DESCRIPTOR, `${JSON.stringify(progress)}\n`)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error
      isHeard = false
    }
  }
  return {
    tell,
    step: async (step, work, noteOf) => {
      const begun = performance.now()
      tell({ step })
      const result = await work()
      const ms = performance.now() - begun
      const note = noteOf?.(result)
      tell({ step, done: true, ms, ...(note && { note }) })
      log(step, ms)
      return result
    },
  }
}

function isPipe(): boolean {
  try {
    const about = fstatSync(PROGRESS_DESCRIPTOR)
    return about.isFIFO() || about.isSocket()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EBADF') return false
    throw error
  }
}
