/** What the kubelet serves about running containers: logs, exec, attach, port forwarding, over each protocol. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { duplexPair } from 'node:stream'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { WebSocket } from 'ws'
import { SpdyConnection } from '#base/spdy/connection.ts'
import { commandProtocol, decodeMessage, encodeMessage, forwardProtocol } from '#kubelet/serve/channels.ts'
import { serve } from '#kubelet/serve/server.ts'
import { NodeCluster, shell } from './cluster.ts'

let cluster: NodeCluster
before(async () => {
  cluster = await NodeCluster.start(['busybox'], { serve: { authorize: async () => true, host: '127.0.0.1' } })
  const script = 'echo one; sleep 0.1; echo two >&2; sleep 0.1; echo three; exec nc -ll -p 8080 -e cat'
  await cluster.create('web', shell(script, { readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 } }))
  await cluster.create('crashes', shell('echo last words; exit 1'))
  await cluster.create('reads', { ...shell('while read line; do echo "got $line"; done', { stdin: true }) })
  for (const name of ['web', 'reads'])
    await cluster.until(name, pod => pod?.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'))
})
after(async () => {
  await cluster[Symbol.asyncDispose]()
})
const base = () => `http://127.0.0.1:${cluster.kubelet.port}`

async function get(path: string): Promise<readonly [number, string]> {
  const answer = await fetch(base() + path)
  return [answer.status, await answer.text()]
}

test('logs: whole, in part, by stream, with times, and as errors', async () => {
  const rows: readonly [string, number, string | RegExp][] = [
    ['web/c', 200, 'one\ntwo\nthree\n'],
    ['web/c?tailLines=1', 200, 'three\n'],
    ['web/c?tailLines=2', 200, 'two\nthree\n'],
    ['web/c?limitBytes=5', 200, 'one\nt'],
    ['web/c?stream=Stderr', 200, 'two\n'],
    ['web/c?tailLines=1&timestamps=true', 200, /^\d{4}-\d\d-\d\dT[\d:.]+Z three\n$/],
    ['web/c?sinceTime=2099-01-01T00:00:00Z', 200, ''],
    ['web/c?previous=true', 400, 'previous terminated container "c" in pod "web" not found\n'],
    ['web/other', 404, 'container "other" not found in pod "web"\n'],
    ['none/c', 404, 'pod does not exist\n'],
  ]
  for (const [path, code, body] of rows) {
    const [gotCode, got] = await get(`/containerLogs/default/${path}`)
    assert.equal(gotCode, code, path)
    if (typeof body === 'string') assert.equal(got, body, path)
    else assert.match(got, body, path)
  }
})
test('logs of a container that was restarted', async () => {
  await cluster.until('crashes', pod => (pod?.status.containerStatuses?.[0]?.restartCount ?? 0) > 0)
  assert.deepEqual(await get('/containerLogs/default/crashes/c?previous=true'), [200, 'last words\n'])
})
test('following a log ends when the container does', async () => {
  await cluster.create('counts', { ...shell('for i in 1 2 3; do echo $i; sleep 0.2; done'), restartPolicy: 'Never' })
  await cluster.until('counts', pod => pod?.status.containerStatuses?.[0]?.state.running)
  assert.deepEqual(await get('/containerLogs/default/counts/c?follow=true'), [200, '1\n2\n3\n'])
})

/** Upgrades a connection to SPDY, as kubectl before 1.31 does. */
async function spdy(path: string, protocol: string): Promise<SpdyConnection> {
  const sent = request(base() + path, {
    method: 'POST',
    headers: { Connection: 'Upgrade', Upgrade: 'SPDY/3.1', 'X-Stream-Protocol-Version': protocol },
  }).end()
  const [answer, socket, head] = (await once(sent, 'upgrade')) as [{ statusCode: number }, Socket, Buffer]
  assert.equal(answer.statusCode, 101)
  return new SpdyConnection(socket, { role: 'client', head })
}
const command = (...words: string[]) => words.map(word => `command=${encodeURIComponent(word)}`).join('&')

test('exec over SPDY: input, outputs, exit code', async () => {
  using connection = await spdy(
    `/exec/default/web/c?${command('sh', '-c', 'cat; echo oops >&2; exit 3')}&input=1&output=1&error=1`,
    'v4.channel.k8s.io',
  )
  const [error, stdin, stdout, stderr] = ['error', 'stdin', 'stdout', 'stderr'].map(streamtype => connection.open({ streamtype }))
  stdin?.end('hello')
  assert.equal(await text(stdout as never), 'hello')
  assert.equal(await text(stderr as never), 'oops\n')
  const status = JSON.parse(await text(error as never))
  assert.equal(status.details.causes[0].message, '3')
})

