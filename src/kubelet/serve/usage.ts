/** What containers, pods and the node use now, from the runtime and the kernel. */
import { readFileSync } from 'node:fs'
import type { Received } from '#base/grpc/message.ts'
import type { Clock } from '#base/clock.ts'
import type { Runtime } from '../runtime/cri/client.ts'
import type { ContainerStats } from '../runtime/cri/runtime.ts'
import { CONTAINER_NAME, POD_UID } from '../runtime/labels.ts'

export interface Usage {
  /** CPU time used since the start, in nanoseconds. */
  readonly cpuNanoseconds: number
  /** The present rate, in billionths of a CPU; undefined until there are two readings. */
  readonly cpuNanoCores: number | undefined
  readonly workingSetBytes: number
  readonly usageBytes: number
  readonly rssBytes: number
}
export interface ContainerUsage extends Usage {
  readonly podUid: string
  readonly name: string
  /** When this was read, in milliseconds since the epoch. */
  readonly at: number
  readonly writableBytes: number
  readonly writableInodes: number
}
interface Reading {
  readonly at: number
  readonly cpuNanoseconds: number
  readonly rate: number | undefined
}
/** Readings closer together than this give no rate worth telling; the one before is told again. */
const RATE_MIN_MS = 1_000

/** Remembers the last reading of each container, from which rates follow. */
export class UsageReader {
  #readings = new Map<string, Reading>()
  #node: Reading | undefined

  /** Throws GrpcError. */
  async containers({ runtime, clock }: { readonly runtime: Runtime; readonly clock: Clock }): Promise<readonly ContainerUsage[]> {
    const { stats } = await runtime.listContainerStats({})
    const seen = new Map<string, Reading>()
    const usages = stats.flatMap(one => {
      const { id = '', labels = {} } = one.attributes ?? {}
      if (!labels[POD_UID] || !one.cpu) return []
      const at = one.cpu.timestamp ? Math.floor(one.cpu.timestamp / 1e6) : clock.now()
      const reading = next(this.#readings.get(id), at, one.cpu.usageCoreNanoSeconds?.value ?? 0)
      seen.set(id, reading)
      return [{ podUid: labels[POD_UID], name: labels[CONTAINER_NAME] ?? '', at, ...amounts(one, reading) }]
    })
    this.#readings = seen
    return usages
  }
  node(now: number): Usage {
    // In hundredths of a second: user, nice, system, idle, iowait, irq, softirq, steal.
    const times = readFileSync('/proc/stat', 'utf8').split('\n')[0]?.split(/\s+/).slice(1, 9).map(Number) ?? []
    const busy = times.reduce((sum, time, at) => (at === 3 || at === 4 ? sum : sum + time), 0) * 1e7
    this.#node = next(this.#node, now, busy)
    const meminfo = readFileSync('/proc/meminfo', 'utf8')
    const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(meminfo)?.[1] ?? 0) * 1024
    return {
      cpuNanoseconds: busy,
      cpuNanoCores: this.#node.rate,
      workingSetBytes: bytes('MemTotal') - bytes('MemAvailable'),
      usageBytes: bytes('MemTotal') - bytes('MemFree'),
      rssBytes: bytes('AnonPages'),
    }
  }
}

function next(before: Reading | undefined, at: number, cpuNanoseconds: number): Reading {
  if (!before) return { at, cpuNanoseconds, rate: undefined }
  const elapsedMs = at - before.at
  // The clock was set back.
  if (elapsedMs < 0) return { at, cpuNanoseconds, rate: before.rate }
  if (elapsedMs < RATE_MIN_MS) return before
  return { at, cpuNanoseconds, rate: Math.max(0, Math.round(((cpuNanoseconds - before.cpuNanoseconds) / elapsedMs) * 1000)) }
}
function amounts({ cpu, memory, writableLayer }: Received<typeof ContainerStats>, { rate }: Reading) {
  return {
    cpuNanoseconds: cpu?.usageCoreNanoSeconds?.value ?? 0,
    cpuNanoCores: cpu?.usageNanoCores?.value ?? rate,
    workingSetBytes: memory?.workingSetBytes?.value ?? 0,
    usageBytes: memory?.usageBytes?.value ?? 0,
    rssBytes: memory?.rssBytes?.value ?? 0,
    writableBytes: writableLayer?.usedBytes?.value ?? 0,
    writableInodes: writableLayer?.inodesUsed?.value ?? 0,
  }
}
