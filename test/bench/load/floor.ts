/** The process beside which Knarr is measured: Node's own HTTPS server, which answers prepared bytes and commits what is sent to lmdb. */
import type { ServerResponse } from 'node:http'
import { createSecureServer } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { open } from 'lmdb'

export interface FloorJob {
  readonly tls: { readonly key: string; readonly cert: string; readonly ca: string }
  /** What each GET is answered with, base64. */
  readonly answer: string
  /** A folder for the store. */
  readonly folder: string
}
// It never outlives the bench.
process.once('disconnect', () => process.exit())
process.once('message', (job: FloorJob) => serve(job))

function serve({ tls, answer, folder }: FloorJob): void {
  const database = open<Buffer, number>({ path: folder, encoding: 'binary', overlappingSync: false })
  const body = Buffer.from(answer, 'base64')
  const headers = { 'content-type': 'application/json', 'content-length': String(body.length) }
  let next = 0
  const stored = async (pieces: readonly Buffer[]) => {
    const bytes = Buffer.concat(pieces)
    await database.put(next++, bytes)
    return bytes
  }
  const server = createSecureServer({ ...tls, allowHTTP1: true, requestCert: true, rejectUnauthorized: false })
  server.on('request', (request, response) => {
    if (request.httpVersionMajor !== 1) return
    if (request.method === 'GET') {
      response.writeHead(200, headers)
      return void (response as unknown as ServerResponse).end(body)
    }
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () =>
      stored(pieces).then(bytes => {
        response.writeHead(201, { 'content-type': 'application/json', 'content-length': String(bytes.length) })
        ;(response as unknown as ServerResponse).end(bytes)
      }),
    )
  })
  server.removeAllListeners('stream')
  server.on('stream', (stream, { ':method': method }) => {
    if (method === 'GET') {
      stream.respond({ ':status': 200, ...headers })
      return void stream.end(body)
    }
    const pieces: Buffer[] = []
    stream.on('data', (piece: Buffer) => pieces.push(piece))
    stream.on('end', () =>
      stored(pieces).then(bytes => {
        stream.respond({ ':status': 201, 'content-type': 'application/json', 'content-length': String(bytes.length) })
        stream.end(bytes)
      }),
    )
  })
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
}
