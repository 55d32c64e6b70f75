/** The resource metrics API, `metrics.k8s.io`: measured when it is asked for, as metrics-server would serve it. */
import type { Clock } from '#base/clock.ts'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { refuse } from '#kinds/meta/refusal.ts'
import type { Call } from '../call.ts'
import { kubeletOf, type KubeletAccess } from '../connect/backend.ts'
import { askKubelet } from '../connect/ask.ts'
import { type AnyObject, type Item, MadeItem } from '../resources/item.ts'
import type { Objects } from '../resources/objects.ts'
import { objectResult, type Result } from '../result.ts'
import type { Action } from '../route.ts'
import { readOptions } from '../verbs/list-options.ts'
import { selectionOf } from '../verbs/selection.ts'
import { Meter, type Readings } from './meter.ts'
import { nodeMetrics, podMetrics } from './told.ts'

type Told = Omit<AnyObject, 'apiVersion' | 'kind'>

/** By group and plural. */
export function usageActions(access: KubeletAccess): ReadonlyMap<string, Action> {
  const meter = once((objects: Objects, clock: Clock) => {
    const ask = async (node: string) => await askKubelet({ ...(await kubeletOf(objects, node)), path: '/metrics/resource', access })
    return new Meter({ clock, ask })
  })
  const nodes: Action = async call => {
    const { objects, clock } = call.serving
    const { name } = call.target
    const wanted = name ? [await objects.get(Node, { name })].filter(node => node !== undefined) : await objects.list(Node)
    const readings = await readingsOf(meter(objects, clock), wanted)
    return answer(
      call,
      wanted.map(node => told(readings.get(node.metadata.name ?? ''), read => nodeMetrics(node, read))),
    )
  }
  const pods: Action = async call => {
    const { objects, clock } = call.serving
    const { name, namespace } = call.target
    const wanted = name
      ? [await objects.get(Pod, { namespace, name })].filter(pod => pod !== undefined)
      : await objects.list(Pod, namespace || undefined)
    const used = new Set(wanted.map(({ spec }) => spec.nodeName))
    const all = await objects.list(Node)
    const readings = await readingsOf(
      meter(objects, clock),
      all.filter(({ metadata }) => used.has(metadata.name)),
    )
    return answer(
      call,
      wanted.map(pod => told(readings.get(pod.spec.nodeName ?? ''), read => podMetrics(pod, read))),
    )
  }
  return new Map([
    ['metrics.k8s.io/nodes', nodes],
    ['metrics.k8s.io/pods', pods],
  ])
}

/** Nodes whose kubelets cannot be asked, simulated ones among them, are left out: the others are still of use. */
async function readingsOf(meter: Meter, nodes: readonly Node[]): Promise<ReadonlyMap<string, Readings>> {
  const read = await Promise.allSettled(nodes.map(async ({ metadata: { name = '' } }) => [name, await meter.read(name)] as const))
  return new Map(read.flatMap(outcome => (outcome.status === 'fulfilled' ? [outcome.value] : [])))
}
const told = (readings: Readings | undefined, tell: (readings: Readings) => Told | undefined): Told | undefined =>
  readings && tell(readings)

function answer(call: Call, measured: readonly (Told | undefined)[]): Result {
  const { resource, target } = call
  const items = measured.filter(one => one !== undefined).map(one => itemOf(call, one))
  if (target.verb === 'get') {
    const [item] = items
    if (!item) throw refuse.notFound(resource.about, target.name)
    return objectResult(resource, item)
  }
  readOptions(call)
  const selection = selectionOf(call)
  return { form: 'list', code: 200, resource, metadata: { resourceVersion: '' }, items: items.filter(item => selection.matches(item)) }
}
function itemOf({ resource }: Call, told: Told): Item {
  const { name = '', namespace = '' } = told['metadata'] as AnyObject['metadata']
  const { apiVersion, name: kind } = resource.kind
  return new MadeItem(resource.collection.key(namespace, name), 0, { apiVersion, kind, ...told } as AnyObject)
}

/** The server is known with the first request only. */
function once<A extends readonly unknown[], T>(make: (...from: A) => T): (...from: A) => T {
  let made: T | undefined
  return (...from) => (made ??= make(...from))
}