interface Talk {
  readonly outputs: Readonly<Record<number, string>>
  readonly sockets: WebSocket
}
async function talk(path: string, protocols: readonly string[], begin: (socket: WebSocket) => void): Promise<Talk> {
  const socket = new WebSocket(`${base().replace('http', 'ws')}${path}`, [...protocols])
  const outputs: Record<number, string> = {}
  socket.on('message', (data: Buffer) => {
    outputs[data[0] as number] = (outputs[data[0] as number] ?? '') + data.subarray(1).toString()
  })
  await once(socket, 'open')
  begin(socket)
  await once(socket, 'close')
  return { outputs, sockets: socket }
}
const input = (bytes: string | Buffer) => Buffer.concat([Buffer.from([0]), Buffer.from(bytes)])

test('exec over WebSocket: version 5 can end its input', async () => {
  const { outputs, sockets } = await talk(
    `/exec/default/web/c?${command('sh', '-c', 'wc -c; exit 4')}&input=1&output=1&error=1`,
    ['v5.channel.k8s.io', 'v4.channel.k8s.io'],
    socket => {
      for (let i = 0; i < 64; i++) socket.send(input(Buffer.alloc(65_536, 'x')))
      socket.send(Buffer.from([255, 0]))
    },
  )
  assert.equal(sockets.protocol, 'v5.channel.k8s.io')
  assert.equal(outputs[1], `${64 * 65_536}\n`)
  assert.equal(JSON.parse(outputs[3] ?? '').reason, 'NonZeroExitCode')
})
test('exec over WebSocket: much output arrives whole', async () => {
  const { outputs } = await talk(
    `/exec/default/web/c?${command('sh', '-c', 'yes knarr | head -c 5000000')}&output=1&error=1`,
    ['v4.channel.k8s.io'],
    () => undefined,
  )
  assert.equal(outputs[1]?.length, 5_000_000)
  assert.equal(JSON.parse(outputs[3] ?? '').status, 'Success')
})
test('exec over WebSocket: the first version tells no status', async () => {
  const { outputs } = await talk(
    `/exec/default/web/c?${command('cat', '/etc/hostname')}&output=1&error=1`,
    ['channel.k8s.io'],
    () => undefined,
  )
  assert.deepEqual(outputs, { 1: 'web\n' })
})
test('exec with a terminal', async () => {
  const { outputs } = await talk(
    `/exec/default/web/c?${command('sh', '-c', 'tty; read x; until [ "$(stty size)" = "33 101" ]; do sleep 0.02; done; stty size')}&input=1&output=1&tty=1`,
    ['v5.channel.k8s.io'],
    socket => {
      socket.send(Buffer.concat([Buffer.from([4]), Buffer.from(JSON.stringify({ Width: 101, Height: 33 }))]))
      socket.send(input('\n'))
    },
  )
  assert.match(outputs[1] ?? '', /\/dev\/pts\/\d+/)
  assert.match(outputs[1] ?? '', /33 101/)
})
test('exec in a container that does not run is refused before the upgrade', async () => {
  const socket = new WebSocket(`${base().replace('http', 'ws')}/exec/default/web/other?command=true&output=1`, ['v5.channel.k8s.io'])
  const [error] = (await once(socket, 'error')) as [Error]
  assert.match(error.message, /404/)
})
test('attach reads and writes the running process', async () => {
  const socket = new WebSocket(`${base().replace('http', 'ws')}/attach/default/reads/c?input=1&output=1`, ['v5.channel.k8s.io'])
  await once(socket, 'open')
  const answer = new Promise<string>(resolve =>
    socket.on('message', (data: Buffer) => data.length > 1 && resolve(data.subarray(1).toString())),
  )
  socket.send(input('knarr\n'))
  assert.equal(await answer, 'got knarr\n')
  socket.terminate()
})

