/** The lesson on pods: each command and each manifest, on real containers. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Pod } from '#kinds/core/pod.ts'
import { eventually } from '#test/conformance/support/eventually.ts'
import { type NodeCluster, startNodeCluster } from '#test/support/node-cluster.ts'
import { served } from '#test/support/served.ts'
import { example, hasSeeds, seedManifest, sources } from './manifests.ts'
import { forEachSource, tellSources } from './notes.ts'

let cluster: NodeCluster
before(async () => {
  cluster = await startNodeCluster(['busybox', 'goproxy', 'mysql', 'backend', 'frontend'])
})
after(() => cluster?.[Symbol.asyncDispose]())
const first = (pod: Pod | undefined) => pod?.status?.containerStatuses?.[0]
const isReady = (pod: Pod | undefined) => pod?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')
/** Forwards a port of a pod to a free one of this machine, and asks it. */
async function ask(namespace: string, target: string, port: number, path: string): Promise<string> {
  const pod = await cluster.until(namespace, target.replace('pod/', ''), isReady)
  await served(`http://${pod?.status?.podIP}:${port}${path}`)
  await using forward = cluster.start(['port-forward', '-n', namespace, target, `:${port}`])
  const [, local] = await forward.says(/Forwarding from 127\.0\.0\.1:(\d+) -> /)
  // The whole answer is awaited here: the forwarding ends with this function.
  return await (await fetch(`http://127.0.0.1:${local}${path}`)).text()
}

