/** Binding: the scheduler's word on which node a pod runs. Source: upstream's registry/core/pod/storage. */
import { Binding } from '#kinds/core/binding.ts'
import { Pod } from '#kinds/core/pod.ts'
import { refuse } from '#kinds/meta/refusal.ts'
import { pathAt } from '#schema/path.ts'
import type { Call } from '../call.ts'
import type { AnyObject } from '../resources/item.ts'
import { type Result, valueResult } from '../result.ts'
import { mutate, validate } from './admit.ts'
import { amend } from './amend.ts'
import { draftFrom } from './body.ts'
import { type Condition, withCondition } from './conditions.ts'
import { writeOptions } from './options.ts'

/** POST to `pods/<name>/binding`, or, of old, to `bindings`. Throws Conflict when the pod has a node or must not get one. */
export async function bind(call: Call): Promise<Result> {
  const { serving, target } = call
  const options = writeOptions(call, 'CreateOptions')
  const binding = (await draftFrom(call, Binding, options)) as unknown as Binding & AnyObject
  const { metadata } = binding
  const name = target.subresource ? target.name : (metadata.name ?? '')
  if (metadata.name && metadata.name !== name) throw refuse.badRequest('name in URL does not match name in Binding object')
  check(binding, name)
  await mutate(call, { operation: 'CREATE', draft: binding, dryRun: options.dryRun })
  await validate(call, { operation: 'CREATE', draft: binding, dryRun: options.dryRun })
  const pods = serving.registry.of(Pod)
  const compose = (pod: AnyObject) => bound(pod, binding, serving.clock.now())
  const item = await amend(pods, { namespace: target.namespace, name, dryRun: options.dryRun, compose })
  if (!item) throw refuse.notFound(pods.about, name)
  return valueResult({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' }, 201)
}

function check({ target }: Binding, name: string): void {
  const at = pathAt()
  const here = at.key('target')
  if (target.kind && target.kind !== 'Node') here.key('kind').unsupported(target.kind, ['Node', '<empty>'])
  if (!target.name) here.key('name').required()
  if (at.problems.length) throw refuse.invalid({ group: '', resource: 'bindings', kind: 'Binding' }, name, at.problems)
}

function bound(pod: AnyObject, { metadata, target }: Binding, nowMs: number): AnyObject {
  const { name = '', uid, resourceVersion } = pod.metadata
  const about = { group: '', resource: 'pods/binding' }
  if (metadata.uid && metadata.uid !== uid)
    throw refuse.conflict(about, name, `Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${uid}`)
  if (metadata.resourceVersion && metadata.resourceVersion !== resourceVersion) throw refuse.modified(about, name)
  if (pod.metadata.deletionTimestamp) throw refuse.conflict(about, name, `pod ${name} is being deleted, cannot be assigned to a host`)
  const { nodeName, schedulingGates } = pod['spec'] as { readonly nodeName?: string; readonly schedulingGates?: readonly unknown[] }
  if (nodeName) throw refuse.conflict(about, name, `pod ${name} is already assigned to node "${nodeName}"`)
  if (schedulingGates?.length) throw refuse.conflict(about, name, `pod ${name} has non-empty .spec.schedulingGates`)
  const annotations = { ...pod.metadata.annotations, ...metadata.annotations }
  const labels = { ...pod.metadata.labels, ...metadata.labels }
  const scheduled: Condition = {
    type: 'PodScheduled',
    status: 'True',
    lastProbeTime: null,
  }
  // The node that was meant is of no interest any more.
  const { nominatedNodeName: _, ...status } = pod['status'] as Record<string, unknown>
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      ...(Object.keys(labels).length && { labels }),
      ...(Object.keys(annotations).length && { annotations }),
    },
    spec: { ...pod['spec'], nodeName: target.name },
    status: { ...status, conditions: withCondition(pod['status'].conditions as readonly Condition[], scheduled, nowMs) },
  }
}
