/** What is measured to tell whether a node runs short, and what it is short of then. Reference: concepts, "Node-pressure Eviction", signals. */

export type PressureType = 'MemoryPressure' | 'DiskPressure' | 'PIDPressure'
/** `inodes` and `pids` are upstream's words, too, although no pod can ask for them. */
export type Starved = 'memory' | 'ephemeral-storage' | 'inodes' | 'pids'
interface Meaning {
  readonly condition: PressureType
  readonly resource: Starved
}

const memory: Meaning = { condition: 'MemoryPressure', resource: 'memory' }
const disk: Meaning = { condition: 'DiskPressure', resource: 'ephemeral-storage' }
const inodes: Meaning = { condition: 'DiskPressure', resource: 'inodes' }
/** nodefs holds volumes and logs, imagefs images and what containers write. */
export const SIGNALS = {
  'memory.available': memory,
  'allocatableMemory.available': memory,
  'nodefs.available': disk,
  'nodefs.inodesFree': inodes,
  'imagefs.available': disk,
  'imagefs.inodesFree': inodes,
  'pid.available': { condition: 'PIDPressure', resource: 'pids' },
} as const satisfies Readonly<Record<string, Meaning>>
export type Signal = keyof typeof SIGNALS

export const isSignal = (name: string): name is Signal => Object.hasOwn(SIGNALS, name)

/** What a signal is now, in bytes, inodes or processes. */
export interface Reading {
  readonly available: number
  readonly capacity: number
}
/** What cannot be read, such as the inodes of a file system that does not count them, has none. */
export type Readings = Readonly<Partial<Record<Signal, Reading>>>
