/** Reads how much of everything the node still has: a few small files of the kernel and two questions to the file system. */
import { existsSync, readFileSync, statfsSync, statSync } from 'node:fs'
import { workingSetOf } from '../pods/cgroup-use.ts'
import type { Reading, Readings } from './signals.ts'

export interface Place {
  /** Holds volumes and logs. */
  readonly nodeFolder: string
  /** Holds images and what containers write; undefined while the runtime does not tell. */
  readonly imageFolder: string | undefined
  /** With the limits of the container that we may be in. */
  readonly memoryBytes: number
  /** The group of all pods and what it is kept to; absent when it is not. */
  readonly pods?: PodsGroup | undefined
}
export interface PodsGroup {
  readonly path: string
  readonly memoryBytesMax: number
}

export function readNode({ nodeFolder, imageFolder, memoryBytes, pods }: Place): Readings {
  const usedByPods = pods && workingSetOf(pods.path)
  const node = readDisk(nodeFolder)
  const image = imageFolder !== undefined && existsSync(imageFolder) ? readDisk(imageFolder) : undefined
  return {
    'memory.available': { available: availableMemory(memoryBytes), capacity: memoryBytes },
    ...(pods &&
      usedByPods !== undefined && {
        'allocatableMemory.available': {
          available: Math.max(0, pods.memoryBytesMax - usedByPods),
          capacity: pods.memoryBytesMax,
        },
      }),
    ...(node.bytes && { 'nodefs.available': node.bytes }),
    ...(node.inodes && { 'nodefs.inodesFree': node.inodes }),
    ...(image?.bytes && { 'imagefs.available': image.bytes }),
    ...(image?.inodes && { 'imagefs.inodesFree': image.inodes }),
    'pid.available': readProcesses(),
  }
}

/** Whether images lie on another file system than volumes and logs. */
export const isDedicated = ({ nodeFolder, imageFolder }: Pick<Place, 'nodeFolder' | 'imageFolder'>): boolean =>
  imageFolder !== undefined && existsSync(imageFolder) && statSync(imageFolder).dev !== statSync(nodeFolder).dev

function availableMemory(capacity: number): number {
  const meminfo = readFileSync('/proc/meminfo', 'utf8')
  const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(meminfo)?.[1] ?? 0) * 1024
  const free = bytes('MemAvailable')
  if (bytes('MemTotal') <= capacity) return free
  // In a container with less memory than the machine has, its own group counts.
  return Math.max(0, Math.min(free, capacity - (workingSetOf('/') ?? 0)))
}

/** File systems that do not count inodes tell of none at all. */
function readDisk(folder: string): { readonly bytes: Reading | undefined; readonly inodes: Reading | undefined } {
  const { blocks, bavail, bsize, files, ffree } = statfsSync(folder)
  return {
    bytes: blocks > 0 ? { available: bavail * bsize, capacity: blocks * bsize } : undefined,
    inodes: files > 0 ? { available: ffree, capacity: files } : undefined,
  }
}

/** Threads count, each has an id of its own. */
export function readProcesses(): Reading {
  const alive = Number(/\/(\d+)/.exec(readFileSync('/proc/loadavg', 'utf8'))?.[1] ?? 0)
  const capacity = threadsMax()
  return { available: Math.max(0, capacity - alive), capacity }
}
export const threadsMax = (): number =>
  Math.min(...['/proc/sys/kernel/pid_max', '/proc/sys/kernel/threads-max'].map(path => Number(readFileSync(path, 'utf8'))))
