/** What is expected at some point of a scenario, a line each. Each gives what is wrong, or nothing. */
import type { AnyKind } from '#kinds/catalogue.ts'
import { Event } from '#kinds/core/event.ts'
import { Pod } from '#kinds/core/pod.ts'
import { ReplicaSet } from '#kinds/apps/replica-set.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { isLike } from './names.ts'
import { SORTS, sortOf } from './objects.ts'
import type { World } from './world.ts'

/**
 * | line | holds when |
 * |---|---|
 * | `pods web-… a Running ×2 · Terminating ×1` | these are all pods; without a node, wherever they are; `pods none` |
 * | `replicasets web-… 3/3 · 0/0 ×2` | these are all sets, by pods that are wanted and ready |
 * | `events FailedCreate ×1 · Killing ×0` | so many events with that reason were told since the mark, repetitions counted |
 * | `writes ≤ 14` | so many objects were written since the mark, without leases and events |
 * | `deployment web status.replicas=3 Available=True` | fields, or conditions as status or status/reason; `-` for absent |
 * | `no job pi-…` | there is none of that name |
 */
export async function problemsOf(world: World, line: string): Promise<string | undefined> {
  const [what = '', ...words] = line.split(/\s+/)
  const rest = words.join(' ')
  if (what === 'pods') return groups(line, rest, (await world.client.list(Pod)).items.map(podText))
  if (what === 'replicasets') return groups(line, rest, (await world.client.list(ReplicaSet)).items.map(setText))
  if (what === 'events') return eventProblems(world, rest)
  if (what === 'writes') return writeProblems(world, Number(words.at(-1)))
  if (what === 'no') return absent(world, words)
  return fieldProblems(world, what, words)
}

function podText({ metadata, spec, status }: Pod): readonly string[] {
  const word = metadata.deletionTimestamp ? 'Terminating' : (status.phase ?? 'Pending')
  return [metadata.name as string, spec.nodeName ?? '-', word]
}
const setText = ({ metadata, spec, status }: ReplicaSet): readonly string[] => [
  metadata.name as string,
  '-',
  `${spec.replicas}/${status.readyReplicas ?? 0}`,
]

/** Compares groups of things: each of them is in exactly one group, and each group is as large as said. */
function groups(line: string, rest: string, actual: readonly (readonly string[])[]): string | undefined {
  const left = new Set(actual)
  const told = `${line}\n     is: ${
    actual
      .map(one => one.join(' '))
      .toSorted()
      .join(' · ') || 'none'
  }`
  let name = '…'
  for (const item of rest === 'none' ? [] : rest.split(' · ')) {
    const words = item.split(' ')
    const count = Number(words.at(-1)?.startsWith('×') ? words.pop()?.slice(1) : 1)
    const word = words.pop() as string
    // A name is followed by a node, or is recognized by what no node is called.
    if (words.length === 2 || /[-…]/.test(words[0] ?? '')) name = words.shift() as string
    const [node] = words
    const found = [...left].filter(([one = '', where, is]) => isLike(one, name) && (!node || node === where) && is === word)
    if (found.length !== count) return told
    for (const one of found) left.delete(one)
  }
  return left.size ? told : undefined
}

async function eventProblems(world: World, rest: string): Promise<string | undefined> {
  const { items } = await world.client.list(Event)
  const since = ({ metadata, count = 1 }: Event) => count - (world.told.get(metadata.uid as string) ?? 0)
  const wrong = rest.split(' · ').flatMap(item => {
    const [, reason, count = '1'] = /^(\S+)(?: ×(\d+))?$/.exec(item) ?? []
    const found = items.filter(event => event.reason === reason).reduce((sum, event) => sum + since(event), 0)
    return found === Number(count) ? [] : [`${reason} ×${found}`]
  })
  return wrong.length ? `events ${rest}\n     is: ${wrong.join(' · ')}` : undefined
}

function writeProblems({ writes }: World, maximum: number): string | undefined {
  if (writes.length <= maximum) return undefined
  const counts = new Map<string, number>()
  for (const key of writes) counts.set(key, (counts.get(key) ?? 0) + 1)
  return `writes ≤ ${maximum}\n     are: ${writes.length}\n${[...counts].map(([key, count]) => `       ${key} ×${count}`).join('\n')}`
}

interface Any {
  readonly metadata: { readonly name: string }
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason?: string }[] }
}
const listed = async ({ client }: World, kind: AnyKind) => (await client.list<Any>(kind)).items

async function absent(world: World, [word = '', name = '']: readonly string[]): Promise<string | undefined> {
  const found = (await listed(world, sortOf(word).kind)).filter(({ metadata }) => isLike(metadata.name, name))
  return found.length ? `no ${word} ${name}\n     is: ${found.map(({ metadata }) => metadata.name).join(' · ')}` : undefined
}

async function fieldProblems(world: World, word: string, [name = '', ...fields]: readonly string[]): Promise<string | undefined> {
  if (!SORTS[word]) throw new Error(`read scenario: nothing is expected of "${word}"`)
  try {
    const found = (await listed(world, sortOf(word).kind)).find(({ metadata }) => isLike(metadata.name, name))
    if (!found) return `${word} ${name}: there is none`
    const wrong = fields.flatMap(field => {
      const [path = '', ...wanted] = field.split('=')
      const is = textAt(found, path, wanted.join('=').includes('/'))
      return is === wanted.join('=') ? [] : [`${path}=${is}`]
    })
    return wrong.length ? `${word} ${name} ${fields.join(' ')}\n     is: ${wrong.join(' ')}` : undefined
  } catch (error) {
    if (isRefusal(error, 'NotFound')) return `${word} ${name}: there is none`
    throw error
  }
}
function textAt(object: Any, path: string, withReason: boolean): string {
  if (/^[A-Z]/.test(path)) {
    const condition = object.status?.conditions?.find(({ type }) => type === path)
    return condition ? `${condition.status}${withReason ? `/${condition.reason}` : ''}` : '-'
  }
  const value = path.split('.').reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], object)
  return value === undefined ? '-' : typeof value === 'string' ? value : JSON.stringify(value)
}
