/** The process that asks DNS: so many questions at a time, for some time or for some number; counts answers and how long each took. */
import { createSocket } from 'node:dgram'
import { encode } from 'dns-packet'

export interface QuestionsJob {
  readonly address: string
  readonly port: number
  /** `%` stands for a number from 0 up to, but not including, `names`. */
  readonly name: string
  readonly names: number
  readonly underWay: number
  readonly until: { readonly ms: number } | { readonly count: number }
}
export interface QuestionsReport {
  readonly count: number
  /** Questions without an answer within a second; they are asked again. */
  readonly lost: number
  /** Answers with records. */
  readonly full: number
  readonly perSecond: number
  readonly median: number
  readonly p99: number
}
const LOST_MS = 1_000
/** Ids have 16 bits, and each question under way has its own. */
const IDS = 0x10000

process.once('disconnect', () => process.exit())
process.once('message', (job: QuestionsJob) => void ask(job).then(report => process.send?.(report)))

async function ask({ address, port, name, names, underWay, until }: QuestionsJob): Promise<QuestionsReport> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 2 ** 20, lookup: (host, _, done) => done(null, host, 4) })
  await new Promise<void>(resolve => socket.connect(port, address, resolve))
  const [before = '', after = ''] = name.split('%')
  const question = (id: number, number: number) =>
    encode({
      type: 'query',
      id,
      flags: 0x100,
      questions: [{ type: 'A', name: `${before}${number}${after}` }],
      additionals: [
        { type: 'OPT', name: '.', udpPayloadSize: 1_232, extendedRcode: 0, ednsVersion: 0, flags: 0, flag_do: false, options: [] },
      ],
    })
  // Made before the clock runs, so that making them does not slow the asking.
  const prepared = Array.from({ length: Math.min(names, 10_000) }, (_, number) => question(0, number))
  const sentAt = new Map<number, number>()
  const latencies: number[] = []
  let next = 0
  let lost = 0
  let full = 0
  const send = () => {
    const id = next % IDS
    const packet = names > prepared.length ? question(id, next % names) : (prepared[next % names] as Buffer)
    packet.writeUInt16BE(id, 0)
    sentAt.set(id, performance.now())
    socket.send(packet)
    next++
  }
  const begun = performance.now()
  const isDone = () => ('ms' in until ? performance.now() - begun >= until.ms : latencies.length >= until.count)
  await new Promise<void>(resolve => {
    const check = setInterval(() => {
      for (const [id, at] of sentAt)
        if (performance.now() - at > LOST_MS) {
          sentAt.delete(id)
          lost++
          send()
        }
    }, LOST_MS / 4)
    socket.on('message', answer => {
      const at = sentAt.get(answer.readUInt16BE(0))
      if (at === undefined) return
      sentAt.delete(answer.readUInt16BE(0))
      latencies.push(performance.now() - at)
      if (answer.readUInt16BE(6) > 0) full++
      if (!isDone()) return send()
      clearInterval(check)
      resolve()
    })
    for (let i = 0; i < underWay; i++) send()
  })
  const seconds = (performance.now() - begun) / 1_000
  socket.close()
  latencies.sort((a, b) => a - b)
  const at = (part: number) => latencies[Math.floor(latencies.length * part)] ?? 0
  return { count: latencies.length, lost, full, perSecond: latencies.length / seconds, median: at(0.5), p99: at(0.99) }
}
