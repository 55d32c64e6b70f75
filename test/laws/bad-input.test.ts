/** Whatever is sent, the answer is a sound one: the right Status, never an internal error, nothing polluted, nothing kept. */
import assert from 'node:assert/strict'
import { validateHeaderName, validateHeaderValue } from 'node:http'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createSigningKey, readSigningKey } from '#apiserver/authenticate/signing-key.ts'
import { Tokens } from '#apiserver/authenticate/tokens.ts'
import { describingRoutes } from '#apiserver/describe/index.ts'
import type { Answer } from '#apiserver/negotiate/answer.ts'
import { Joined } from '#apiserver/negotiate/joined.ts'
import { security } from '#apiserver/security.ts'
import { createApiServer } from '#apiserver/server.ts'
import { VirtualClock } from '#base/clock.ts'
import type { Fields, Log } from '#base/log.ts'
import { seededRandom } from '#base/random.ts'
import { catalogue } from '#kinds/catalogue.ts'
import { Status } from '#kinds/meta/status.ts'
import { decodeProtobuf } from '#schema/protobuf.ts'
import { decodeEnvelope } from '#schema/protobuf-envelope.ts'
import { openMemory } from '#store/engines/memory/engine.ts'
import { seedOf } from '#test/support/hostile/chance.ts'
import { type HostileRequest, requestOf, soundRequests } from '#test/support/hostile/requests.ts'

/** The issue's number. KNARR_REQUESTS asks for another one. */
const REQUESTS = Number(process.env['KNARR_REQUESTS'] ?? 100_000)
/** So many at a time: they meet in the middle of each other's writes. */
const AT_ONCE = 25
/** What the heap may have grown by between the first fifth and the end; caches of compiled kinds fill early. */
const GROWTH_MAX_BYTES = 24 * 2 ** 20
/** Differently broken requests that are told of before the test gives up telling. */
const TOLD_MAX = 40
/** How often the loop may turn without any answer, before the clock is moved. */
const PATIENCE_TURNS = 3

