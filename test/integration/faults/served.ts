/** The test server over HTTPS for clients that misbehave: its clock and timeouts are the test's, its sockets are real. */
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type ApiServer, createApiServer, type ServeOptions } from '#apiserver/server.ts'
import { type Clock, systemClock, VirtualClock } from '#base/clock.ts'
import { type Fields, type Log, silentLog } from '#base/log.ts'
import { openMemory } from '#store/engines/memory/engine.ts'
import { allowAll, anybody, catalogue } from '../apiserver/fixture.ts'
import { authority, serverCredential } from '../apiserver/https.ts'

export const MAPS = '/api/v1/namespaces/default/configmaps'

export interface Served extends AsyncDisposable {
  readonly api: ApiServer
  readonly port: number
  /** What the server has logged as errors: nothing that a client does belongs there. */
  readonly faults: readonly Fields[]
  /** An HTTP/2 connection, which goes with the server. */
  session(): ClientHttp2Session
  /** A TLS connection that speaks what it is made to speak; HTTP/1.1 unless it says otherwise. */
  socket(protocol?: string): Promise<TLSSocket>
  /** The answer to a sound request on a connection of its own. */
  ask(path: string, ask?: { readonly method?: string; readonly body?: string }): Promise<Answer>
  /** How many requests the server is working on, beside the one that asks. */
  inflight(): Promise<number>
}
export interface Answer {
  readonly code: number
  readonly body: string
}
export interface ServedOptions extends Pick<ServeOptions, 'timeouts'> {
  readonly clock?: Clock
}

export async function serve({ clock = systemClock, timeouts = {} }: ServedOptions = {}): Promise<Served> {
  const store = await openMemory({ clock: systemClock })
  const faults: Fields[] = []
  const log: Log = { ...silentLog, error: (fields, message) => void faults.push({ ...fields, message }) }
  const gates = () => ({ authenticate: async () => anybody, authorizer: allowAll })
  const api = createApiServer({ store, catalogue, clock, log, gates, admission: [] })
  const tls = { key: serverCredential.key, cert: serverCredential.certificate, ca: authority.certificate }
  const { port } = await api.listen({ host: '127.0.0.1', port: 0, tls, timeouts })
  const ends = new DisposableStack()
  const session = () => {
    const made = connect(`https://127.0.0.1:${port}`, { ca: authority.certificate })
    made.on('error', () => undefined)
    ends.defer(() => made.destroy())
    return made
  }
  const ask: Served['ask'] = async (path, { method = 'GET', body } = {}) => {
    const own = session()
    const answer = await answerOf(own.request({ ':method': method, ':path': path, 'content-type': 'application/json' }).end(body))
    own.close()
    return answer
  }
  return {
    api,
    port,
    faults,
    session,
    ask,
    socket: (protocol = 'http/1.1') =>
      new Promise((resolve, reject) => {
        const socket = connectTls({ host: '127.0.0.1', port, ca: authority.certificate, ALPNProtocols: [protocol] }, () => resolve(socket))
        socket.on('error', reject)
        ends.defer(() => void socket.destroy())
      }),
    inflight: async () => Number(/^apiserver_current_inflight_requests (\d+)$/m.exec((await ask('/metrics')).body)?.[1]) - 1,
    async [Symbol.asyncDispose]() {
      ends.dispose()
      let isOver = false
      const ending = Promise.resolve(api[Symbol.asyncDispose]()).finally(() => (isOver = true))
      if (clock instanceof VirtualClock)
        await until(() => {
          clock.advance(clock.now() + 60_000)
          return isOver
        }, 'the server has ended')
      await ending
      await store[Symbol.asyncDispose]()
    },
  }
}

/** The whole answer on a stream. Rejects when the stream is reset before. */
export async function answerOf(stream: ClientHttp2Stream): Promise<Answer> {
  let code = 0
  stream.on('response', head => (code = Number(head[':status'])))
  const pieces: Buffer[] = []
  for await (const piece of stream as AsyncIterable<Buffer>) pieces.push(piece)
  return { code, body: Buffer.concat(pieces).toString() }
}
/** Everything that comes on a socket until the server closes it. */
export async function rest(socket: TLSSocket): Promise<string> {
  let text = ''
  socket.removeAllListeners('error')
  const { promise, resolve } = Promise.withResolvers<void>()
  socket.on('data', piece => (text += String(piece)))
  socket.once('error', () => resolve())
  socket.once('close', () => resolve())
  await promise
  return text
}
/** Lets the event loop turn until something holds. Fails after a time and a number of turns that no sound run comes near. */
export async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = performance.now() + TIME_MAX_MS
  for (let turn = 0; turn < TURNS_MAX || performance.now() < end; turn++) {
    if (await holds()) return
    await nextTurn()
  }
  throw new Error(`wait until ${what}: it never was`)
}
const TURNS_MAX = 200_000
const TIME_MAX_MS = 30_000

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
/** What the process holds, in bytes, when everything is collected that nobody holds. */
export async function held(): Promise<number> {
  await nextTurn()
  collect()
  await nextTurn()
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