describe('the lesson on pods', { concurrency: 3 }, () => {
  tellSources()

  test('run makes a pod, whose image has nothing to do and ends again and again', async () => {
    const namespace = await cluster.namespace('run')
    assert.equal(await cluster.ok(['run', '-n', namespace, 'mypod', '--image=busybox']), 'pod/mypod created\n')
    await cluster.until(namespace, 'mypod', pod => first(pod)?.state?.waiting?.reason === 'CrashLoopBackOff')
    // Between the pauses it runs for a moment.
    await eventually(async () =>
      assert.match(
        await cluster.ok(['get', 'pods', '-n', namespace, '-o', 'wide']),
        /\nmypod +0\/1 +CrashLoopBackOff +\d+ \(\w+ ago\) +\w+ +10\./,
      ),
    )
    assert.equal(await cluster.ok(['logs', '-n', namespace, 'mypod']), '')
    const complaint = await cluster.fails(['exec', '-n', namespace, 'mypod', '--', '/bin/sh'])
    assert.match(complaint, /container not found \("mypod"\)/)
  })
  test('run --dry-run=client -o yaml writes a manifest that apply takes', async () => {
    const namespace = await cluster.namespace('dry')
    const manifest = await cluster.ok(['run', 'mypod', '--image=busybox', '--dry-run=client', '-o', 'yaml'])
    assert.match(manifest, /^apiVersion: v1\nkind: Pod\nmetadata:\n/)
    const file = join(cluster.folder.root, 'pod.yaml')
    writeFileSync(file, manifest)
    assert.equal(await cluster.ok(['apply', '-n', namespace, '-f', file]), 'pod/mypod created\n')
    assert.equal(await cluster.ok(['apply', '-n', namespace, '-f', file]), 'pod/mypod unchanged\n')
  })
  if (hasSeeds)
    test('the manifest of the note, in lower case, is refused with what would cure it', async () => {
      const namespace = await cluster.namespace('lower')
      const apply = (input: string) => cluster.fails(['apply', '-n', namespace, '-f', '-'], { input })
      const manifest = seedManifest('003', 'dnspolicy')
      assert.match(await apply(manifest), /apiVersion not set/)
      const withVersion = manifest.replace('apiversion', 'apiVersion')
      assert.match(await apply(withVersion), /no kind "pod" is registered for version "v1"; did you mean "Pod"\?/)
      const withKind = withVersion.replace('kind: pod', 'kind: Pod')
      const complaint = await apply(withKind)
      assert.match(complaint, /strict decoding error: .*unknown field "spec.dnspolicy", unknown field "spec.restartpolicy"/)
      assert.match(complaint, /"dnsPolicy" instead of "spec.dnspolicy", "restartPolicy" instead of "spec.restartpolicy"/)
      const withFields = withKind
        .replace('dnspolicy', 'dnsPolicy')
        .replace('restartpolicy', 'restartPolicy')
        .replace('creationtimestamp', 'creationTimestamp')
      const values = await apply(withFields)
      assert.match(values, /spec.restartPolicy: Unsupported value: "always": supported values: "Always", "OnFailure", "Never"/)
      assert.match(values, /spec.dnsPolicy: Unsupported value: "clusterfirst": supported values: .*"ClusterFirst", /)
      const whole = withFields.replace('clusterfirst', 'ClusterFirst').replace('always', 'Always')
      assert.equal(await cluster.ok(['apply', '-n', namespace, '-f', '-'], { input: whole }), 'pod/mypod created\n')
    })

  test('exec -it opens a shell in the container', async () => {
    const namespace = await cluster.namespace('shell')
    await cluster.ok(['apply', '-n', namespace, '-f', '-'], { input: example('sleeping') })
    await cluster.ok(['wait', '-n', namespace, '--for=condition=Ready', 'pod/sleeping', '--timeout=100s'])
    await using shell = cluster.start(['exec', '-n', namespace, '-it', 'sleeping', '--', '/bin/sh'], { terminal: true })
    await shell.says(/\/ # /)
    shell.write('echo $((6*7)) on $(hostname)\n')
    await shell.says(/42 on sleeping/)
    shell.write('exit 5\n')
    assert.equal(await shell.exit(), 5)
  })
  test('debug -it adds a container to a pod that runs', async () => {
    const namespace = await cluster.namespace('debug')
    await cluster.ok(['apply', '-n', namespace, '-f', '-'], { input: example('sleeping') })
    await cluster.ok(['wait', '-n', namespace, '--for=condition=Ready', 'pod/sleeping', '--timeout=100s'])
    await using shell = cluster.start(['debug', '-n', namespace, '-it', 'sleeping', '--image=busybox'], { terminal: true })
    const [, name] = await shell.says(/Defaulting debug container name to (debugger-\w+)\./)
    await shell.prompts(/\/ # /)
    shell.write('hostname\n')
    await shell.says(/\nsleeping\r?\n/)
    shell.write('exit\n')
    assert.equal(await shell.exit(), 0)
    const pod = await cluster.until(namespace, 'sleeping', pod => pod?.status?.ephemeralContainerStatuses?.[0]?.state?.terminated)
    assert.deepEqual(
      pod?.spec.ephemeralContainers?.map(({ name, image }) => [name, image]),
      [[name, 'busybox']],
    )
  })

  forEachSource(
    'probes written in lower case: each mistake is named with its cure; mended, they do their work',
    sources('misspelt', { note: '003', line: 'name: goproxy' }),
    async ({ cluster, source: { manifest, name }, namespace }) => {
      const apply = (input: string) => cluster.fails(['apply', '-n', namespace, '-f', '-'], { input })
      assert.match(await apply(manifest), /apiVersion not set/)
      const withVersion = manifest.replace('apiversion', 'apiVersion')
      assert.match(await apply(withVersion), /no kind "pod" is registered for version "v1"; did you mean "Pod"\?/)
      const withKind = withVersion.replace('kind: pod', 'kind: Pod')
      const complaint = await apply(withKind)
      assert.match(
        complaint,
        /^Error from server \(BadRequest\): .*Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "labels", /,
      )
      for (const [field, cure] of [
        ['labels', 'metadata.labels'],
        ['spec.containers[0].ports[0].containerport', 'containerPort'],
        ['spec.containers[0].readinessprobe', 'readinessProbe'],
      ]) {
        assert(complaint.includes(`unknown field "${field}"`), complaint)
        assert(complaint.includes(`"${cure}" instead of "${field}"`), complaint)
      }
      const mended = withKind
        .replace(/^labels:\n {2}/m, '  labels:\n    ')
        .replaceAll(/(container)port|(readiness|liveness)probe|(tcp)socket|(initial)delayseconds|(period)seconds/g, (word, ...parts) => {
          const begin = parts.find(part => typeof part === 'string') as string
          return (
            begin +
            word
              .slice(begin.length)
              .replace(/^delay/, 'Delay')
              .replace(/seconds$/, 'Seconds')
              .replace(/^[a-z]/, letter => letter.toUpperCase())
          )
        })
        .replace('restartpolicy: always', 'restartPolicy: Always')
      await cluster.ok(['apply', '-n', namespace, '-f', '-'], { input: mended })
      await cluster.until(namespace, name, pod => pod?.status?.phase === 'Running' && !isReady(pod))
      assert.match(await cluster.ok(['get', 'pod', '-n', namespace, name, '--no-headers']), / 0\/1 +Running +0 /)
      const [delay, period] = [/initialDelaySeconds: (\d+)/, /periodSeconds: (\d+)/].map(pattern => pattern.exec(mended)?.[1])
      assert.match(
        await cluster.ok(['describe', 'pod', '-n', namespace, name]),
        new RegExp(`Readiness: +tcp-socket :8080 delay=${delay}s timeout=1s period=${period}s #success=1 #failure=3`),
      )
      await cluster.until(namespace, name, isReady)
    },
    () => cluster,
  )
  test('port-forward reaches a server in the pod', async () => {
    const namespace = await cluster.namespace('forward')
    await cluster.ok(['apply', '-n', namespace, '-f', '-'], { input: example('probed') })
    await cluster.ok(['wait', '-n', namespace, '--for=condition=Ready', 'pod/probed', '--timeout=100s'])
    assert.match(await ask(namespace, 'probed', 8080, '/'), /<h1>goproxy<\/h1>/)
  })
  test('who fails the liveness probe is restarted', async () => {
    const namespace = await cluster.namespace('liveness')
    await cluster.ok(['apply', '-n', namespace, '-f', '-'], { input: example('probed') })
    await cluster.ok(['wait', '-n', namespace, '--for=condition=Ready', 'pod/probed', '--timeout=100s'])
    await cluster.ok(['exec', '-n', namespace, 'probed', '--', 'rm', '/www/index.html'])
    const pod = await cluster.until(namespace, 'probed', pod => first(pod)?.restartCount === 1 && isReady(pod))
    assert.equal(first(pod)?.lastState?.terminated?.exitCode, 0)
    await eventually(async () => {
      const events = await cluster.ok(['events', '-n', namespace, '--for', 'pod/probed'])
      assert.match(events, /Warning +Unhealthy .*Liveness probe failed: HTTP probe failed with statuscode: 404/)
      assert.match(events, /Normal +Killing .*Container proxy failed liveness probe, will be restarted/)
    })
  })

  if (hasSeeds)
    test('the database of the note asks for its share; without a password its image refuses to begin, as it does everywhere', async () => {
      const namespace = await cluster.namespace('frontend')
      await cluster.ok(['apply', '-n', namespace, '-f', '-'], { input: seedManifest('003', 'name: frontend') })
      const pod = await cluster.until(namespace, 'frontend', pod => first(pod)?.lastState?.terminated)
      assert.equal(pod?.status?.qosClass, 'Burstable')
      assert.match(
        await cluster.ok(['logs', '-n', namespace, 'frontend']),
        /Database is uninitialized and password option is not specified/,
      )
      const described = await cluster.ok(['describe', 'pod', '-n', namespace, 'frontend'])
      assert.match(described, /Limits:\n +cpu: +500m\n +memory: +128Mi\n +Requests:\n +cpu: +250m\n +memory: +64Mi\n/)
    })
  test('a database lives within its limits', async () => {
    const namespace = await cluster.namespace('limited')
    await cluster.ok(['apply', '-n', namespace, '-f', '-'], { input: example('limited') })
    await cluster.ok(['wait', '-n', namespace, '--for=condition=Ready', 'pod/limited', '--timeout=100s'])
    const limit = ['sh', '-c', 'cat /sys/fs/cgroup/memory.max 2>/dev/null || cat /sys/fs/cgroup/memory/memory.limit_in_bytes']
    assert.equal(await cluster.ok(['exec', '-n', namespace, 'limited', '--', ...limit]), `${128 * 2 ** 20}\n`)
    await using client = cluster.start(['exec', '-n', namespace, '-it', 'limited', '--', 'mysql', '-psecret'], { terminal: true })
    await client.prompts(/> $/)
    client.write('select 40 + 2 as answer;\n')
    await client.says(/\| +42 \|/)
    client.write('exit\n')
    assert.equal(await client.exit(), 0)
  })
  test('a client in a pod of its own speaks with the database', async () => {
    const namespace = await cluster.namespace('client')
    await cluster.ok(['run', '-n', namespace, 'db', '--image=mysql:5.6', '--env=MYSQL_ROOT_PASSWORD=password'])
    await cluster.ok(['expose', '-n', namespace, 'pod', 'db', '--name=mysql', '--port=3306', '--cluster-ip=None'])
    await cluster.until(namespace, 'db', isReady)
    const command = 'until mysqladmin -h mysql -ppassword ping >/dev/null 2>&1; do sleep 0.5; done; exec mysql -h mysql -ppassword'
    const run = ['run', '-n', namespace, '-it', '--rm', '--image=mysql:5.6', '--restart=Never', 'mysql-client', '--', 'sh', '-c', command]
    await using client = cluster.start(run, { terminal: true })
    await client.prompts(/> $/)
    client.write('select version() like "%Maria%" as maria;\nexit\n')
    await client.says(/\| +1 \|/)
    await client.says(/pod "mysql-client" deleted/)
    assert.equal(await client.exit(), 0)
  })
  test('top pod tells what a pod uses', async () => {
    const namespace = await cluster.namespace('top')
    await cluster.ok(['run', '-n', namespace, 'measured', '--image=busybox', '--', 'sleep', '1000'])
    await cluster.until(namespace, 'measured', isReady)
    const row = /^NAME +CPU\(cores\) +MEMORY\(bytes\) *\nmeasured +\d+m +\d+Mi *\n$/
    await eventually(async () => assert.match(await cluster.ok(['top', 'pod', '-n', namespace]), row))
  })

  test('the backend answers behind a forwarded port, and to its pod under localhost and its own name', async () => {
    const namespace = await cluster.namespace('back')
    await cluster.ok(['run', '-n', namespace, 'back', '--image=810454728139.dkr.ecr.eu-west-3.amazonaws.com/k8-chatroulette-back:latest'])
    await cluster.ok(['wait', '-n', namespace, '--for=condition=Ready', 'pod/back', '--timeout=100s'])
    assert.equal(await ask(namespace, 'pod/back', 3000, '/version'), '{"version":"1.0.0"}\n')
    const calls = 'read line; wget -qO- http://localhost:3000/version; wget -qO- http://back:3000/version'
    await using debug = cluster.start(['debug', '-n', namespace, '-it', 'back', '--image=busybox', '--', 'sh', '-c', calls], {
      terminal: true,
    })
    await debug.says(/command prompt/)
    debug.write('\n')
    await debug.says(/(\{"version":"1\.0\.0"\}\r?\n){2}/)
    assert.equal(await debug.exit(), 0)
  })
  test('the frontend answers behind a forwarded port', async () => {
    const namespace = await cluster.namespace('front')
    await cluster.ok(['run', '-n', namespace, 'front', '--image=810454728139.dkr.ecr.eu-west-3.amazonaws.com/k8-chatroulette-front:latest'])
    await cluster.ok(['wait', '-n', namespace, '--for=condition=Ready', 'pod/front', '--timeout=100s'])
    assert.match(await ask(namespace, 'pod/front', 8080, '/'), /<h1>chatroulette<\/h1>/)
  })
})
