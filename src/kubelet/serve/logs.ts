/** Answers a request for a container's log. */
import { latest, NOTHING_OBSERVED } from '../pods/observed.ts'
import { allContainers } from '../pods/sight.ts'
import { logContainer, NotAvailable } from './log-choice.ts'
import { type LogWish, readLog } from './read-log.ts'
import { type Around, NotFound, type PodRef, podOf } from './streams.ts'

export interface LogRequest extends PodRef {
  readonly container: string
  /** As of the API: follow, tailLines, sinceSeconds, sinceTime, timestamps, limitBytes, previous, stream. */
  readonly query: URLSearchParams
  readonly signal: AbortSignal
}

/** Throws NotFound or NotAvailable before anything is read. */
export async function containerLog({ container, query, signal, ...ref }: LogRequest, around: Around): Promise<AsyncIterable<Buffer>> {
  const { workers, context } = around
  const { observer, clock } = context
  await observer.refresh()
  const { pod, observed } = podOf(ref, around)
  if (!allContainers(pod).some(({ name }) => name === container))
    throw new NotFound(`container ${JSON.stringify(container)} not found in pod ${JSON.stringify(ref.name)}`)
  const { uid = '', namespace = '', name = '' } = pod.metadata
  const chosen = logContainer(pod, observed ?? { uid, namespace, name, ...NOTHING_OBSERVED }, {
    container,
    wantsPrevious: flag(query, 'previous'),
  })
  if (!chosen.logPath) throw new NotAvailable(`failed to open log file for container ${JSON.stringify(container)}: it has none`)
  const isRunning = () => {
    const now = observer.pods.get(uid)
    return (
      workers.worker(uid) !== undefined &&
      now !== undefined &&
      latest(now, container)?.id === chosen.id &&
      latest(now, container)?.phase === 'running'
    )
  }
  return readLog({ path: chosen.logPath, clock, isRunning, signal }, wishOf(query, clock.now()))
}

const flag = (query: URLSearchParams, name: string) => ['1', 'true'].includes(query.get(name) ?? '')
const number = (query: URLSearchParams, name: string) => (query.has(name) && query.get(name) !== '' ? Number(query.get(name)) : undefined)

function wishOf(query: URLSearchParams, now: number): LogWish {
  const sinceSeconds = number(query, 'sinceSeconds')
  const sinceTime = query.get('sinceTime')
  const since = sinceSeconds !== undefined ? now - sinceSeconds * 1000 : sinceTime ? Date.parse(sinceTime) : undefined
  const stream = query.get('stream')?.toLowerCase()
  const tailLines = number(query, 'tailLines')
  const limitBytes = number(query, 'limitBytes')
  return {
    follow: flag(query, 'follow'),
    timestamps: flag(query, 'timestamps'),
    ...(tailLines !== undefined && { tailLines }),
    ...(limitBytes !== undefined && { limitBytes }),
    ...(since !== undefined && { since }),
    ...((stream === 'stdout' || stream === 'stderr') && { stream }),
  }
}
