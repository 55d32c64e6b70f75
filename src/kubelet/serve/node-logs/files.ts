/** Serves a folder of logs over HTTP: lists of its folders, and its files. Behaviour: Go's http.FileServer, as upstream's kubelet uses it on /var/log. */
import { type FileHandle, readdir } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { posix } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { openInside } from '#base/open-inside.ts'

/** Answers for a path below the folder, decoded, in which a slash at the end asks for a folder. */
export async function sendFile(response: ServerResponse, folder: string, path: string): Promise<void> {
  const clean = posix.join('/', path)
  // Whoever may write logs must not read the machine's other files by a link.
  await using file = await openInside(folder, clean.replace(/\/$/, ''))
  if (!file) return void plain(response, 404, '404 page not found')
  const stat = await file.stat()
  if (stat.isDirectory()) {
    if (clean.endsWith('/')) return await sendList(response, file)
    return void response.writeHead(301, { Location: `${encodeURIComponent(posix.basename(clean))}/` }).end()
  }
  if (!stat.isFile()) return void plain(response, 403, '403 Forbidden')
  if (clean.endsWith('/')) return void response.writeHead(301, { Location: `../${encodeURIComponent(posix.basename(clean))}` }).end()
  const head = Buffer.alloc(SNIFFED_BYTES)
  const { bytesRead } = await file.read(head, 0, SNIFFED_BYTES, 0)
  const type = isText(head.subarray(0, bytesRead)) ? 'text/plain; charset=utf-8' : 'application/octet-stream'
  response.writeHead(200, { 'Content-Type': type, 'Content-Length': stat.size, 'Last-Modified': stat.mtime.toUTCString() })
  // A log grows while it is sent: as much is sent as was promised.
  if (stat.size === 0) return void response.end()
  await pipeline(file.createReadStream({ start: 0, end: stat.size - 1, autoClose: false }), response)
}
const SNIFFED_BYTES = 512
const isText = (bytes: Buffer) => !bytes.some(byte => byte < 32 && ![9, 10, 12, 13, 27].includes(byte))

async function sendList(response: ServerResponse, folder: FileHandle): Promise<void> {
  const entries = await readdir(`/proc/self/fd/${folder.fd}`, { withFileTypes: true })
  const names = entries.map(entry => `${entry.name}${entry.isDirectory() ? '/' : ''}`).toSorted((a, b) => (a < b ? -1 : 1))
  // A name with a colon would be taken for a scheme.
  const link = (name: string) =>
    `${name.includes(':') ? './' : ''}${name.split('/').map(encodeURIComponent).join('/').replaceAll('%3A', ':')}`
  const lines = names.map(name => `<a href="${link(name)}">${escaped(name)}</a>\n`)
  const page = `<!doctype html>\n<meta name="viewport" content="width=device-width">\n<pre>\n${lines.join('')}</pre>\n`
  response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(page)
}
const escaped = (text: string) => text.replaceAll(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)

const plain = (response: ServerResponse, code: number, text: string) =>
  response.writeHead(code, { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' }).end(`${text}\n`)
