/** What kubectl does inside containers, over SPDY (before 1.31) and over WebSocket: exec, attach, cp, port-forward, debug, run -it. */
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import type { Pod } from '#kinds/core/pod.ts'
import { KUBECTL_VERSIONS } from '#test/support/kubectl.ts'
import { type NodeCluster, startNodeCluster } from '#test/support/node-cluster.ts'

let cluster: NodeCluster
const podOf = (name: string, containers: readonly object[], labels = {}) =>
  JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name, labels }, spec: { terminationGracePeriodSeconds: 1, containers } })
const shell = (name: string, script: string, more: object = {}) => ({ name, image: 'busybox', command: ['sh', '-c', script], ...more })
/** Gives every connection the bytes of a file, or its digest of what is sent. */
const SERVERS = `head -c ${4 * 2 ** 20} /dev/urandom > /tmp/data
nc -ll -p 8080 -e cat /tmp/data & nc -ll -p 8081 -e sh -c 'head -c ${4 * 2 ** 20} | sha256sum' & touch /tmp/ready; wait`
before(async () => {
  cluster = await startNodeCluster(['busybox', 'nginx'])
  const ready = { readinessProbe: { exec: { command: ['test', '-e', '/tmp/ready'] }, periodSeconds: 1 } }
  const pods = [
    podOf('web', [shell('tools', 'trap exit TERM; while true; do sleep 0.1; done'), { name: 'nginx', image: 'nginx' }], { app: 'web' }),
    podOf('servers', [shell('servers', SERVERS, ready)]),
    ...KUBECTL_VERSIONS.map(version =>
      podOf(`reads-${version.replace('.', '-')}`, [
        shell('reader', 'while read line; do echo "got $line"; done; echo end of input', { stdin: true }),
      ]),
    ),
  ]
  await cluster.ok(['apply', '-f', '-'], { input: `{"apiVersion":"v1","kind":"List","items":[${pods.join(',')}]}` })
  await cluster.ok(['expose', 'pod', 'web', '--port=8000', '--target-port=80'])
  await cluster.ok(['create', 'deployment', 'site', '--image=nginx', '--port=80'])
  await cluster.ok(['rollout', 'status', 'deployment', 'site', '--timeout=100s'])
  await cluster.ok(['wait', '--for=condition=Ready', 'pod', '--all', '--timeout=100s'])
})
after(() => cluster?.[Symbol.asyncDispose]())
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const digestOf = (pod: string, path: string) => cluster.ok(['exec', pod, '--', 'sha256sum', path]).then(line => line.split(' ')[0])

