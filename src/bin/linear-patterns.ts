/** Patterns that users write, as in selectors of devices, are matched in time that grows with the text alone: one of them could hold the whole process up otherwise. */
import { setFlagsFromString } from 'node:v8'

/** V8 changes to its linear engine where the usual one goes back and forth too often. */
export const matchInLinearTime = (): void => setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks')
