/** The process that watches: many streams over some HTTP/2 connections, counting what each is told. */
import type { Access } from '../cluster.ts'
import { headerBlock, http2Streams } from './http2.ts'
import { connectTls } from './requester.ts'

export interface WatchesJob {
  readonly access: Access
  readonly watchers: number
  readonly perConnection: number
  readonly path: string
}
/** Sent when all watches are open, and then in answer to each message. */
export interface WatchesReport {
  /** Events that the least and the most informed watcher got. */
  readonly least: number
  readonly most: number
  readonly total: number
  readonly bytes: number
}

// It never outlives the bench.
process.once('disconnect', () => process.exit())
process.once('message', (job: WatchesJob) => void watch(job))

async function watch({ access, watchers, perConnection, path }: WatchesJob): Promise<void> {
  const counts: Uint32Array[] = []
  let bytes = 0
  for (let left = watchers; left > 0; left -= perConnection) {
    const streams = http2Streams(await connectTls(access, 'h2'))
    const told = new Uint32Array(Math.min(left, perConnection))
    counts.push(told)
    streams.onData = (stream, piece) => {
      bytes += piece.length
      let events = 0
      for (let at = piece.indexOf(10); at >= 0; at = piece.indexOf(10, at + 1)) events++
      told[(stream - 1) >> 1]! += events
    }
    streams.onEnd = () => {
      throw new Error('watch: the server ended it')
    }
    const head = headerBlock('GET', path)
    for (let i = 0; i < told.length; i++) streams.open(head)
  }
  const report = (): WatchesReport => {
    const all = counts.flatMap(told => [...told])
    return { least: Math.min(...all), most: Math.max(...all), total: all.reduce((a, b) => a + b, 0), bytes }
  }
  process.send?.(report())
  process.on('message', () => process.send?.(report()))
}
