/** The logs of a machine's services: from the system's journal, else from the file that bears the service's name. KEP-2258. */
import { spawn } from 'node:child_process'
import { finished } from 'node:stream/promises'
import type { Writable } from 'node:stream'
import { openInside } from '#base/open-inside.ts'
import { ProgramFailed, run } from '#base/processes.ts'
import type { LogQuery } from './query.ts'

/** Upstream gives all of a question this long. */
const TIMEOUT_MS = 30_000

/** Writes what the services have logged; a service of which nothing is found is named in the output. */
export async function writeServiceLogs(out: Writable, query: LogQuery, folder: string): Promise<void> {
  const { services, files: _, ...options } = query
  const known = await journalUnits()
  const inJournal = services.filter(name => known.includes(`${name}.service`))
  const inFiles = services.filter(name => !inJournal.includes(name))
  if (inJournal.length) await writeJournal(out, journalArguments(inJournal, query))
  if (inFiles.length && Object.keys(options).length)
    return void out.write(`\noptions present and query resolved to log files for [${inFiles.join(' ')}]\ntry without specifying options\n`)
  for (const name of inFiles) if (!(await writeFirstFile(out, folder, name))) out.write(`\nlog not found for ${name}\n`)
}

/** What journalctl(1) is told. */
export function journalArguments(services: readonly string[], { since, until, tailLines, boot, pattern }: LogQuery): readonly string[] {
  const stamp = (ms: number) => `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`
  return [
    '--utc',
    '--no-pager',
    '--output=short-precise',
    ...(since === undefined ? [] : [`--since=${stamp(since)}`]),
    ...(until === undefined ? [] : [`--until=${stamp(until)}`]),
    ...(tailLines === undefined ? [] : ['--pager-end', `--lines=${tailLines}`]),
    ...services.map(name => `--unit=${name}`),
    ...(pattern === undefined ? [] : [`--grep=${pattern}`, '--case-sensitive=false']),
    ...(boot === undefined ? [] : ['--boot', String(boot)]),
  ]
}

/** None on a machine without a journal. */
async function journalUnits(): Promise<readonly string[]> {
  try {
    return (await run(['journalctl', '--field', '_SYSTEMD_UNIT'], { signal: AbortSignal.timeout(TIMEOUT_MS) })).split('\n')
  } catch (error) {
    if (error instanceof ProgramFailed || ['ENOENT', 'ABORT_ERR'].includes(String((error as { code?: unknown }).code))) return []
    throw error
  }
}
/** What it says of failures is part of the answer. */
async function writeJournal(out: Writable, args: readonly string[]): Promise<void> {
  const child = spawn('journalctl', args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: TIMEOUT_MS })
  for (const stream of [child.stdout, child.stderr]) stream.pipe(out, { end: false })
  await Promise.all([finished(child.stdout), finished(child.stderr)])
}

/** Whether there was one. */
async function writeFirstFile(out: Writable, folder: string, service: string): Promise<boolean> {
  for (const path of [service, `${service}.log`, `${service}/${service}.log`]) {
    await using file = await openInside(folder, path)
    if (!file || !(await file.stat()).isFile()) continue
    const content = file.createReadStream({ autoClose: false })
    content.pipe(out, { end: false })
    await finished(content)
    return true
  }
  return false
}