const ADMIN = { name: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'], extra: {} }
const NOBODY = { name: 'nobody', groups: ['system:authenticated'], extra: {} }

/** Upstream's pairs of reason and code (apimachinery, api/errors); 500 is not among them. */
const CODES: Readonly<Record<string, readonly number[]>> = {
  BadRequest: [400],
  Unauthorized: [401],
  Forbidden: [403],
  NotFound: [404],
  MethodNotAllowed: [405],
  NotAcceptable: [406],
  AlreadyExists: [409],
  Conflict: [409],
  Expired: [410],
  Gone: [410],
  RequestEntityTooLarge: [413],
  UnsupportedMediaType: [415],
  Invalid: [422],
  TooManyRequests: [429],
  ServiceUnavailable: [503],
  // Reads at a resourceVersion of the future.
  Timeout: [504],
}

test(`${REQUESTS} hostile requests get sound answers`, { timeout: 600_000 }, async t => {
  const seed = seedOf()
  t.diagnostic(`again with KNARR_SEED=${seed}`)
  const { api, clock, store, faults } = await startServer()
  const groups = (await api.registry.groups()).filter(({ versions }) => versions.some(({ resources }) => resources.length))
  const sound = soundRequests(groups)
  const before = prototypes()
  const broken = new Map<string, string>()
  const codes = new Map<number, number>()
  const progress = { settled: 0 }
  let heap = 0
  const one = async (index: number) => {
    const request = sound[index] ?? requestOf(seed + index, groups)
    const tell = (what: string, detail = '') => {
      const key = what.replaceAll(/[0-9a-f-]{36}|\d+/g, '#').slice(0, 160)
      if (!broken.has(key) && broken.size < TOLD_MAX) broken.set(key, `${what}\n${detail}\n  ${shown(request, seed + index)}`)
    }
    const stop = new AbortController()
    try {
      const answer = await api.handle(incomingOf(request, stop.signal))
      if ('take' in answer) tell('takes over a connection that is not there')
      else {
        codes.set(answer.code, (codes.get(answer.code) ?? 0) + 1)
        const wrong = await flaw(answer, request, stop)
        if (wrong) tell(wrong)
      }
    } catch (error) {
      tell(`handle rejects: ${String(error)}`, (error as Error).stack)
    } finally {
      stop.abort()
      progress.settled++
    }
    for (const fault of faults.splice(0)) tell(`fault: ${String(fault['error'])}`, (fault['error'] as Error | undefined)?.stack)
  }
  for (let from = 0; from < REQUESTS; from += AT_ONCE) {
    const count = Math.min(AT_ONCE, REQUESTS - from)
    progress.settled = 0
    const all = Promise.all(Array.from({ length: count }, (_, i) => one(from + i)))
    for (let quiet = 0; progress.settled < count; ) {
      const seen = progress.settled
      await nextTurn()
      quiet = progress.settled === seen ? quiet + 1 : 0
      // Who waits for a state of the future waits by this clock.
      if (quiet >= PATIENCE_TURNS && clock.next !== undefined) clock.advance(clock.next)
      assert(quiet < 10_000, `no answer: ${shown(requestOf(seed + from, groups), seed + from)} or one of the ${count - 1} after it`)
    }
    await all
    if ((from / AT_ONCE) % 40 === 0) await store.compact(store.revision)
    if (heap === 0 && from >= REQUESTS / 5) heap = await heapUsed()
  }
  await store.compact(store.revision)
  const growth = (await heapUsed()) - heap
  t.diagnostic(
    `answers: ${[...codes]
      .sort(([a], [b]) => a - b)
      .map(([code, count]) => `${code} × ${count}`)
      .join(', ')}`,
  )
  t.diagnostic(`the heap grew by ${(growth / 2 ** 20).toFixed(1)} MiB`)
  await api[Symbol.asyncDispose]()
  await store[Symbol.asyncDispose]()
  if (broken.size) assert.fail(`${broken.size} kinds of unsound answers:\n\n${[...broken.values()].join('\n\n')}`)
  assert.deepEqual(prototypes(), before, 'a prototype was changed')
  assert(growth < GROWTH_MAX_BYTES, `the heap grew by ${growth} bytes`)
  // A generator whose requests never get through would prove nothing.
  for (const code of [200, 201, 400, 404, 409, 415, 422]) assert((codes.get(code) ?? 0) > REQUESTS / 2_000, `hardly any answer of ${code}`)
})

async function startServer() {
  const clock = new VirtualClock()
  const store = await openMemory({ clock })
  const random = seededRandom(1)
  const faults: Fields[] = []
  const log: Log = { debug() {}, info() {}, warn() {}, error: fields => void faults.push(fields), child: () => log }
  const tokens = new Tokens('https://kubernetes.default.svc.cluster.local', [readSigningKey(createSigningKey())])
  const { gates, admission } = security({ tokens, random })
  const build = { version: 'test', runtime: process.version, platform: process.platform, architecture: process.arch }
  const api = createApiServer({
    store,
    catalogue,
    clock,
    random,
    log,
    gates,
    admission,
    actions: { tokens: { tokens, audiences: [tokens.issuer] } },
    routes: ({ registry }) => describingRoutes(registry, { build, tokens, address: () => '127.0.0.1:6443' }),
  })
  const root = api.local({ user: ADMIN, agent: 'test' })
  for (const name of ['default', 'other'])
    await root.send({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name, finalizers: ['example.com/stays'] } } })
  for (const namespace of ['default', 'other'])
    await root.send({ method: 'POST', path: `/api/v1/namespaces/${namespace}/serviceaccounts`, body: { metadata: { name: 'default' } } })
  return { api, clock, store, faults }
}

const incomingOf = ({ method, path, query, headers, body, user }: HostileRequest, signal: AbortSignal) => ({
  method,
  path,
  query: new URLSearchParams(query),
  headers,
  body: async () => body,
  ...(user && { user: user === 'admin' ? ADMIN : NOBODY }),
  signal,
})

