/** kubectl logs: following, containers, runs before, parts, times, several pods. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { KUBECTL_VERSIONS } from '#test/support/kubectl.ts'
import { type NodeCluster, startNodeCluster } from '#test/support/node-cluster.ts'

let cluster: NodeCluster
before(async () => {
  cluster = await startNodeCluster(['busybox'])
  const container = (name: string, script: string) => ({ name, image: 'busybox', command: ['sh', '-c', script] })
  const pods = [
    ['talks', 'Never', { app: 'talks' }, [container('a', 'echo a1; echo a2; echo a3'), container('b', 'echo b1; sleep 0.2; echo b2 >&2')]],
    ['counts', 'Never', {}, [container('c', 'i=0; while [ $i -lt 30 ]; do echo $i; i=$((i+1)); sleep 0.1; done')]],
    ['crashes', 'Always', {}, [container('c', 'echo last words of $(cat /proc/sys/kernel/random/uuid); exit 1')]],
    ['more', 'Never', { app: 'talks' }, [container('a', 'echo m1')]],
    ['late', 'Never', {}, [container('c', 'echo early; sleep 3; echo late; sleep 1000')]],
  ].map(([name, restartPolicy, labels, containers]) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels },
    spec: { restartPolicy, containers, terminationGracePeriodSeconds: 0 },
  }))
  await cluster.ok(['apply', '-f', '-'], { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: pods }) })
  await cluster.ok(['wait', '--for=jsonpath={.status.phase}=Succeeded', 'pod/talks', 'pod/more', '--timeout=100s'])
})
after(() => cluster?.[Symbol.asyncDispose]())

for (const version of KUBECTL_VERSIONS)
  describe(`kubectl ${version}`, { concurrency: 2 }, () => {
    const rows: readonly (readonly [args: string, stdout: string | RegExp, stderr?: string])[] = [
      ['logs talks -c a', 'a1\na2\na3\n'],
      ['logs talks a', 'a1\na2\na3\n'],
      ['logs talks -c b', 'b1\nb2\n'],
      ['logs talks', 'a1\na2\na3\n', 'Defaulted container "a" out of: a, b\n'],
      ['logs talks -c a --tail=1', 'a3\n'],
      ['logs talks -c a --tail=0', ''],
      ['logs talks -c a --limit-bytes=4', 'a1\na'],
      ['logs talks -c a --timestamps --tail=1', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z a3\n$/],
      // Which container comes first is chance.
      ['logs talks --all-containers', /^(?=[^]*a1\na2\na3\n)(?=[^]*b1\nb2\n)(\w\d\n){5}$/],
      ['logs talks --all-containers --prefix', /^(?=[^]*\[pod\/talks\/a\] a3\n)(?=[^]*\[pod\/talks\/b\] b1\n)(.*\n){5}$/],
      ['logs talks -c a --since=1h', 'a1\na2\na3\n'],
      ['logs talks -c a --since-time=2099-01-01T00:00:00Z', ''],
      [
        'logs -l app=talks --all-containers --prefix --tail=1',
        /^(?=[^]*\[pod\/more\/a\] m1\n)(?=[^]*\[pod\/talks\/a\] a3\n)(?=[^]*\[pod\/talks\/b\] b2\n)/,
      ],
      ['logs -f talks -c b', 'b1\nb2\n'],
    ]
    for (const [args, stdout, stderr = ''] of rows)
      test(args, async () => {
        const result = await cluster.kubectl(args.split(' '), { version })
        assert.equal(result.code, 0, result.stderr)
        if (typeof stdout === 'string') assert.equal(result.stdout, stdout)
        else assert.match(result.stdout, stdout)
        assert.equal(result.stderr, stderr)
      })
    const refusals = [
      ['logs nobody', /^(error: e|E)rror from server \(NotFound\): pods "nobody" not found/],
      ['logs talks -c nobody', /^error: container nobody is not valid for pod talks/],
      ['logs talks -c a --previous', /previous terminated container "a" in pod "talks" not found/],
    ] as const
    for (const [args, complaint] of refusals)
      test(args, async () => {
        const { code, stderr } = await cluster.kubectl(args.split(' '), { version })
        assert.equal(code, 1)
        assert.match(stderr.replace(/^Error from server \(BadRequest\): /, ''), complaint)
      })
  })

describe('logs over time', { concurrency: 3 }, () => {
  test('-f shows lines as they come, and ends with the container', async () => {
    await using logs = cluster.start(['logs', '-f', 'counts'])
    await logs.says(/\n29\n/)
    assert.equal(await logs.exit(), 0)
    assert.equal(logs.stdout, `${Array.from({ length: 30 }, (_, i) => i).join('\n')}\n`)
  })
  test('--since-time leaves out what is older', async () => {
    await using logs = cluster.start(['logs', '-f', '--timestamps', 'late'])
    const [, second] = await logs.says(/ early\n(\S+)\.\d+Z late\n/)
    assert.equal(await cluster.ok(['logs', 'late', `--since-time=${second}Z`]), 'late\n')
  })
  test('--previous shows the run before, and without it the one that ended last', async () => {
    await cluster.until('default', 'crashes', pod => pod?.status?.containerStatuses?.[0]?.state?.waiting?.reason === 'CrashLoopBackOff')
    assert.match(await cluster.ok(['logs', 'crashes', '--previous']), /^last words of \S+\n$/)
    assert.match(await cluster.ok(['logs', 'crashes']), /^last words of \S+\n$/)
  })
  test('-f of several pods by label', async () => {
    await using logs = cluster.start(['logs', '-f', '-l', 'app=talks', '--all-containers', '--prefix', '--max-log-requests=10'])
    assert.equal(await logs.exit(), 0)
    assert.deepEqual(logs.stdout.trim().split('\n').sort(), [
      '[pod/more/a] m1',
      '[pod/talks/a] a1',
      '[pod/talks/a] a2',
      '[pod/talks/a] a3',
      '[pod/talks/b] b1',
      '[pod/talks/b] b2',
    ])
  })
  test('what a pod that waits for its image says', async () => {
    await cluster.ok(['run', 'imageless', '--image=localhost/no-such-image', '--image-pull-policy=Never'])
    await cluster.until('default', 'imageless', pod => pod?.status?.containerStatuses?.[0]?.state?.waiting?.reason === 'ErrImageNeverPull')
    assert.equal(
      await cluster.fails(['logs', 'imageless']),
      'Error from server (BadRequest): container "imageless" in pod "imageless" is waiting to start: ErrImageNeverPull\n',
    )
  })
})
