/** What can happen in a scenario, a line each. */
import { pathOf } from '#client/requests.ts'
import type { Client } from '#client/transport.ts'
import { Deployment } from '#kinds/apps/deployment.ts'
import { ReplicaSet } from '#kinds/apps/replica-set.ts'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { controllerOf } from '#kinds/meta/owners.ts'
import { clone } from '#schema/json-value.ts'
import { isLike } from './names.ts'
import { newObject, type Sort, setField, sortOf } from './objects.ts'
import type { World } from './world.ts'

const NAMESPACE = 'default'
const REVISION = 'deployment.kubernetes.io/revision'
type Words = readonly string[]
interface Listed {
  readonly metadata: { readonly name: string; readonly namespace?: string }
  readonly status?: { readonly phase?: string }
}

/**
 * | line | what happens |
 * |---|---|
 * | `apply deployment web replicas=3 image=two` | it is created, or these fields of it are changed |
 * | `apply deployment shop/web replicas=3` | the same in another namespace than `default` |
 * | `delete pod web-… Running grace=0` | the first of that name (and phase) is deleted; `foreground`, `orphan` for its children |
 * | `evict pod web-…`, `evict pod web-… refused` | the first one that is not going yet is evicted, or a budget forbids it |
 * | `relabel pod web-… app=other` | the first pod of that name gets another label |
 * | `undo deployment web` | it gets the template of its last revision but one, as kubectl does it |
 * | `node b stops answering`, `node b answers again` | |
 * | `taint b key=value:Effect`, `label b key=value` | a taint or a label of a node; with a trailing `-` it is taken away |
 * | `use web-… 50m` | from now on each pod of that name uses so much processor time |
 * | `controllers stop`, `controllers start` | the process of controllers and scheduler dies, and is started again |
 * | `clock is set 1h ahead`, `clock is set 1h back` | timers go on as if nothing had happened |
 * | `mark` | writes and events are counted from here |
 */
export async function perform(world: World, line: string): Promise<void> {
  const [verb = '', ...words] = line.split(/\s+/)
  const act = VERBS[verb]
  if (!act) throw new Error(`read scenario: "${verb}" is none of ${Object.keys(VERBS).join(', ')}`)
  await act(world, words)
}

