/** Clients and servers of DNS over real sockets on loopback. */
import { createSocket } from 'node:dgram'
import { connect, createServer, type AddressInfo } from 'node:net'
import { decode, encode } from 'dns-packet'

const ANSWER_TIMEOUT_MS = 20_000

/** The answer over UDP. Throws when there is none. */
export function askUdp(
  port: number,
  request: Buffer,
  { address = '127.0.0.1', from }: { readonly address?: string; readonly from?: string } = {},
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4')
    const timer = setTimeout(() => end(() => reject(new Error('ask over UDP: no answer'))), ANSWER_TIMEOUT_MS)
    const end = (act: () => void) => {
      clearTimeout(timer)
      socket.close()
      act()
    }
    socket.once('message', message => end(() => resolve(message)))
    socket.once('error', error => end(() => reject(error)))
    // Connected: an answer from another address would be dropped.
    const ask = () => socket.connect(port, address, () => socket.send(request))
    if (from === undefined) ask()
    else socket.bind(0, from, ask)
  })
}

/** Sends pieces on one connection and gives the answers that come until the server ends it or `count` are there. */
export function askTcp(
  port: number,
  pieces: readonly Buffer[],
  count: number,
  { from }: { readonly from?: string } = {},
): Promise<readonly Buffer[]> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', ...(from && { localAddress: from }) })
    let read = Buffer.alloc(0)
    const answers: Buffer[] = []
    const done = () => {
      socket.destroy()
      resolve(answers)
    }
    socket.on('error', reject)
    socket.on('close', done)
    socket.on('data', piece => {
      read = Buffer.concat([read, piece])
      for (let end = lengthOf(read); read.length >= end; end = lengthOf(read)) {
        answers.push(read.subarray(2, end))
        read = read.subarray(end)
      }
      if (answers.length >= count) done()
    })
    for (const piece of pieces) socket.write(piece)
  })
}
const lengthOf = (bytes: Buffer) => (bytes.length < 2 ? Infinity : 2 + bytes.readUInt16BE(0))
export const framed = (message: Buffer): Buffer => Buffer.concat([Buffer.of(message.length >> 8, message.length & 0xff), message])

export interface FakeServer extends AsyncDisposable {
  readonly port: number
  /** Names that were asked for, in order. */
  readonly asked: string[]
}
export interface Reaction {
  readonly udp: (request: Buffer, send: (message: Buffer) => void, peer: { readonly port: number; readonly address: string }) => void
  readonly tcp?: (request: Buffer, send: (message: Buffer) => void) => void
}
/** A server that does as told with each request. */
export async function startFakeServer({ udp, tcp }: Reaction): Promise<FakeServer> {
  const asked: string[] = []
  const server = createServer(socket => {
    socket.on('error', () => undefined)
    socket.on('data', piece => {
      asked.push(nameIn(piece.subarray(2)))
      tcp?.(piece.subarray(2), message => socket.write(framed(message)))
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const socket = createSocket('udp4')
  // Answers may come late.
  let isOpen = true
  socket.on('message', (request, peer) => {
    asked.push(nameIn(request))
    udp(request, message => isOpen && socket.send(message, peer.port, peer.address), peer)
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(port, '127.0.0.1', resolve)
  })
  return {
    port,
    asked,
    async [Symbol.asyncDispose]() {
      isOpen = false
      socket.close()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
const nameIn = (request: Buffer) => decode(request).questions?.[0]?.name ?? ''

export interface Records {
  readonly address?: string
  readonly ttl?: number
  readonly flags?: number
  /** Answer code. */
  readonly code?: number
  readonly id?: number
  readonly name?: string
  /** Whether a start of authority comes with it, and how long it lets others remember. */
  readonly negativeSeconds?: number
}
/** An answer to a request. */
export function reply(request: Buffer, { address, ttl = 60, flags = 0, code = 0, id, name, negativeSeconds }: Records): Buffer {
  const { id: askedId, questions = [] } = decode(request)
  const [first] = questions
  const owner = name ?? first?.name ?? ''
  return encode({
    type: 'response',
    id: id ?? askedId,
    flags: 0x80 | flags | code,
    questions: name === undefined ? questions : [{ ...first, type: first?.type ?? 'A', name }],
    answers: address ? [{ type: 'A', name: owner, ttl, data: address }] : [],
    authorities:
      negativeSeconds === undefined
        ? []
        : [{ type: 'SOA', name: 'test', ttl: negativeSeconds, data: { mname: 'ns.test', rname: 'root.test', minimum: negativeSeconds } }],
  })
}