/** What is wrong with an answer; undefined when nothing is. */
async function flaw(
  { code, headers, body }: Extract<Answer, { readonly code: number }>,
  { expected, method }: HostileRequest,
  stop: AbortController,
): Promise<string | undefined> {
  for (const [name, values] of Object.entries(headers))
    for (const value of [values].flat()) {
      validateHeaderName(name)
      validateHeaderValue(name, value)
    }
  const bytes = body instanceof Uint8Array ? body : body instanceof Joined ? body.whole() : await firstOf(body, stop)
  if (code >= 400) {
    const wrong = wrongStatus(bytes, String(headers['content-type']), code)
    if (wrong) return `${code}: ${wrong}: ${Buffer.from(bytes.subarray(0, 300)).toString()}`
  } else if (![200, 201, 202].includes(code)) return `${code} is no answer of the API`
  if (expected && code !== expected.code && method !== '')
    return `${expected.because}: ${code} instead of ${expected.code}: ${Buffer.from(bytes.subarray(0, 300)).toString()}`
  return undefined
}
/** The first piece of a watch, which must end when its reader goes. */
async function firstOf(body: AsyncIterable<Uint8Array>, stop: AbortController): Promise<Uint8Array> {
  let first: Uint8Array = new Uint8Array()
  const ended = nextTurn().then(() => stop.abort())
  for await (const piece of body) if (!first.length) first = piece
  await ended
  return first
}
function wrongStatus(bytes: Uint8Array, media: string, code: number): string | undefined {
  if (media.startsWith('text/plain') || media.startsWith('application/jwk')) return undefined
  // Written by our own encoder, YAML is read well enough by its lines.
  const status: Partial<Status> | undefined = media.includes('protobuf')
    ? (decodeProtobuf(Status, decodeEnvelope(bytes).raw) as Partial<Status>)
    : media.includes('yaml')
      ? fromYaml(Buffer.from(bytes).toString())
      : (JSON.parse(Buffer.from(bytes).toString()) as Partial<Status>)
  if (status?.status !== 'Failure') return 'no Status of a failure'
  if (status.code !== code) return `the Status says ${status.code}`
  if (!status.message) return 'no message'
  if (!CODES[status.reason ?? '']?.includes(code)) return `reason "${status.reason}"`
  if (code === 422 && !status.details?.causes?.length && status.message !== INAPPLICABLE) return 'no causes'
  if (/\[object |undefined|TypeError|RangeError|is not a function|Cannot read/.test(status.message)) return 'a message from inside'
  return undefined
}
/** Upstream tells nobody why a patch does not apply. */
const INAPPLICABLE = 'the server rejected our request due to an error in our request'
function fromYaml(text: string): Partial<Status> {
  const field = (name: string) => new RegExp(`^${name}: "?([^"\n]*)"?`, 'm').exec(text)?.[1]
  return {
    status: field('status'),
    code: Number(field('code')),
    message: field('message') || 'folded',
    reason: field('reason'),
    details: { causes: [{}] },
  }
}

const GUARDED = [Object, Array, Function, String, Number, Map, Set, Promise, Uint8Array, Buffer, RegExp, Error, Date]
const prototypes = () => GUARDED.map(({ name, prototype }) => [name, Reflect.ownKeys(prototype as object).map(String)])

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
async function heapUsed(): Promise<number> {
  await nextTurn()
  collect()
  collect()
  return process.memoryUsage().heapUsed
}

const SHOWN_MAX = 700
function shown({ method, path, query, headers, body, user }: HostileRequest, seed: number): string {
  const text = Buffer.from(body).toString('latin1')
  const cut = (long: string) => (long.length > SHOWN_MAX ? `${long.slice(0, SHOWN_MAX)}… (${long.length})` : long)
  return `seed ${seed}: ${method} ${cut(path)}?${cut(query)} as ${user ?? 'stranger'} ${JSON.stringify(headers).slice(0, 300)}\n  ${cut(text)}`
}