const VERBS: Readonly<Record<string, (world: World, words: Words) => Promise<unknown>>> = {
  apply: ({ client }, [word = '', name = '', ...fields]) => {
    const [plain = '', namespace = NAMESPACE] = name.split('/').toReversed()
    return applied(client, sortOf(word), { namespace, name: plain, fields })
  },
  delete: async ({ client }, [word = '', name = '', ...how]) => {
    const { kind } = sortOf(word)
    const { items } = await client.list<Listed>(kind)
    const phase = how.find(word => /^[A-Z]/.test(word))
    const found = items.find(({ metadata, status }) => isLike(metadata.name, name) && (!phase || status?.phase === phase))
    if (!found) throw new Error(`run scenario: there is no ${word} "${name}"`)
    const grace = how.find(word => word.startsWith('grace='))?.slice('grace='.length)
    const policy = how.includes('foreground') ? 'Foreground' : how.includes('orphan') ? 'Orphan' : 'Background'
    const options = { propagationPolicy: policy, ...(grace !== undefined && { gracePeriodSeconds: Number(grace) }) } as const
    await client.delete(kind, { namespace: found.metadata.namespace, name: found.metadata.name }, options)
  },
  undo: async ({ client }, [, name = '']) => {
    const deployment = await client.get(Deployment, { namespace: NAMESPACE, name })
    const { items } = await client.list(ReplicaSet, { namespace: NAMESPACE })
    const revision = ({ metadata }: ReplicaSet) => Number(metadata.annotations?.[REVISION] ?? 0)
    const [, last] = items
      .filter(({ metadata }) => controllerOf(metadata)?.uid === deployment.metadata.uid)
      .toSorted((a, b) => revision(b) - revision(a))
    if (!last) throw new Error(`run scenario: "${name}" has no earlier revision`)
    const { 'pod-template-hash': _, ...labels } = last.spec.template.metadata.labels ?? {}
    const template = { ...last.spec.template, metadata: { ...last.spec.template.metadata, labels } }
    await client.patch(Deployment, { namespace: NAMESPACE, name }, 'json', [{ op: 'replace', path: '/spec/template', value: template }])
  },
  evict: async ({ client }, [, name = '', outcome]) => {
    const found = (await client.list(Pod)).items.find(
      ({ metadata }) => isLike(metadata.name as string, name) && !metadata.deletionTimestamp,
    )
    if (!found) throw new Error(`run scenario: there is no pod "${name}"`)
    const { namespace, name: exact = '' } = found.metadata
    const path = pathOf(Pod, { namespace, name: exact, subresource: 'eviction' })
    const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: exact, namespace } }
    const refusal = await client.transport.send({ method: 'POST', path, body }).then(
      () => undefined,
      (error: unknown) => error,
    )
    if (refusal && !isRefusal(refusal, 'TooManyRequests')) throw refusal
    if ((refusal !== undefined) !== (outcome === 'refused'))
      throw new Error(`run scenario: the eviction of "${exact}" was ${refusal ? 'refused' : 'granted'}`)
  },
  relabel: async ({ client }, [, name = '', label = '']) => {
    const found = (await client.list(Pod)).items.find(({ metadata }) => isLike(metadata.name as string, name))
    if (!found) throw new Error(`run scenario: there is no pod "${name}"`)
    const [key = '', value] = label.split('=')
    const { namespace, name: exact = '' } = found.metadata
    return client.patch(Pod, { namespace, name: exact }, 'merge', { metadata: { labels: { [key]: value } } })
  },
  node: (world, [name = '', ...words]) => (words.join(' ') === 'stops answering' ? world.silenceNode(name) : world.startNode(name)),
  taint: async ({ client }, [name = '', text = '']) => {
    const { spec } = await client.get(Node, { name })
    const [, key = '', value, effect, minus] = /^([^=:]+)(?:=([^:]*))?:(\w+)(-?)$/.exec(text) ?? []
    const others = (spec.taints ?? []).filter(taint => taint.key !== key || taint.effect !== effect)
    const taints = minus ? others : [...others, { key, ...(value && { value }), effect }]
    await client.patch(Node, { name }, 'merge', { spec: { taints } })
  },
  label: ({ client }, [name = '', text = '']) => {
    const [key = '', value] = text.split('=')
    const labels = text.endsWith('-') ? { [text.slice(0, -1)]: null } : { [key]: value }
    return client.patch(Node, { name }, 'merge', { metadata: { labels } })
  },
  use: async (world, [pattern = '', amount = '']) => void world.uses.set(pattern, amount),
  controllers: async (world, [word]) => (word === 'stop' ? await world.stopControllers() : world.startControllers()),
  clock: async (world, [, , text = '', direction]) => {
    const ms = milliseconds(text)
    world.clock.set(world.clock.now() + (direction === 'ahead' ? ms : -ms))
  },
  mark: world => world.mark(),
}

interface Applying {
  readonly namespace: string
  readonly name: string
  readonly fields: Words
}
/** Like people who try again when somebody was quicker. */
async function applied(client: Client, sort: Sort, applying: Applying): Promise<void> {
  const { namespace, name, fields } = applying
  try {
    const known = await client.get(sort.kind, { namespace, name }).catch(error => {
      if (isRefusal(error, 'NotFound')) return undefined
      throw error
    })
    const draft = known ? clone(known) : newObject(sort, name, namespace)
    for (const field of fields) setField(draft, sort, field)
    await (known ? client.update(sort.kind, draft) : client.create(sort.kind, draft))
  } catch (error) {
    if (!isRefusal(error, 'Conflict')) throw error
    await applied(client, sort, applying)
  }
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 }
/** Of a time such as `10s`. */
export function milliseconds(text: string): number {
  const [, number, unit = ''] = /^([\d.]+)([smh])$/.exec(text) ?? []
  if (number === undefined) throw new Error(`read scenario: "${text}" is no time such as 10s or 6m`)
  return Number(number) * (UNITS[unit] as number)
}
