/** Whether a folder can hold overlay mounts: tried out, because kernels, filesystems and containers all have a say. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ProgramFailed, run } from '#base/processes.ts'

/** Mounts an overlay below `folder` and takes it away again. */
export async function supportsOverlay(folder: string): Promise<boolean> {
  const trial = mkdtempSync(join(folder, '.overlay-'))
  const [lower, upper, work, merged] = ['lower', 'upper', 'work', 'merged'].map(name => join(trial, name)) as [
    string,
    string,
    string,
    string,
  ]
  for (const path of [lower, upper, work, merged]) mkdirSync(path)
  try {
    await run(['mount', '-t', 'overlay', 'overlay', '-o', `lowerdir=${lower},upperdir=${upper},workdir=${work}`, merged])
    await run(['umount', merged])
    return true
  } catch (error) {
    if (error instanceof ProgramFailed) return false
    throw error
  } finally {
    rmSync(trial, { recursive: true, force: true })
  }
}
