/** The kubelet's endpoint for the machine's logs: files by their path, services by a question. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createGzip } from 'node:zlib'
import { openInside } from '#base/open-inside.ts'
import { sendFile } from './files.ts'
import { parseLogQuery, problemsOf, WrongQuery } from './query.ts'
import { writeServiceLogs } from './services.ts'

export interface NodeLogs {
  /** Usually /var/log. */
  readonly folder: string
  /** Whether services may be asked for, which lets programs of the machine run. */
  readonly isQueryable: boolean
}

/** `url` is of the whole request, `/logs/…`. Throws WrongQuery. */
export async function serveNodeLogs(
  { folder, isQueryable }: NodeLogs,
  url: URL,
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
): Promise<void> {
  const path = decodeURIComponent(url.pathname).replace(/^\/logs/, '')
  const query = isQueryable ? parseLogQuery(url.searchParams) : undefined
  if (!query) return sendFile(response, folder, path || '/')
  if (path !== '' && path !== '/') throw new WrongQuery(406, ['path not allowed in query mode'])
  const problems = problemsOf(query)
  if (problems.length) throw new WrongQuery(406, problems)
  const [asked] = query.files
  if (asked !== undefined) {
    const file = asked.replaceAll('\\', '/')
    await using found = await openInside(folder, file)
    if (!found)
      throw new WrongQuery(406, [`query: Invalid value: ${JSON.stringify(query.files)}: stat ${folder}${file}: no such file or directory`])
    return await sendFile(response, folder, file)
  }
  response.setHeader('Content-Type', 'text/plain;charset=UTF-8')
  if (request.headers['accept-encoding'] !== 'gzip') {
    await writeServiceLogs(response, query, folder)
    return void response.end()
  }
  response.setHeader('Content-Encoding', 'gzip')
  const packed = createGzip({ level: 1 })
  packed.pipe(response)
  await writeServiceLogs(packed, query, folder)
  packed.end()
}
