/** A machine's logs over HTTP: lists, files, questions, and nothing from outside of the folder. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { serveNodeLogs } from './endpoint.ts'
import { WrongQuery } from './query.ts'
import { journalArguments } from './services.ts'

const around = mkdtempSync(join(tmpdir(), 'knarr-node-logs-'))
const folder = join(around, 'log')
let isQueryable = false
const server = createServer((request, response) => {
  serveNodeLogs({ folder, isQueryable }, new URL(request.url ?? '/', 'http://kubelet'), { request, response }).catch((error: unknown) =>
    response.writeHead(error instanceof WrongQuery ? error.code : 500).end((error as Error).message),
  )
})
before(async () => {
  mkdirSync(join(folder, 'apt'), { recursive: true })
  writeFileSync(join(around, 'secret'), 'secret')
  writeFileSync(join(folder, 'dpkg.log'), 'one\ntwo\n')
  writeFileSync(join(folder, 'empty'), '')
  writeFileSync(join(folder, 'a<b:c&'), 'odd')
  writeFileSync(join(folder, 'binary'), Buffer.from([0, 1, 2]))
  writeFileSync(join(folder, 'apt/apt.log'), 'history')
  symlinkSync('dpkg.log', join(folder, 'inside'))
  symlinkSync('../secret', join(folder, 'outside'))
  symlinkSync('..', join(folder, 'up'))
  execFileSync('mkfifo', [join(folder, 'pipe')])
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
})
after(() => {
  server.close()
  rmSync(around, { recursive: true })
})

interface Answer {
  readonly code: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}
/** The path goes out as it is written. */
const get = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { port } = server.address() as AddressInfo
    request({ host: '127.0.0.1', port, path, headers }, answer => {
      const isPacked = answer.headers['content-encoding'] === 'gzip'
      const body = isPacked ? answer.toArray().then(pieces => gunzipSync(Buffer.concat(pieces as Buffer[])).toString()) : text(answer)
      body.then(body => resolve({ code: answer.statusCode ?? 0, headers: answer.headers, body }), reject)
    })
      .on('error', reject)
      .end()
  })

test('a folder is a list of links, by name', async () => {
  const { code, headers, body } = await get('/logs/')
  assert.equal(code, 200)
  assert.equal(headers['content-type'], 'text/html; charset=utf-8')
  const links = ['a%3Cb:c%26', 'apt/', 'binary', 'dpkg.log', 'empty', 'inside', 'outside', 'pipe', 'up']
  assert.deepEqual(
    [...body.matchAll(/href="(?:\.\/)?([^"]*)"/g)].map(([, link]) => link),
    links,
  )
  assert.match(body, /<a href="\.\/a%3Cb:c%26">a&#60;b:c&#38;<\/a>/)
})
const files: readonly [rule: string, path: string, code: number, body: string][] = [
  ['a file', '/logs/dpkg.log', 200, 'one\ntwo\n'],
  ['a file without content', '/logs/empty', 200, ''],
  ['a file in a folder', '/logs/apt/apt.log', 200, 'history'],
  ['a name that has to be encoded', '/logs/a%3Cb%3Ac%26', 200, 'odd'],
  ['a link to another log', '/logs/inside', 200, 'one\ntwo\n'],
  ['a link that leads out', '/logs/outside', 404, '404 page not found\n'],
  ['a folder that leads out', '/logs/up/secret', 404, '404 page not found\n'],
  ['dots that lead out', '/logs/%2e%2e%2fsecret', 404, '404 page not found\n'],
  ['dots that stay inside', '/logs/apt%2f..%2fdpkg.log', 200, 'one\ntwo\n'],
  ['what is not there', '/logs/none', 404, '404 page not found\n'],
  ['a file as a folder', '/logs/dpkg.log/x', 404, '404 page not found\n'],
  ['a pipe', '/logs/pipe', 403, '403 Forbidden\n'],
  ['questions are not heard', '/logs/dpkg.log?query=kubelet', 200, 'one\ntwo\n'],
]
for (const [rule, path, code, body] of files)
  test(`sent, or not: ${rule}`, async () => {
    const answer = await get(path)
    assert.deepEqual([answer.code, answer.body], [code, body])
  })
test('a folder without its slash, and a file with one, are shown their way', async () => {
  const ways = await Promise.all(['/logs/apt', '/logs/dpkg.log/'].map(path => get(path)))
  assert.deepEqual(
    ways.map(({ code, headers }) => [code, headers.location]),
    [
      [301, 'apt/'],
      [301, '../dpkg.log'],
    ],
  )
})
test('what is no text is called so', async () =>
  assert.deepEqual(
    (await Promise.all(['/logs/binary', '/logs/dpkg.log'].map(path => get(path)))).map(({ headers }) => headers['content-type']),
    ['application/octet-stream', 'text/plain; charset=utf-8'],
  ))

const asked: readonly [rule: string, path: string, code: number, body: string][] = [
  ['a file', '/logs/?query=/dpkg.log', 200, 'one\ntwo\n'],
  [
    'a file that is outside',
    '/logs/?query=/outside',
    406,
    `query: Invalid value: ["/outside"]: stat ${folder}/outside: no such file or directory`,
  ],
  ['a service that logs to a file', '/logs/?query=dpkg', 200, 'one\ntwo\n'],
  ['a service that logs to a folder', '/logs?query=apt', 200, 'history'],
  ['a service of which nothing is known', '/logs/?query=none', 200, '\nlog not found for none\n'],
  [
    'part of a file',
    '/logs/?query=dpkg&tailLines=1',
    200,
    '\noptions present and query resolved to log files for [dpkg]\ntry without specifying options\n',
  ],
  ['a path and a question', '/logs/apt?query=dpkg', 406, 'path not allowed in query mode'],
  ['no question, but a file', '/logs/dpkg.log', 200, 'one\ntwo\n'],
]
for (const [rule, path, code, body] of asked)
  test(`asked for: ${rule}`, async () => {
    isQueryable = true
    const answer = await get(path)
    isQueryable = false
    assert.deepEqual([answer.code, answer.body], [code, body])
  })
test('an answer is packed for those who say that they unpack it', async () => {
  isQueryable = true
  const { headers, body } = await get('/logs/?query=dpkg', { 'Accept-Encoding': 'gzip' })
  isQueryable = false
  assert.deepEqual([headers['content-encoding'], body], ['gzip', 'one\ntwo\n'])
})
test('what the journal is asked', () =>
  assert.equal(
    journalArguments(['a', 'b'], { services: [], files: [], since: 0, until: 1000, tailLines: 5, boot: -1, pattern: 'x' }).join(' '),
    '--utc --no-pager --output=short-precise --since=1970-01-01 00:00:00 UTC --until=1970-01-01 00:00:01 UTC --pager-end --lines=5 --unit=a --unit=b --grep=x --case-sensitive=false --boot -1',
  ))