async function echo(connection: SpdyConnection): Promise<string> {
  const headers = { port: '8080', requestid: '0' }
  const error = connection.open({ streamtype: 'error', ...headers })
  error.end()
  const data = connection.open({ streamtype: 'data', ...headers })
  data.write('ping')
  const failure = text(error as never).then(reason => Promise.reject(new Error(reason)))
  const [answer] = (await Promise.race([once(data, 'data'), failure])) as [Buffer]
  failure.catch(() => undefined)
  data.end()
  return answer.toString()
}
test('port forwarding over SPDY', async () => {
  using connection = await spdy('/portForward/default/web', 'portforward.k8s.io')
  assert.equal(await echo(connection), 'ping')
})
test('port forwarding over WebSocket is a tunnel for SPDY', async () => {
  // The protocol's name is none that WebSocket libraries send, so its frames are made here.
  const headers = {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
  }
  const sent = request(`${base()}/portForward/default/web`, {
    headers: { ...headers, 'Sec-WebSocket-Protocol': 'SPDY/3.1+portforward.k8s.io' },
  }).end()
  const [answer, socket] = (await once(sent, 'upgrade')) as [{ headers: Record<string, string> }, Socket]
  assert.equal(answer.headers['sec-websocket-protocol'], 'SPDY/3.1+portforward.k8s.io')
  const [mine, theirs] = duplexPair()
  theirs.on('data', (bytes: Buffer) => socket.write(Buffer.concat([Buffer.from([0x82, 0x80 | bytes.length, 0, 0, 0, 0]), bytes])))
  socket.on('data', (bytes: Buffer) => {
    for (let at = 0; at < bytes.length; at += 2 + (bytes[at + 1] as number))
      theirs.write(bytes.subarray(at + 2, at + 2 + (bytes[at + 1] as number)))
  })
  const connection = new SpdyConnection(mine, { role: 'client' })
  assert.equal(await echo(connection), 'ping')
  socket.destroy()
})
for (const name of ['v4.channel.k8s.io', 'v4.base64.channel.k8s.io'])
  test(`port forwarding over WebSocket by channels: ${name}`, async () => {
    const protocol = forwardProtocol([name])
    const socket = new WebSocket(`${base().replace('http', 'ws')}/portForward/default/web?port=8080&port=9`, [name])
    const got = ['', '', '', '']
    const told = new Promise<void>((resolve, reject) => {
      socket.once('error', reject)
      socket.on('message', (message: Buffer) => {
        const { channel = 0, bytes = Buffer.alloc(0) } = decodeMessage(message, protocol) ?? {}
        got[channel] += bytes.toString('latin1')
        if (got[0] === '\x90\x1fping' && (got[3]?.length ?? 0) > 2) resolve()
      })
    })
    await once(socket, 'open')
    assert.equal(socket.protocol, name)
    socket.send(encodeMessage(0, Buffer.from('ping'), protocol))
    await told
    assert.deepEqual([got[1], got[2]], ['\x90\x1f', '\x09\0'])
    assert.match(got[3] ?? '', /^\x09\0.*connection refused/s)
    socket.terminate()
  })
for (const [rule, path, protocol, code] of [
  ['which ports', '/portForward/default/web', 'v4.channel.k8s.io', 400],
  ['a protocol that is known', '/portForward/default/web?port=8080', 'channel.k8s.io', 403],
  ['a protocol that is known, for commands too', `/exec/default/web/c?command=true&output=1`, 'graphql', 403],
] as const)
  test(`a WebSocket is refused that does not say: ${rule}`, async () => {
    const socket = new WebSocket(base().replace('http', 'ws') + path, [protocol])
    const [error] = (await once(socket, 'error')) as [Error]
    assert.equal(error.message, `Unexpected server response: ${code}`)
  })
for (const name of ['base64.channel.k8s.io', 'v4.base64.channel.k8s.io'])
  test(`exec and attach in base64: ${name}`, async () => {
    const protocol = commandProtocol([name])
    const session = async (path: string, line: string, isOver: (got: Readonly<Record<number, string>>) => boolean) => {
      const socket = new WebSocket(base().replace('http', 'ws') + path, [name])
      const got: Record<number, string> = {}
      const over = new Promise<void>((resolve, reject) => {
        socket.once('error', reject).once('close', () => resolve())
        socket.on('message', (message: Buffer) => {
          const { channel = 0, bytes = Buffer.alloc(0) } = decodeMessage(message, protocol) ?? {}
          got[channel] = (got[channel] ?? '') + bytes.toString()
          if (isOver(got)) socket.close()
        })
      })
      await once(socket, 'open')
      socket.send(encodeMessage(0, Buffer.from(line), protocol))
      await over
      return got
    }
    const run = `/exec/default/web/c?${command('sh', '-c', 'read x; echo "$x ä"; echo oops >&2; exit 5')}&input=1&output=1&error=1`
    const { 1: output, 2: error, 3: end = '' } = await session(run, 'hé\n', () => false)
    assert.deepEqual([output, error], ['hé ä\n', 'oops\n'])
    if (protocol.hasStatus) assert.equal(JSON.parse(end).details.causes[0].message, '5')
    else assert.match(end, /command terminated with .*exit code 5|exit code 5/)
    const attached = await session('/attach/default/reads/c?input=1&output=1', `${name}\n`, got => (got[1] ?? '').includes('got'))
    assert.equal(attached[1], `got ${name}\n`)
  })
