/** HTTP/1.1 over TLS by hand, so that the client costs little beside the server that it measures: one request at a time. */
import type { TLSSocket } from 'node:tls'
import type { Requester } from './requester.ts'

const HEAD_END = Buffer.from('\r\n\r\n')
const LAST_CHUNK = Buffer.from('0\r\n\r\n')

export function http1(socket: TLSSocket): Requester {
  let done: ((bytes: number) => void) | undefined
  let fail: ((error: Error) => void) | undefined
  let head: Buffer = Buffer.alloc(0)
  /** Of the body: bytes still to come; -1 while the head is read; -2 for chunks, whose end is the last one's. */
  let missing = -1
  let total = 0
  socket.on('data', (data: Buffer) => {
    total += data.length
    if (missing === -1) {
      head = head.length ? Buffer.concat([head, data]) : data
      const end = head.indexOf(HEAD_END)
      if (end < 0) return
      const lines = head.toString('latin1', 0, end)
      if (!lines.startsWith('HTTP/1.1 2')) return fail?.(new Error(`request refused: ${head.toString('latin1', 0, 600)}`))
      const length = /content-length: (\d+)/i.exec(lines)?.[1]
      missing = length === undefined ? -2 : Number(length) - (head.length - end - HEAD_END.length)
    } else if (missing >= 0) missing -= data.length
    if (missing === 0 || (missing === -2 && data.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK))) finish()
  })
  socket.on('error', error => fail?.(error))
  socket.on('close', () => fail?.(new Error('connection was closed')))
  function finish(): void {
    const bytes = total
    total = 0
    missing = -1
    head = Buffer.alloc(0)
    done?.(bytes)
  }
  return {
    send: bytes =>
      new Promise((resolve, reject) => {
        done = resolve
        fail = reject
        socket.write(bytes)
      }),
    request: (method, path, body) => {
      const lines = [`${method} ${path} HTTP/1.1`, 'host: localhost', 'accept: application/json', 'user-agent: bench']
      if (body) lines.push('content-type: application/json', `content-length: ${body.length}`)
      return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body ?? Buffer.alloc(0)])
    },
  }
}
