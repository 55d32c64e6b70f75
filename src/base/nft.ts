/** Runs nft(8) in bounded time: a program that hangs must not take those with it who wait for it. */
import { run } from './processes.ts'

/** So that messages are those that are looked for. */
const ENVIRONMENT = { LC_ALL: 'C' }
/** What thousands of services have takes it a second or two on a slow machine: to write, and to list. */
const WRITE_MAX_MS = 20_000
const LIST_MAX_MS = 5_000
const CURE = '"./knarr doctor" has the cure'

export interface NftOptions {
  /** Applied as a whole or not at all, in place of words. */
  readonly script?: string
  readonly maxMs?: number
}
/** Gives what it wrote. Throws ProgramFailed when it refuses, and an error with the cure when there is no nft or it does not end in time. */
export async function nft(words: readonly string[], { script, ...options }: NftOptions = {}): Promise<string> {
  const { maxMs = words.includes('list') ? LIST_MAX_MS : WRITE_MAX_MS } = options
  const signal = AbortSignal.timeout(maxMs)
  const command = ['nft', ...(script === undefined ? words : ['-f', '-'])]
  try {
    return await run(command, { signal, env: ENVIRONMENT, ...(script !== undefined && { input: Buffer.from(script) }) })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new Error(`run nft: it is not installed; ${CURE}`, { cause: error })
    if (signal.aborted) throw new Error(`run nft: it has not ended after ${maxMs / 1_000} s, and was ended; ${CURE}`, { cause: error })
    throw error
  }
}
