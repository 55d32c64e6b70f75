/** What pods use in a scenario: as much as it says, told as the resource metrics API would tell it. */
import type { Clock } from '#base/clock.ts'
import { timestamp } from '#base/clock.ts'
import type { Client, Transport } from '#client/transport.ts'
import { Pod } from '#kinds/core/pod.ts'
import { parseLabelSelector } from '#schema/select-parse.ts'
import { matchesLabels } from '#schema/select.ts'
import { isLike } from './names.ts'

/** Processor time by pod, as name patterns; the last that fits counts. Pods that none fits are not measured. */
export type Uses = Map<string, string>

const PODS = /^\/apis\/metrics\.k8s\.io\/v1beta1\/namespaces\/([^/]+)\/pods$/

/** Answers questions for the use of pods, and hands on all others. */
export const measuring = (client: Client, uses: Uses, clock: Clock): Transport => ({
  watch: request => client.transport.watch(request),
  send: async request => {
    const [, namespace] = PODS.exec(request.path) ?? []
    if (namespace === undefined) return await client.transport.send(request)
    const selection = parseLabelSelector(String(request.query?.['labelSelector'] ?? ''))
    const { items } = await client.list(Pod, { namespace })
    const measured = items
      .filter(({ metadata, status }) => status.phase === 'Running' && matchesLabels(selection, metadata.labels))
      .flatMap(({ metadata, spec }) => {
        const cpu = [...uses].findLast(([pattern]) => isLike(metadata.name as string, pattern))?.[1]
        return cpu === undefined ? [] : [{ metadata, containers: spec.containers.map(({ name }) => ({ name, usage: { cpu } })) }]
      })
    const times = { timestamp: timestamp(clock.now()), window: '15s' }
    return { code: 200, warnings: [], body: { metadata: { resourceVersion: '' }, items: measured.map(one => ({ ...one, ...times })) } }
  },
})
