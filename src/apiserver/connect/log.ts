/** The log of a container, as its kubelet tells it. */
import { Pod } from '#kinds/core/pod.ts'
import { Refusal, refuse } from '#kinds/meta/refusal.ts'
import { pathAt } from '#schema/path.ts'
import type { Result } from '../result.ts'
import type { Action } from '../route.ts'
import { isTrue } from '../target.ts'
import { integerOf } from '../verbs/options.ts'
import { containerOf, type KubeletAccess, kubeletOf } from './backend.ts'
import { type Forwarded, forward } from './forward.ts'
import { inMessages } from './messages.ts'

/** What the kubelet says when it refuses is read so far. */
const MESSAGE_MAX_BYTES = 2_048
const FLAGS = ['follow', 'previous', 'timestamps'] as const
const OTHERS = ['sinceSeconds', 'sinceTime', 'tailLines', 'limitBytes', 'stream'] as const

export const logAction =
  (access: KubeletAccess): Action =>
  async ({ serving, target, incoming, resource }): Promise<Result> => {
    const asked = checked(incoming.query)
    const pod = await serving.objects.get(Pod, { namespace: target.namespace, name: target.name })
    if (!pod) throw refuse.notFound(resource.about, target.name)
    const container = containerOf(pod, incoming.query.get('container'))
    const headers = { 'content-type': 'text/plain' }
    // Nothing can have been written yet.
    if (!pod.spec.nodeName) return { form: 'bytes', code: 200, headers, body: '' }
    const kubelet = await kubeletOf(serving.objects, pod.spec.nodeName)
    const path = `/containerLogs/${target.namespace}/${target.name}/${container}`
    const answer = await forward({ ...plain(incoming.signal), path }, { ...kubelet, path, access }, asked.toString())
    if (answer.code >= 300) throw await refusalOf(answer, target.name)
    return inMessages(incoming, answer.body) ?? { form: 'stream', code: 200, headers, body: answer.body }
  }
/** The client's own headers concern this server alone. */
const plain = (signal: AbortSignal) => ({
  method: 'GET',
  query: new URLSearchParams(),
  headers: {},
  signal,
  body: async () => new Uint8Array(),
})

/** Throws Invalid with upstream's words. */
function checked(query: URLSearchParams): URLSearchParams {
  const at = pathAt()
  const tail = integerOf(query, 'tailLines')
  const limit = integerOf(query, 'limitBytes')
  const since = integerOf(query, 'sinceSeconds')
  if (tail !== undefined && tail < 0) at.key('tailLines').invalid(tail, 'must be greater than or equal to 0')
  if (limit !== undefined && limit < 1) at.key('limitBytes').invalid(limit, 'must be greater than 0')
  if (since !== undefined && query.get('sinceTime')) at.forbidden('at most one of `sinceTime` or `sinceSeconds` may be specified')
  else if (since !== undefined && since < 1) at.key('sinceSeconds').invalid(since, 'must be greater than 0')
  if (at.problems.length) throw refuse.invalid({ group: '', resource: 'pods', kind: 'PodLogOptions' }, '', at.problems)
  const asked = new URLSearchParams()
  for (const name of FLAGS) if (isTrue(query.get(name))) asked.set(name, 'true')
  for (const name of OTHERS) if (query.get(name)) asked.set(name, query.get(name) as string)
  return asked
}

async function refusalOf({ code, body }: Forwarded, name: string): Promise<Refusal> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of body as AsyncIterable<Uint8Array>) {
    pieces.push(piece)
    length += piece.length
    if (length > MESSAGE_MAX_BYTES) break
  }
  const text = Buffer.concat(pieces).subarray(0, MESSAGE_MAX_BYTES).toString()
  if (code === 400) return refuse.badRequest(text)
  if (code === 500) return refuse.internal(text)
  const details = { name, kind: 'pods' }
  return code === 404
    ? new Refusal(404, 'NotFound', `the server could not find the requested resource (get pods ${name}): ${text}`, details)
    : new Refusal(code, 'Unknown', text, details)
}
