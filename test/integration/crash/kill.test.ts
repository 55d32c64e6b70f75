/** The serving process is killed again and again while clients write: whatever they were told has happened, has happened. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { Chance, seedOf } from '#test/support/hostile/chance.ts'
import { type Connected, type Serving, servingCluster } from '#test/support/serving.ts'

const KILLS = 10
const WRITERS = 6
/** Each writer works on so many names, so that they are created, changed and deleted often. */
const NAMES = 12
const ACKNOWLEDGED_MAX = 250
const MAPS = '/api/v1/namespaces/default/configmaps'

/** What is known of one object: what was acknowledged last, and what was asked for after that without an answer. */
interface Known {
  /** Undefined: it is not there. */
  value: string | undefined
  revision: number
  /** `null`: nothing was asked. */
  pending: { readonly value: string | undefined } | null
}
interface Acknowledged {
  readonly name: string
  readonly value: string | undefined
  /** Unknown of deletions, whose answers do not tell it. */
  readonly revision: number | undefined
}

test(`${WRITERS} writers, ${KILLS} kills: every acknowledged write is there`, { timeout: 300_000 }, async t => {
  const seed = seedOf()
  t.diagnostic(`again with KNARR_SEED=${seed}`)
  const chance = new Chance(seed)
  using cluster = await servingCluster()
  const known = new Map<string, Known>()
  let total = 0
  let newest = 0
  let acknowledged: readonly Acknowledged[] = []
  for (let round = 0; round <= KILLS; round++) {
    const serving = await cluster.start()
    await checkHistory(serving, acknowledged, newest)
    newest = await check(serving, known, newest)
    total += acknowledged.length
    if (round < KILLS) acknowledged = await writtenUntilKilled(serving, { known, chance, count: 1 + chance.below(ACKNOWLEDGED_MAX), round })
    else {
      serving.child.kill('SIGTERM')
      assert.deepEqual(await once(serving.child, 'exit'), [0, null])
    }
  }
  t.diagnostic(`${total} acknowledged writes, revision ${newest}`)
  assert(total > KILLS)
})

interface Writing {
  readonly known: Map<string, Known>
  readonly chance: Chance
  /** So many acknowledged writes later the process is killed, in the middle of others. */
  readonly count: number
  readonly round: number
}
async function writtenUntilKilled(serving: Serving, { known, chance, count, round }: Writing): Promise<readonly Acknowledged[]> {
  const acknowledged: Acknowledged[] = []
  const exit = once(serving.child, 'exit')
  const writer = async (id: number) => {
    using connection = serving.connect()
    for (let step = 0; ; step++) {
      const name = `w${id}-${chance.below(NAMES)}`
      const one = known.get(name) ?? { value: undefined, revision: 0, pending: null }
      known.set(name, one)
      const value = one.value !== undefined && chance.once(3) ? undefined : `${round}.${step}`
      one.pending = { value }
      const reply = await written(connection, name, one, value).catch(() => undefined)
      // No answer: it may have happened or not.
      if (!reply) return
      assert([200, 201].includes(reply.code), `${name}: ${JSON.stringify(reply.body)}`)
      const revision = value === undefined ? undefined : Number(reply.body.metadata.resourceVersion)
      Object.assign(one, { value, revision: revision ?? one.revision, pending: null })
      if (acknowledged.push({ name, value, revision }) === count) serving.child.kill('SIGKILL')
    }
  }
  await Promise.all(Array.from({ length: WRITERS }, (_, id) => writer(id)))
  assert.deepEqual(await exit, [null, 'SIGKILL'])
  return acknowledged
}
function written(connection: Connected, name: string, { value, revision }: Known, next: string | undefined) {
  if (next === undefined) return connection.ask('DELETE', `${MAPS}/${name}`)
  const object = { metadata: { name, ...(value !== undefined && { resourceVersion: String(revision) }) }, data: { value: next } }
  return value === undefined ? connection.ask('POST', MAPS, object) : connection.ask('PUT', `${MAPS}/${name}`, object)
}

/** What is there is what was acknowledged, or what was being asked for at the end. Gives the revision of the list. */
async function check(serving: Serving, known: Map<string, Known>, newest: number): Promise<number> {
  using connection = serving.connect()
  const { body: list } = await connection.ask('GET', MAPS)
  const revision = Number(list.metadata.resourceVersion)
  assert(revision >= newest, `the revision went back from ${newest} to ${revision}`)
  const found = new Map<string, { readonly value: string; readonly revision: number }>()
  for (const { metadata, data } of list.items)
    if (data?.value) found.set(metadata.name, { value: data.value, revision: Number(metadata.resourceVersion) })
  for (const [name, one] of known) {
    const there = found.get(name)
    const possible = [one.value, ...(one.pending ? [one.pending.value] : [])]
    assert(possible.includes(there?.value), `${name}: ${there?.value} instead of ${possible.join(' or ')}`)
    if (there) assert(there.revision >= one.revision, `${name}: ${there.revision} is older than the acknowledged ${one.revision}`)
    Object.assign(one, { value: there?.value, revision: there?.revision ?? one.revision, pending: null })
    found.delete(name)
  }
  assert.deepEqual([...found.keys()], [])
  return revision
}

/** A watch from before the kill tells of every acknowledged write, in order, or says that it cannot. */
async function checkHistory(serving: Serving, acknowledged: readonly Acknowledged[], from: number): Promise<void> {
  if (!acknowledged.length) return
  using connection = serving.connect()
  const { code, body } = await connection.ask('GET', `${MAPS}?watch=true&timeoutSeconds=1&resourceVersion=${from}`)
  if (code === 410) return
  assert.equal(code, 200)
  const events = [body].flat() as readonly { readonly type: string; readonly object: Told }[]
  if (events[0]?.type === 'ERROR') return assert.equal(events[0].object.code, 410)
  const revisions = events.map(({ object }) => Number(object.metadata.resourceVersion))
  assert.deepEqual(
    revisions,
    revisions.toSorted((a, b) => a - b),
  )
  const told = new Set(
    events.map(
      ({ type, object: { metadata, data } }) =>
        `${metadata.name} ${type === 'DELETED' ? '' : data?.value} ${type === 'DELETED' ? '' : metadata.resourceVersion}`,
    ),
  )
  for (const { name, value, revision } of acknowledged)
    assert(told.has(`${name} ${value ?? ''} ${revision ?? ''}`), `${name} ${value ?? 'deleted'} at ${revision} is not told of`)
}
interface Told {
  readonly code?: number
  readonly metadata: { readonly name: string; readonly resourceVersion: string }
  readonly data?: { readonly value: string }
}
