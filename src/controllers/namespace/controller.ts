/** Empties a namespace that is being deleted, pods first, and then lets it go. */
import { timestamp } from '#base/clock.ts'
import type { Cluster, Controller } from '#client/controller.ts'
import { type AnyObject, type Discovered, discover } from '#client/discovery.ts'
import { Namespace } from '#kinds/core/namespace.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { conditionsAfter, type Findings } from './conditions.ts'

const FINALIZER = 'kubernetes'
/** While content is going: long enough to cost little, short enough that nobody waits for it. */
const LOOK_AGAIN_MS = 250

export const namespaceController: Controller = {
  name: 'namespace-controller',
  reconciles: Namespace,
  concurrency: 10,
  act: async ({ name }, cluster) => {
    const namespace = cluster.mirrors.of(Namespace).get({ name })
    if (!namespace?.metadata.deletionTimestamp || !namespace.spec?.finalizers?.includes(FINALIZER)) return undefined
    const findings = await empty(name, cluster)
    const isEmpty = findings.remaining.size === 0 && findings.deletionFailures.length === 0 && findings.discoveryFailures.length === 0
    const current = await report(namespace, findings, cluster)
    if (!isEmpty) return LOOK_AGAIN_MS
    await finalize(current, cluster)
    return undefined
  },
}

async function report(namespace: Namespace, findings: Findings, { client, clock, mirrors }: Cluster): Promise<Namespace> {
  const before = namespace.status?.conditions ?? []
  const conditions = conditionsAfter(before, findings, timestamp(clock.now()))
  if (namespace.status?.phase === 'Terminating' && JSON.stringify(conditions) === JSON.stringify(before)) return namespace
  const written = await client.update(
    Namespace,
    { ...namespace, status: { ...namespace.status, phase: 'Terminating', conditions } },
    { subresource: 'status' },
  )
  mirrors.of(Namespace).learn(written)
  return written
}

async function finalize(namespace: Namespace, { client }: Cluster): Promise<void> {
  const finalizers = namespace.spec?.finalizers?.filter(each => each !== FINALIZER) ?? []
  try {
    await client.update(Namespace, { ...namespace, spec: { ...namespace.spec, finalizers } }, { subresource: 'finalize' })
  } catch (error) {
    if (!isRefusal(error, 'NotFound')) throw error
  }
}

/** One round: deletes what can be deleted and tells what is left. KEP-5080: nothing else goes before the pods have gone. */
async function empty(namespace: string, cluster: Cluster): Promise<Findings> {
  const resources = (await discover(cluster.client)).filter(
    ({ kind, verbs }) => kind.options.scope === 'Namespaced' && verbs.includes('delete') && verbs.includes('list'),
  )
  const isPod = ({ kind }: Discovered) => kind.group === '' && kind.options.plural === 'pods'
  const remaining = new Map<string, number>()
  const finalizers = new Map<string, number>()
  const deletionFailures: string[] = []
  for (const round of [resources.filter(isPod), resources.filter(resource => !isPod(resource))]) {
    await Promise.all(
      round.map(async resource => {
        try {
          const left = await deleteAll(namespace, resource, cluster)
          if (left.length) remaining.set(`${resource.kind.options.plural}.${resource.kind.group}`, left.length)
          for (const { metadata } of left)
            for (const finalizer of metadata.finalizers ?? []) finalizers.set(finalizer, (finalizers.get(finalizer) ?? 0) + 1)
        } catch (error) {
          if (isRefusal(error, 'NotFound') || isRefusal(error, 'MethodNotAllowed')) return
          if (!isRefusal(error)) throw error
          deletionFailures.push(error.message)
        }
      }),
    )
    if (remaining.size || deletionFailures.length) break
  }
  return { remaining, finalizers, discoveryFailures: [], deletionFailures }
}

async function deleteAll(namespace: string, { kind, verbs }: Discovered, { client }: Cluster): Promise<readonly AnyObject[]> {
  const left = (await client.list(kind, { namespace })).items
  if (left.length === 0) return left
  if (verbs.includes('deletecollection')) await client.deleteCollection(kind, { namespace, propagationPolicy: 'Background' })
  else
    for (const { metadata } of left)
      await client.delete(kind, { namespace, name: metadata.name as string }, { propagationPolicy: 'Background' })
  return (await client.list(kind, { namespace })).items
}