for (const version of KUBECTL_VERSIONS)
  describe(`kubectl ${version}`, { concurrency: 2 }, () => {
    const run = (args: readonly string[], options: object = {}) => cluster.kubectl(args, { version, ...options })

    test('exec: outputs apart, exit code, input to its end', async () => {
      const both = await run(['exec', 'web', '-c', 'tools', '--', 'sh', '-c', 'echo out; echo err >&2; exit 7'])
      assert.deepEqual(both, { code: 7, stdout: 'out\n', stderr: 'err\ncommand terminated with exit code 7\n' })
      const input = randomBytes(3_000_000)
      assert.deepEqual(await run(['exec', '-i', 'web', '-c', 'tools', '--', 'sha256sum'], { input }), {
        code: 0,
        stdout: `${sha256(input)}  -\n`,
        stderr: '',
      })
      const much = await run(['exec', 'web', '-c', 'tools', '--', 'sh', '-c', 'yes knarr | head -c 3000000'])
      assert.equal(much.stdout.length, 3_000_000)
      const long = 'a'.repeat(20_000)
      assert.equal((await run(['exec', 'web', '-c', 'tools', '--', 'echo', long])).stdout, `${long}\n`)
    })
    test('exec: what cannot be run is told', async () => {
      const missing = await run(['exec', 'web', '-c', 'tools', '--', 'nothing'])
      assert.deepEqual([missing.code, /"nothing": executable file not found in \$PATH/.test(missing.stderr)], [1, true])
      const nobody = await run(['exec', 'nobody', '--', 'true'])
      assert.deepEqual([nobody.code, nobody.stderr], [1, 'Error from server (NotFound): pods "nobody" not found\n'])
      const nowhere = await run(['exec', 'web', '-c', 'nowhere', '--', 'true'])
      assert.deepEqual([nowhere.code, /container (not found|nowhere is not valid for pod web)/.test(nowhere.stderr)], [1, true])
    })
    test('exec -it: a terminal, its size and its changes, Ctrl-C, exit code', async () => {
      await using shell = cluster.start(['exec', '-it', 'web', '-c', 'tools', '--', 'sh'], { version, terminal: true })
      await shell.says(/\/ # /)
      shell.write('tty; stty rows 1; echo $((20+22))\n')
      await shell.says(/\/dev\/pts\/\d+/)
      await shell.says(/42\r\n/)
      shell.resize({ columns: 101, rows: 33 })
      shell.write('until [ "$(stty size)" = "33 101" ]; do sleep 0.05; done; echo res""ized\n')
      await shell.says(/resized/)
      // While the shell itself reads, the terminal knows no Ctrl-C.
      shell.write('sh -c "echo slee""ping; exec sleep 1000"\n')
      await shell.says(/sleeping/)
      shell.write('\x03')
      shell.write('echo inter""rupted\n')
      await shell.says(/interrupted/)
      shell.write('exit 3\n')
      assert.equal(await shell.exit(), 3)
    })

    test('attach: input and output of the process itself', async () => {
      const name = `reads-${version.replace('.', '-')}`
      await using attached = cluster.start(['attach', '-i', name], { version })
      attached.write('knarr\n')
      await attached.says(/got knarr\n/)
      attached.end()
    })
    test('run -it --rm: a pod for one session; its exit code is the result', async () => {
      const pod = `session-${version.replace('.', '-')}`
      const command = [
        'run',
        '-it',
        '--rm',
        '--restart=Never',
        '--image=busybox',
        pod,
        '--',
        'sh',
        '-c',
        'read line; echo "got $line"; exit 4',
      ]
      await using session = cluster.start(command, { version, terminal: true })
      await session.says(/command prompt/)
      session.write('hello\n')
      await session.says(/got hello/)
      await session.says(new RegExp(`pod "${pod}" deleted`))
      assert.equal(await session.exit(), 4)
    })

    test('cp: files and folders, there and back', async () => {
      const folder = mkdtempSync(join(cluster.folder.root, 'cp-'))
      mkdirSync(join(folder, 'tree/deep'), { recursive: true })
      const bytes = randomBytes(2_500_000)
      writeFileSync(join(folder, 'tree/deep/bytes'), bytes)
      writeFileSync(join(folder, 'tree/a file'), 'text\n')
      const there = `/tmp/tree-${version}`
      assert.deepEqual(await run(['cp', 'tree', `web:${there}`, '-c', 'tools'], { cwd: folder }), { code: 0, stdout: '', stderr: '' })
      assert.equal(await digestOf('web', `${there}/deep/bytes`), sha256(bytes))
      const back = await run(['cp', `default/web:${there}`, 'back', '-c', 'tools'], { cwd: folder })
      assert.equal(back.code, 0, back.stderr)
      assert.equal(sha256(readFileSync(join(folder, 'back/deep/bytes'))), sha256(bytes))
      assert.equal(readFileSync(join(folder, 'back/a file'), 'utf8'), 'text\n')
      assert.match(
        await cluster.fails(['cp', 'nothing', 'web:/tmp', '-c', 'tools'], { version, cwd: folder }),
        /nothing doesn't exist in local filesystem/,
      )
    })

    test('port-forward: several ports, megabytes both ways, and a refused connection ends no other', async () => {
      await using forward = cluster.start(['port-forward', 'pod/servers', ':8080', ':8081', ':9'], { version })
      const local = async (port: number) =>
        Number((await forward.says(new RegExp(`Forwarding from 127\\.0\\.0\\.1:(\\d+) -> ${port}\\n`)))[1])
      const [data, digest, refused] = [await local(8080), await local(8081), await local(9)]
      const wanted = await digestOf('servers', '/tmp/data')
      const receive = async () => sha256(await buffer(connect(data, '127.0.0.1')))
      assert.equal(await receive(), wanted)
      const bytes = randomBytes(4 * 2 ** 20)
      const sender = connect(digest, '127.0.0.1')
      sender.write(bytes)
      const answer = await buffer(sender)
      assert.equal(answer.toString(), `${sha256(bytes)}  -\n`)
      assert.deepEqual(await Promise.all([receive(), receive(), receive()]), [wanted, wanted, wanted])
      // kubectl would give up if it were told; it is not.
      assert.equal((await buffer(connect(refused, '127.0.0.1'))).length, 0)
      assert.equal(await receive(), wanted)
      assert.equal((await buffer(connect(refused, '127.0.0.1'))).length, 0)
      assert.deepEqual([await receive(), forward.stderr], [wanted, ''])
    })
  })

describe('ways to a service', { concurrency: 2 }, () => {
  test('port-forward: a service by its own port, and a deployment, lead to one of their pods', async () => {
    const rows = [
      ['service/web', '8000', '80'],
      ['deployment/site', '80', '80'],
    ] as const
    for (const [name, port, target] of rows) {
      await using forward = cluster.start(['port-forward', name, `:${port}`])
      const [, local] = await forward.says(new RegExp(`Forwarding from 127\\.0\\.0\\.1:(\\d+) -> ${target}\\n`))
      assert.match(await (await fetch(`http://127.0.0.1:${local}/`)).text(), /Welcome to nginx/, name)
    }
  })
  test('get --raw and kubectl proxy go through the service’s proxy', async () => {
    const path = '/api/v1/namespaces/default/services/web:8000/proxy/'
    assert.match(await cluster.ok(['get', '--raw', path]), /Welcome to nginx/)
    await using proxy = cluster.start(['proxy', '--port=0'])
    const [, port] = await proxy.says(/Starting to serve on 127\.0\.0\.1:(\d+)/)
    assert.match(await (await fetch(`http://127.0.0.1:${port}${path}`)).text(), /Welcome to nginx/)
  })
})

describe('debug', () => {
  const ephemeral = (pod: Pod | undefined) => pod?.status?.ephemeralContainerStatuses ?? []
  test('--target sees the processes of a container, and attach finds the session again', async () => {
    const command = ['debug', '-it', 'web', '--image=busybox', '--target=nginx', '-c', 'looks', '--', 'sh']
    await using session = cluster.start(command, { terminal: true })
    await session.prompts(/# /)
    session.write('ps; exit\n')
    await session.says(/nginx: master process/)
    await session.exit()
    await cluster.until('default', 'web', pod => ephemeral(pod)[0]?.state?.terminated)
    const described = await cluster.ok(['describe', 'pod', 'web'])
    assert.match(described, /\nEphemeral Containers:\n {2}looks:\n/)
  })
  test('--copy-to makes a copy with another image or command, and leaves the pod alone', async () => {
    await cluster.ok(['debug', 'web', '--copy-to=copy', '--set-image=nginx=busybox', '--container=tools', '--', 'sleep', '1000'])
    const copy = JSON.parse(await cluster.ok(['get', 'pod', 'copy', '-o', 'json'])) as Pod
    assert.deepEqual(
      copy.spec.containers.map(({ name, image, command }) => [name, image, command]),
      [
        ['tools', 'busybox', ['sleep', '1000']],
        ['nginx', 'busybox', undefined],
      ],
    )
    await cluster.until('default', 'copy', pod => pod?.status?.containerStatuses?.find(({ name }) => name === 'tools')?.state?.running)
    assert.equal(await cluster.ok(['get', 'pod', 'web', '-o', 'jsonpath={.status.phase}']), 'Running')
  })
  test('a node is debugged from a pod on it that sees its files', async () => {
    const node = await cluster.ok(['get', 'nodes', '-o', 'jsonpath={.items[0].metadata.name}'])
    const command = ['debug', `node/${node}`, '-it', '--image=busybox', '--', 'sh']
    await using session = cluster.start(command, { terminal: true })
    const [, pod] = await session.says(/Creating debugging pod (\S+) with container debugger on node/)
    await session.prompts(/# /)
    session.write('head -c 9 /host/proc/version; echo; exit\n')
    await session.says(/Linux ver/)
    assert.equal(await session.exit(), 0)
    await cluster.ok(['delete', 'pod', pod ?? ''])
  })
})
