/** Streams into containers: over WebSocket they begin with GET, but whoever may only read must not open them (upstream since 1.35). */
import type { Incoming, Target } from '../request.ts'

const STREAMS: ReadonlySet<string> = new Set(['exec', 'attach', 'portforward'])

/** All verbs that a request needs: its own, and `create` where a stream is opened by reading. */
export function neededVerbs({ verb, group, resource, subresource }: Target, { headers }: Pick<Incoming, 'headers'>): readonly string[] {
  const opens = verb === 'get' && group === '' && resource === 'pods' && STREAMS.has(subresource)
  return opens && String(headers.upgrade).toLowerCase() === 'websocket' ? [verb, 'create'] : [verb]
}
