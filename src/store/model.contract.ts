/** A store so simple that it is plainly right: it keeps every state whole. Random commands must get the same answers from an engine. */
import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { Compacted, type Entry, FutureRevision, Mismatch, type Store, type StoreEvent } from './store.ts'

/** Few keys, so that commands meet. */
const key = fc.constantFrom('a', 'a/b', 'a0', 'b', '\uffff', '\u{10000}')
const revision = fc.nat({ max: 40 })
const write = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('put' as const), key, expected: fc.option(fc.constantFrom('seen' as const, 0, 3)) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('delete' as const), key, expected: fc.option(fc.constantFrom('seen' as const, 3)) }),
  },
)
const command = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('write' as const), together: fc.array(write, { minLength: 1, maxLength: 6 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('range' as const),
      start: key,
      end: key,
      at: fc.option(revision),
      limit: fc.option(fc.nat({ max: 4 })),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('compact' as const), revision }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('watch' as const), start: key, end: key, from: revision }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reopen' as const) }) },
)
type Write = typeof write extends fc.Arbitrary<infer T> ? T : never
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never
export const commands: fc.Arbitrary<Command[]> = fc.array(command, { maxLength: 25 })

class Model {
  revision = 1
  compacted = 1
  /** The whole content after each revision. */
  readonly states = new Map<number, ReadonlyMap<string, Entry>>([[1, new Map()]])
  readonly events: StoreEvent[] = []

  get now(): ReadonlyMap<string, Entry> {
    return this.states.get(this.revision) as ReadonlyMap<string, Entry>
  }
  write({ do: type, key, expected }: Write): Entry | undefined {
    const previous = this.now.get(key)
    const wanted = expected === 'seen' ? (previous?.revision ?? 0) : expected
    if (wanted !== null && wanted !== (previous?.revision ?? 0)) throw new Mismatch(key, wanted, previous)
    if (type === 'delete' && !previous) return undefined
    const revision = ++this.revision
    const entry = { key, revision, value: bytes(key, revision) }
    const next = new Map(this.states.get(revision - 1))
    if (type === 'put') next.set(key, entry)
    else next.delete(key)
    this.states.set(revision, next)
    this.events.push({ type, ...entry, previous })
    return type === 'put' ? entry : previous
  }
  range({ start, end, at, limit }: Extract<Command, { do: 'range' }>) {
    const revision = at ?? this.revision
    if (revision > this.revision) throw new FutureRevision(revision, this.revision)
    if (revision < this.compacted) throw new Compacted(revision, this.compacted)
    const found = [...(this.states.get(revision) as ReadonlyMap<string, Entry>).values()]
      .filter(entry => isWithin(entry.key, start, end))
      .sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)))
    const entries = found.slice(0, limit ?? found.length)
    return { entries, revision, remaining: found.length - entries.length }
  }
  compact(revision: number) {
    if (revision > this.revision) throw new FutureRevision(revision, this.revision)
    this.compacted = Math.max(this.compacted, revision)
  }
}
const bytes = (key: string, revision: number) => Buffer.from(`${key}@${revision}`)
const isWithin = (key: string, start: string, end: string) =>
  Buffer.compare(Buffer.from(key), Buffer.from(start)) >= 0 && Buffer.compare(Buffer.from(key), Buffer.from(end)) < 0

/** An answer as plain data: what it gave, or what it threw. */
const answer = async (give: () => unknown) => {
  try {
    return plain(await give())
  } catch (error) {
    return error instanceof Mismatch ? plain([error.name, error.current]) : String(error)
  }
}
/** As data that `deepEqual` compares without regard to the order of fields. */
const plain = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, part) => (part?.type === 'Buffer' ? text(part.data) : part)) ?? 'null')
const text = (bytes: readonly number[]) => Buffer.from(bytes).toString()

/** Does all commands to a store and to the model, and compares each answer, and at the end what the watches told. */
export async function answersLikeModel(list: readonly Command[], opened: Store, reopen?: () => Promise<Store>): Promise<void> {
  let store = opened
  const model = new Model()
  let watches: Awaited<ReturnType<typeof watch>>[] = []
  for (const command of list)
    switch (command.do) {
      case 'write': {
        const expected: Promise<unknown>[] = []
        const actual: Promise<unknown>[] = []
        for (const one of command.together) {
          const seen = one.expected === 'seen' ? (model.now.get(one.key)?.revision ?? 0) : (one.expected ?? undefined)
          expected.push(answer(() => model.write(one)))
          const value = (revision: number) => bytes(one.key, revision)
          actual.push(
            answer(() =>
              one.do === 'put' ? store.put(one.key, value, { expected: seen }) : store.delete(one.key, { expected: seen, last: value }),
            ),
          )
        }
        assert.deepEqual(await Promise.all(actual), await Promise.all(expected))
        break
      }
      case 'range': {
        const { start, end, at, limit } = command
        assert.deepEqual(
          await answer(() => store.range({ start, end, at: at ?? undefined, limit: limit ?? undefined })),
          await answer(() => model.range(command)),
        )
        const count = [...model.now.keys()].filter(key => isWithin(key, start, end)).length
        assert.equal(await store.count(start, end), count)
        break
      }
      case 'compact':
        assert.deepEqual(await answer(() => store.compact(command.revision)), await answer(() => model.compact(command.revision)))
        break
      case 'watch':
        if (command.from < model.compacted) await assert.rejects(watch(store, command), Compacted)
        else watches.push(await watch(store, command))
        break
      case 'reopen':
        if (!reopen) break
        await agree(watches, model)
        watches = []
        store = await reopen()
    }
  assert.deepEqual([store.revision, store.compacted], [model.revision, model.compacted])
  await agree(watches, model)
}

async function watch(store: Store, { start, end, from }: Extract<Command, { do: 'watch' }>) {
  const events: StoreEvent[] = []
  const seen = { reached: from > store.revision ? store.revision : 0, overtaken: undefined as unknown }
  let wake = () => {}
  const handle = await store.watch(
    { start, end, from },
    {
      events: batch => {
        // What stood before is asked for while the event is told.
        for (const event of batch) events.push({ ...event })
      },
      progress: revision => {
        seen.reached = revision
        wake()
      },
      ended: error => {
        seen.overtaken = error
        wake()
      },
    },
  )
  return {
    start,
    end,
    from,
    events,
    reaches: async (revision: number) => {
      while (seen.reached < revision && !seen.overtaken) await new Promise<void>(resolve => (wake = resolve))
      handle[Symbol.dispose]()
      return seen.overtaken
    },
  }
}

async function agree(watches: readonly Awaited<ReturnType<typeof watch>>[], model: Model) {
  for (const { start, end, from, events, reaches } of watches) {
    const overtaken = await reaches(model.revision)
    const expected = model.events.filter(event => event.revision >= from && isWithin(event.key, start, end))
    // A compaction may overtake a watch that is still catching up; it then ends, after a part of what it would have told.
    if (overtaken) assert(overtaken instanceof Compacted)
    assert.deepEqual(plain(events), plain(overtaken ? expected.slice(0, events.length) : expected))
  }
}
