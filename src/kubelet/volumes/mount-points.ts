/** Mounts of this machine: made, listed and taken away. */
import { readFileSync } from 'node:fs'
import { run } from '#base/processes.ts'

/** Throws ProgramFailed. */
export const mountTmpfs = (path: string, options: readonly string[]): Promise<string> =>
  run(['mount', '-t', 'tmpfs', ...(options.length ? ['-o', options.join(',')] : []), 'tmpfs', path])
export const bindMount = (from: string, to: string): Promise<string> => run(['mount', '--bind', from, to])
export const mountNfs = (from: string, to: string): Promise<string> => run(['mount', '-t', 'nfs', from, to])
export const makeShared = (path: string): Promise<string> => run(['mount', '--make-rshared', path])

/** Mount points at or below a path, deepest and newest first. */
export function mountsBelow(path: string): readonly string[] {
  // Blanks in paths are written as \040 and so on.
  const points = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map(line => (line.split(' ')[4] ?? '').replaceAll(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))))
  return points.filter(point => point === path || point.startsWith(`${path}/`)).reverse()
}
export async function unmountBelow(path: string): Promise<void> {
  for (const point of mountsBelow(path)) await run(['umount', '-l', point])
}
