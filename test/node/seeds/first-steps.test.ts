/** The notes on containers and pods: each command and each manifest, on real containers. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { eventually } from '#test/conformance/support/eventually.ts'
import { type NodeCluster, startNodeCluster } from '#test/support/node-cluster.ts'
import { example, sources } from './manifests.ts'
import { forEachSource, tellSources } from './notes.ts'

let cluster: NodeCluster
before(async () => {
  cluster = await startNodeCluster(['busybox', 'nginx', 'goproxy'])
})
after(() => cluster?.[Symbol.asyncDispose]())
const each: typeof forEachSource extends (name: infer N, list: infer L, work: infer W, ...rest: never) => void
  ? (name: N, list: L, work: W) => void
  : never = (name, list, work) => forEachSource(name, list, work, () => cluster)

describe('first steps', { concurrency: 3 }, () => {
  tellSources()

  test('auth can-i get pods', async () => {
    assert.equal(await cluster.ok(['auth', 'can-i', 'get', 'pods']), 'yes\n')
  })
  test('proxy answers plain HTTP on the paths of the API', async () => {
    await using proxy = cluster.start(['proxy', '--port=0'])
    const [, address] = await proxy.says(/Starting to serve on (\S+)/)
    const root = (await (await fetch(`http://${address}`)).json()) as { paths: string[] }
    assert(root.paths.includes('/api/v1'))
    const pods = (await (await fetch(`http://${address}/api/v1/namespaces/default/pods`)).json()) as { kind: string; items: unknown[] }
    assert.deepEqual([pods.kind, pods.items], ['PodList', []])
  })
  test('explain pods', async () => {
    const text = await cluster.ok(['explain', 'pods'])
    assert.match(text, /^KIND: +Pod\nVERSION: +v1\n/)
    assert.match(text, /\n {2}spec\t<PodSpec>\n/)
  })

  each(
    'a name with capitals is refused, and the message says what is allowed',
    sources('capital-name', { note: '001', line: 'name: busiboxPod' }),
    async ({ cluster, source, namespace }) => {
      // The manifest of the note names its namespace.
      const manifest = source.manifest.replace(/^ {2}namespace: default\n/m, '')
      const complaint = await cluster.fails(['apply', '-n', namespace, '-f', '-'], { input: manifest })
      assert.match(
        complaint,
        new RegExp(`^The Pod "${source.name}" is invalid: metadata.name: Invalid value: "${source.name}": a lowercase RFC 1123 subdomain`),
      )
      const mended = manifest.replace(source.name, source.name.toLowerCase())
      assert.equal(await cluster.ok(['apply', '-n', namespace, '-f', '-'], { input: mended }), `pod/${source.name.toLowerCase()} created\n`)
      await cluster.ok(['wait', '-n', namespace, '--for=condition=Ready', `pod/${source.name.toLowerCase()}`, '--timeout=100s'])
    },
  )
  each(
    'who must not run as root does not run an image that does',
    sources('not-root', { note: '001', line: 'name: nginxsecure' }),
    async ({ cluster, source: { manifest, name }, namespace }) => {
      await cluster.ok(['apply', '-n', namespace, '-f', '-'], { input: manifest })
      await cluster.until(
        namespace,
        name,
        pod => pod?.status?.containerStatuses?.[0]?.state?.waiting?.reason === 'CreateContainerConfigError',
      )
      assert.match(await cluster.ok(['get', 'pod', '-n', namespace, name, '--no-headers']), /0\/1 +CreateContainerConfigError +0 /)
      await eventually(async () => {
        const described = await cluster.ok(['describe', 'pod', '-n', namespace, name])
        assert.match(described, /Warning +Failed .*Error: container has runAsNonRoot and image will run as root/)
      })
    },
  )

  test('containers of a pod share its address: the ambassador', async () => {
    const namespace = await cluster.namespace('ambassador')
    await cluster.ok(['apply', '-n', namespace, '-f', '-'], { input: example('ambassador') })
    await cluster.ok(['wait', '-n', namespace, '--for=condition=Ready', 'pod/ambassador', '--timeout=100s'])
    await using logs = cluster.start(['logs', '-n', namespace, '-f', 'ambassador', '-c', 'app'])
    await logs.says(/<h1>goproxy<\/h1>/)
    assert.equal(await cluster.ok(['exec', '-n', namespace, 'ambassador', '-c', 'ambassador', '--', 'hostname']), 'ambassador\n')
    const [apps, ambassadors] = await Promise.all(
      ['app', 'ambassador'].map(name => cluster.ok(['exec', '-n', namespace, 'ambassador', '-c', name, '--', 'hostname', '-i'])),
    )
    assert.equal(apps, ambassadors)
  })
  test('containers of a pod share its volumes: the adapter', async () => {
    const namespace = await cluster.namespace('adapter')
    await cluster.ok(['apply', '-n', namespace, '-f', '-'], { input: example('adapter') })
    await cluster.ok(['wait', '-n', namespace, '--for=condition=Ready', 'pod/adapter', '--timeout=100s'])
    await using logs = cluster.start(['logs', '-n', namespace, '-f', 'adapter', '-c', 'adapter'])
    await logs.says(/^\{"number":0\}\n\{"number":1\}\n/)
    const written = await cluster.kubectl(['exec', '-n', namespace, 'adapter', '-c', 'adapter', '--', 'touch', '/log/x'])
    assert.deepEqual([written.code, /Read-only file system/.test(written.stderr)], [1, true])
  })

  test('describe, logs and exec of a pod with several containers: without -c the first one, and kubectl says so', async () => {
    const namespace = await cluster.namespace('several')
    await cluster.ok(['apply', '-n', namespace, '-f', '-'], { input: example('adapter') })
    await cluster.ok(['wait', '-n', namespace, '--for=condition=Ready', 'pod/adapter', '--timeout=100s'])
    const { code, stdout, stderr } = await cluster.kubectl(['exec', '-n', namespace, 'adapter', '--', 'echo', 'here'])
    assert.deepEqual([code, stdout, stderr], [0, 'here\n', 'Defaulted container "app" out of: app, adapter\n'])
    assert.match(await cluster.fails(['logs', '-n', namespace, 'adapter', '-c', 'nobody']), /container nobody is not valid for pod adapter/)
    const described = await cluster.ok(['describe', 'pod', '-n', namespace, 'adapter'])
    for (const part of [
      /^Status: +Running$/m,
      /^ {2}app:\n/m,
      /^ {2}adapter:\n/m,
      /Type: +EmptyDir/,
      /Normal +Scheduled .*Successfully assigned/,
    ])
      assert.match(described, part)
  })
  test('get pods --all-namespaces -o wide shows where pods run', async () => {
    const namespace = await cluster.namespace('wide')
    await cluster.ok(['run', '-n', namespace, 'web', '--image=nginx'])
    const pod = await cluster.until(namespace, 'web', pod => pod?.status?.phase === 'Running')
    const table = await cluster.ok(['get', 'pods', '--all-namespaces', '-o', 'wide'])
    assert.match(table, /^NAMESPACE +NAME +READY +STATUS +RESTARTS +AGE +IP +NODE +NOMINATED NODE +READINESS GATES\n/)
    const row = table
      .split('\n')
      .find(line => line.startsWith(`${namespace} `))
      ?.split(/ +/)
    assert.deepEqual(row?.toSpliced(5, 1), [
      namespace,
      'web',
      '1/1',
      'Running',
      '0',
      pod?.status?.podIP,
      pod?.spec.nodeName,
      '<none>',
      '<none>',
    ])
  })

  test('how a pod ends: its phase follows from restartPolicy and exit codes', async () => {
    const namespace = await cluster.namespace('phases')
    const rows = [
      ['never-well', 'Never', 0, 'Succeeded', 'Completed'],
      ['never-ill', 'Never', 3, 'Failed', 'Error'],
      ['on-failure-well', 'OnFailure', 0, 'Succeeded', 'Completed'],
    ] as const
    for (const [name, policy, code] of rows)
      await cluster.ok(['run', '-n', namespace, name, '--image=busybox', `--restart=${policy}`, '--', 'sh', '-c', `exit ${code}`])
    for (const [name, , code, phase, status] of rows) {
      const pod = await cluster.until(namespace, name, pod => pod?.status?.phase === phase)
      assert.equal(pod?.status?.containerStatuses?.[0]?.state?.terminated?.exitCode, code)
      assert.match(await cluster.ok(['get', 'pod', '-n', namespace, name, '--no-headers']), new RegExp(` 0/1 +${status} +0 `))
    }
  })
  test('the pull policy follows from the tag, and stays when the image is changed', async () => {
    const namespace = await cluster.namespace('policy')
    const policy = ['get', 'pods', '-n', namespace, '-o', 'jsonpath={.items[*].spec.containers[0].imagePullPolicy}']
    for (const [name, image] of [
      ['a', 'busybox'],
      ['b', 'busybox:1.28'],
      ['c', 'busybox:latest'],
    ] as const)
      await cluster.ok(['run', '-n', namespace, name, `--image=${image}`, '--', 'sleep', '1000'])
    assert.equal(await cluster.ok(policy), 'Always IfNotPresent Always')
    await cluster.ok(['set', 'image', '-n', namespace, 'pod/b', 'b=busybox:latest'])
    assert.equal(await cluster.ok(policy), 'Always IfNotPresent Always')
  })
  test('the end of a pod: hook before the end, TERM, and after the grace period KILL', async () => {
    const namespace = await cluster.namespace('end')
    const script = 'trap "echo got TERM" TERM; echo up; while true; do sleep 0.1; done'
    const overrides = {
      spec: {
        containers: [
          {
            name: 'deaf',
            image: 'busybox',
            command: ['sh', '-c', script],
            lifecycle: { preStop: { exec: { command: ['sh', '-c', 'echo before the end >/proc/1/fd/1'] } } },
          },
        ],
      },
    }
    await cluster.ok(['run', '-n', namespace, 'deaf', '--image=busybox', `--overrides=${JSON.stringify(overrides)}`])
    await using logs = cluster.start(['logs', '-n', namespace, '-f', '--pod-running-timeout=60s', 'deaf'])
    await logs.says(/up/)
    await using rows = cluster.start(['get', 'pod', '-n', namespace, 'deaf', '--no-headers', '-w'])
    await rows.says(/deaf +1\/1 +Running +0 /)
    const begun = performance.now()
    await cluster.ok(['delete', 'pod', '-n', namespace, 'deaf', '--grace-period=2'])
    await rows.says(/deaf +1\/1 +Terminating +0 /)
    assert(performance.now() - begun > 1_900, 'it was given its time')
    assert.equal(await logs.exit(), 0)
    assert.equal(logs.stdout, 'up\nbefore the end\ngot TERM\n')
  })
})
