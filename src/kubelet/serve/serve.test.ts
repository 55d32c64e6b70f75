/** Logs and streams as they are read and framed, without a runtime. */
import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { VirtualClock } from '#base/clock.ts'
import { commandProtocol, decodeMessage, encodeMessage, forwardProtocol } from './channels.ts'
import { portsAsked } from './forward-channels.ts'
import { LogFormatter, parseLine } from './log-lines.ts'
import { type LogWish, readLog } from './read-log.ts'

const folder = mkdtempSync(join(tmpdir(), 'knarr-logs-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const line = (second: number, stream: string, flag: string, text: string) =>
  `2030-01-01T00:00:0${second}.000000001Z ${stream} ${flag} ${text}\n`
const LOG = line(1, 'stdout', 'F', 'one') + line(2, 'stderr', 'P', 'tw') + line(2, 'stderr', 'F', 'o') + line(3, 'stdout', 'F', '')

test('lines: what the runtime cannot have written is passed over', () => {
  assert.equal(parseLine(Buffer.from('garbage')), undefined)
  assert.equal(parseLine(Buffer.from('2030 elsewhere F x')), undefined)
  assert.equal(parseLine(Buffer.from('2030 stdout F'))?.content.toString(), '\n')
  assert.equal(parseLine(Buffer.from('2030 stdout P:tag  x'))?.content.toString(), ' x')
})
test('lines: a line in parts gets one time', () => {
  const formatter = new LogFormatter({ timestamps: true })
  const entries = LOG.split('\n').map(text => parseLine(Buffer.from(text)))
  const text = entries.map(entry => (entry ? formatter.format(entry).toString() : '')).join('')
  assert.equal(text, '2030-01-01T00:00:01.000000001Z one\n2030-01-01T00:00:02.000000001Z two\n2030-01-01T00:00:03.000000001Z \n')
})

const reads: readonly [string, LogWish, string][] = [
  ['all of it', {}, 'one\ntwo\n\n'],
  ['the last entries', { tailLines: 2 }, 'o\n\n'],
  ['more than there are', { tailLines: 100 }, 'one\ntwo\n\n'],
  ['none', { tailLines: 0 }, ''],
  ['one stream', { stream: 'stdout' }, 'one\n\n'],
  ['since a time', { since: Date.parse('2030-01-01T00:00:02Z') }, 'two\n\n'],
  ['so many bytes', { limitBytes: 6 }, 'one\ntw'],
]
async function read(path: string, wish: LogWish, isRunning = () => false): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of readLog({ path, clock: new VirtualClock(), isRunning, signal: new AbortController().signal }, wish))
    pieces.push(piece)
  return Buffer.concat(pieces).toString()
}
for (const [rule, wish, expected] of reads)
  test(`a log is read: ${rule}`, async () => {
    const path = join(folder, 'log')
    writeFileSync(path, LOG)
    assert.equal(await read(path, wish), expected)
  })
test('the last lines of a log that is larger than a block', async () => {
  const path = join(folder, 'large')
  const lines = Array.from({ length: 5_000 }, (_, at) => line(1, 'stdout', 'F', `${at} ${'x'.repeat(40)}`))
  writeFileSync(path, lines.join(''))
  assert.equal((await read(path, { tailLines: 3_000 })).split('\n')[0]?.split(' ')[0], '2000')
})
test('a log is followed as it grows and is rotated, until its container has ended', async () => {
  const path = join(folder, 'grows')
  writeFileSync(path, line(1, 'stdout', 'F', 'one'))
  const acts = [
    () => appendFileSync(path, line(2, 'stdout', 'F', 'two')),
    () => {
      appendFileSync(path, line(3, 'stdout', 'F', 'three'))
      renameSync(path, `${path}.1`)
      writeFileSync(path, line(4, 'stdout', 'F', 'four'))
    },
  ]
  let text = ''
  let isRunning = true
  const source = { path, clock: new VirtualClock(), isRunning: () => isRunning, signal: new AbortController().signal }
  for await (const piece of readLog(source, { follow: true })) {
    text += piece.toString()
    const act = acts.shift()
    if (act) act()
    else if (isRunning && text.includes('four')) {
      isRunning = false
      appendFileSync(path, line(5, 'stdout', 'F', 'five'))
    }
  }
  assert.equal(text, 'one\ntwo\nthree\nfour\nfive\n')
})

const choices: readonly [readonly string[], exec: string | undefined, portForward: string | undefined][] = [
  [['v4.channel.k8s.io', 'v5.channel.k8s.io'], 'v5.channel.k8s.io', 'v4.channel.k8s.io'],
  [['base64.channel.k8s.io', 'channel.k8s.io'], 'base64.channel.k8s.io', undefined],
  [['channel.k8s.io', 'v4.channel.k8s.io'], 'channel.k8s.io', 'v4.channel.k8s.io'],
  [['v4.base64.channel.k8s.io'], 'v4.base64.channel.k8s.io', 'v4.base64.channel.k8s.io'],
  [['v3.channel.k8s.io'], undefined, undefined],
  [[], '', ''],
  [['graphql'], undefined, undefined],
]
for (const [offered, exec, portForward] of choices)
  test(`of ${offered.join(', ') || 'nothing'} are chosen ${exec ?? 'none'} for commands, ${portForward ?? 'none'} for ports`, () => {
    for (const [choose, name] of [
      [commandProtocol, exec],
      [forwardProtocol, portForward],
    ] as const)
      if (name === undefined) assert.throws(() => choose(offered), { code: 403, message: /^requested protocol\(s\) are not supported: \[/ })
      else assert.equal(choose(offered).name, name)
  })
for (const [query, ports] of [
  ['port=80', [80]],
  ['port=80&port=443,8080', [80, 443, 8080]],
  ['', 'query parameter "port" is required'],
  ['port=', 'query parameter "port" cannot be empty'],
  ['port=0', 'port "0" must be > 0'],
  ['port=80,x', 'unable to parse "80,x" as a port: strconv.ParseUint: parsing "x": invalid syntax'],
  ['port=65536', 'unable to parse "65536" as a port: strconv.ParseUint: parsing "65536": value out of range'],
] as const)
  test(`ports asked for by "${query}"`, () => {
    const ask = () => portsAsked(new URLSearchParams(query))
    if (typeof ports === 'string') assert.throws(ask, { code: 400, message: ports })
    else assert.deepEqual(ask(), ports)
  })

test('messages carry their channel, as bytes or as text', () => {
  for (const name of ['v4.channel.k8s.io', 'v4.base64.channel.k8s.io']) {
    const protocol = commandProtocol([name])
    for (const channel of [2, 11]) {
      const message = Buffer.from(encodeMessage(channel, Buffer.from('hé'), protocol))
      assert.deepEqual(decodeMessage(message, protocol), { channel, bytes: Buffer.from('hé') })
    }
    assert.equal(decodeMessage(Buffer.alloc(0), protocol), undefined)
  }
})
