/** Many watchers of what changes often: everybody hears of everything, and nothing is kept of it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerOf, held, MAPS, serve, until } from './served.ts'

const WATCHERS = 1_000
/** On so many connections: each may have 100 streams. */
const CONNECTIONS = 20
const CHANGES_PER_SECOND = 100
const SECONDS = 3
/** What the objects' history and the process's own caches may grow by. */
const GROWTH_MAX_BYTES = 24 * 1024 * 1024

test(`${WATCHERS} watchers, ${CHANGES_PER_SECOND} changes per second`, { timeout: 180_000 }, async t => {
  await using server = await serve()
  const transport = server.api.local({ user: { name: 'admin', groups: ['system:masters'], extra: {} }, agent: 'test' })
  const change = (value: number) =>
    transport.send({
      method: 'PATCH',
      path: `${MAPS}/m-${value % 10}`,
      contentType: 'application/merge-patch+json',
      body: { data: { value: String(value) } },
    })
  for (let i = 0; i < 10; i++) await transport.send({ method: 'POST', path: MAPS, body: { metadata: { name: `m-${i}` } } })
  const counts: number[] = Array.from({ length: WATCHERS }, () => 0)
  const from = (JSON.parse((await server.ask(MAPS)).body) as { metadata: { resourceVersion: string } }).metadata.resourceVersion
  const sessions = Array.from({ length: CONNECTIONS }, () => server.session().setMaxListeners(WATCHERS))
  const streams = counts.map((_, i) => {
    const path = `${MAPS}?watch=true&resourceVersion=${from}`
    const stream = sessions[i % CONNECTIONS]?.request({ ':path': path }) as ReturnType<(typeof sessions)[0]['request']>
    stream.on('data', (piece: Buffer) => {
      for (const byte of piece) if (byte === 10) (counts[i] as number) += 1
    })
    stream.on('error', () => undefined)
    return stream
  })
  await Promise.all(streams.map(stream => new Promise(resolve => stream.once('response', resolve))))
  const second = async (at: number) => {
    const begun = performance.now()
    for (let i = 1; i <= CHANGES_PER_SECOND; i++) {
      await change(at * CHANGES_PER_SECOND + i)
      // The pace is that of the test's name, unless the machine is slower.
      await until(() => performance.now() - begun >= (i * 1_000) / CHANGES_PER_SECOND, 'it is time for the next change')
    }
    const told = (at + 1) * CHANGES_PER_SECOND
    await until(() => counts.every(count => count === told), 'everybody has heard of everything')
    return performance.now() - begun
  }
  // Compiled code, buffers and the watch cache take their place in the first second.
  const took = [await second(0)]
  const before = await held()
  for (let at = 1; at <= SECONDS; at++) took.push(await second(at))
  const growth = (await held()) - before
  t.diagnostic(`seconds took ${took.map(ms => Math.round(ms)).join(', ')} ms; memory grew by ${(growth / 2 ** 20).toFixed(1)} MiB`)
  assert(growth < GROWTH_MAX_BYTES, `memory grew by ${growth} bytes`)
  assert(streams.every(({ closed }) => !closed))
  assert.equal((await answerOf(server.session().request({ ':path': MAPS }))).code, 200)
  assert.deepEqual(server.faults, [])
})
