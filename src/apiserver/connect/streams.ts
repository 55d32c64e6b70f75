/** Exec, attach and portforward: the client's connection joined with one to the pod's kubelet. */
import { Pod } from '#kinds/core/pod.ts'
import { refuse } from '#kinds/meta/refusal.ts'
import type { Call } from '../call.ts'
import type { UpgradeResult } from '../result.ts'
import type { Action } from '../route.ts'
import { isTrue } from '../target.ts'
import { validate } from '../verbs/admit.ts'
import { containerOf, type KubeletAccess, kubeletOf } from './backend.ts'
import { tunnel } from './tunnel.ts'

/** The API's words for the streams, and the kubelet's. */
const STREAMS = [
  ['stdin', 'input'],
  ['stdout', 'output'],
  ['stderr', 'error'],
  ['tty', 'tty'],
] as const

export const execAction =
  (access: KubeletAccess): Action =>
  call =>
    inContainer(call, access, 'exec')
export const attachAction =
  (access: KubeletAccess): Action =>
  call =>
    inContainer(call, access, 'attach')

async function inContainer(call: Call, access: KubeletAccess, what: 'exec' | 'attach'): Promise<UpgradeResult> {
  const { query } = call.incoming
  const pod = await podOf(call)
  const container = containerOf(pod, query.get('container'))
  const asked = new URLSearchParams()
  for (const [here, there] of STREAMS) if (isTrue(query.get(here))) asked.append(there, '1')
  if (!['input', 'output', 'error'].some(stream => asked.has(stream)))
    throw refuse.badRequest('you must specify at least 1 of stdin, stdout, stderr')
  if (what === 'exec') {
    const command = query.getAll('command')
    if (!command.length) throw refuse.badRequest('you must specify at least 1 command')
    for (const word of command) asked.append('command', word)
  }
  return join(call, pod, { access, path: `/${what}/${segments(pod)}/${container}`, query: asked })
}

export const portForwardAction =
  (access: KubeletAccess): Action =>
  async call => {
    const pod = await podOf(call)
    const asked = new URLSearchParams()
    for (const ports of call.incoming.query.getAll('ports')) for (const port of ports.split(',')) asked.append('port', port)
    return join(call, pod, { access, path: `/portForward/${segments(pod)}`, query: asked })
  }

interface Stream {
  readonly access: KubeletAccess
  readonly path: string
  readonly query: URLSearchParams
}
async function join(call: Call, pod: Pod, { access, path, query }: Stream): Promise<UpgradeResult> {
  const { nodeName } = pod.spec
  if (!nodeName) throw refuse.badRequest(`pod ${pod.metadata.name} does not have a host assigned`)
  await validate(call, {
    operation: 'CONNECT',
    draft: Object.fromEntries(call.incoming.query) as never,
    before: pod as never,
    dryRun: false,
  })
  const kubelet = await kubeletOf(call.serving.objects, nodeName)
  return await tunnel(call.incoming, { ...kubelet, path, access }, query.toString())
}
const segments = ({ metadata }: Pod) => `${metadata.namespace}/${metadata.name}`

async function podOf({ serving, target, resource }: Call): Promise<Pod> {
  const pod = await serving.objects.get(Pod, { namespace: target.namespace, name: target.name })
  if (!pod) throw refuse.notFound(resource.about, target.name)
  return pod
}