test('a port that somebody else has is no hindrance', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as AddressInfo
  const surroundings = { workers: () => cluster.kubelet.workers, context: () => cluster.kubelet.context }
  await using serving = await serve({ authorize: async () => true, host: '127.0.0.1', port }, surroundings)
  assert.notEqual(serving.port, port)
  assert.equal(await (await fetch(`http://127.0.0.1:${serving.port}/healthz`)).text(), 'ok')
  taken.close()
})
test('accounts: what containers and the node use', async () => {
  await cluster.create('writes', {
    ...shell('dd if=/dev/zero of=/v/f bs=1M count=3; touch /v/done; sleep 1000', {
      volumeMounts: [{ name: 'v', mountPath: '/v' }],
      readinessProbe: { exec: { command: ['test', '-e', '/v/done'] }, periodSeconds: 1 },
    }),
    volumes: [{ name: 'v', emptyDir: {} }],
  })
  await cluster.until('writes', pod => pod?.status.containerStatuses?.[0]?.ready)
  const [code, text] = await get('/stats/summary')
  assert.equal(code, 200)
  const { node, pods } = JSON.parse(text)
  assert(node.memory.workingSetBytes > 0)
  const web = pods.find(({ podRef }: { podRef: { name: string } }) => podRef.name === 'web')
  assert(web.containers[0].cpu.usageCoreNanoSeconds > 0)
  assert(web.containers[0].memory.workingSetBytes > 0)
  for (const disk of [node.fs, node.runtime.imageFs, node.runtime.containerFs, web.containers[0].rootfs, web.containers[0].logs])
    assert(disk.capacityBytes > disk.availableBytes && disk.availableBytes > 0 && disk.usedBytes >= 0, JSON.stringify(disk))
  assert(node.fs.usedBytes > 0 && web.containers[0].logs.usedBytes > 0)
  assert(node.rlimit.maxpid > node.rlimit.curproc && node.rlimit.curproc > 0)
  assert.equal(typeof node.swap.swapUsageBytes, 'number')
  assert.equal(web.network.name, 'eth0')
  assert(web.network.rxBytes > 0 && web.network.interfaces.length === 1)
  assert(web.process_stats.process_count >= 1)
  const writes = pods.find(({ podRef }: { podRef: { name: string } }) => podRef.name === 'writes')
  const [volume] = writes.volume
  assert.equal(volume.name, 'v')
  assert(volume.usedBytes >= 3 * 1024 * 1024 && volume.inodesUsed >= 2, JSON.stringify(volume))
  assert(writes['ephemeral-storage'].usedBytes >= volume.usedBytes)
  const [, brief] = await get('/stats/summary?only_cpu_and_memory=true')
  assert.equal(JSON.parse(brief).node.fs, undefined)
  const [, metrics] = await get('/metrics/resource')
  const start = /container_start_time_seconds\{container="c",namespace="default",pod="web"\} ([\d.]+)\n/.exec(metrics)?.[1]
  assert.equal(Number(start) * 1000, Date.parse(web.containers[0].startTime))
  assert.match(metrics, /container_memory_working_set_bytes\{container="c",namespace="default",pod="web"\} \d+ \d+/)
  await cluster.create('crashed', { ...shell('exit 139'), restartPolicy: 'Never' })
  await cluster.until('crashed', pod => pod?.status.phase === 'Failed')
  const [, own] = await get('/metrics')
  // What is not gathered is not told as something else.
  assert.equal((await get('/metrics/cadvisor'))[0], 404)
  assert.match(own, /^kubelet_terminated_containers_total\{container_type="container",exit_code="139",reason="Error"\} 1$/m)
  assert.match(own, /^kubelet_started_containers_total\{container_type="container"\} [3-9]$/m)
  assert.match(own, /^kubelet_started_pods_total [3-9]$/m)
  assert.match((await get('/metrics'))[1], /kubelet_running_containers\{container_state="running"\} [1-9]/)
})
