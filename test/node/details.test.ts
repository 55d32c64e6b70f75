/** Details of pods that few ask for, on real containers: where probes and hooks go, host names, variables from files and of any name, what overhead weighs. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { ConfigMap } from '#kinds/core/config-map.ts'
import { Event } from '#kinds/core/event.ts'
import { isTerminal } from '#kinds/core/pod/facts.ts'
import { Pod } from '#kinds/core/pod.ts'
import { cgroupVersion } from '#kubelet/pods/cgroup.ts'
import { podCgroup } from '#kubelet/runtime/sandbox-config.ts'
import { eventually } from '#test/conformance/support/eventually.ts'
import { NodeCluster, shell, WAITS } from './cluster.ts'

let cluster: NodeCluster
before(async () => {
  cluster = await NodeCluster.start(['busybox'])
})
after(() => cluster?.[Symbol.asyncDispose]())

const isReady = (pod: Pod | undefined) => pod?.status.containerStatuses?.every(({ ready }) => ready)
async function said(
  name: string,
  script: string,
  { container = {}, ...spec }: { container?: object; [field: string]: unknown } = {},
): Promise<string> {
  await cluster.create(name, { restartPolicy: 'Never', ...shell(`(${script}) > /dev/termination-log 2>&1`, container), ...spec })
  const pod = await cluster.until(name, seen => seen && isTerminal(seen))
  return pod?.status.containerStatuses?.[0]?.state.terminated?.message ?? JSON.stringify(pod?.status)
}
const messages = async (name: string, reason: string) => {
  const { items } = await cluster.client.list(Event, {
    namespace: 'default',
    fieldSelector: `involvedObject.name=${name},reason=${reason}`,
  })
  return items.map(({ message }) => message ?? '')
}
async function executed(name: string, ...cmd: readonly string[]): Promise<string> {
  const containerId = ((await cluster.get(name)).status.containerStatuses?.[0]?.containerID ?? '').replace('containerd://', '')
  return (await cluster.kubelet.context.runtime.execSync({ containerId, cmd, timeout: 10 })).stdout.toString()
}
/** A web server that writes down what it is asked, and answers each with the head that it is given. */
const web = (head: string) => `while :; do printf '${head}\\r\\nConnection: close\\r\\n\\r\\n' | nc -l -p 8080 >> /tmp/asked; done`
const OK = 'HTTP/1.1 200 OK'

describe('details', { concurrency: 4 }, () => {
  test('a probe that is sent to another host is a success of which people are told', async () => {
    const readinessProbe = { httpGet: { port: 8080, path: '/x' }, periodSeconds: 1 }
    await cluster.create('sends-away', shell(web('HTTP/1.1 302 Found\\r\\nLocation: http://elsewhere.test/'), { readinessProbe }))
    await cluster.until('sends-away', isReady)
    await eventually(async () =>
      assert.match(
        (await messages('sends-away', 'ProbeWarning'))[0] ?? '',
        /^Readiness probe warning: Probe terminated redirects, Response body: /,
      ),
    )
  })
  test('probes over HTTP send the headers that they are given', async () => {
    const httpHeaders = [
      { name: 'Host', value: 'web.test' },
      { name: 'X-Color', value: 'red' },
    ]
    await cluster.create(
      'asked',
      shell(web(OK), {
        ports: [{ name: 'web', containerPort: 8080 }],
        readinessProbe: { httpGet: { port: 'web', path: '/ready', httpHeaders }, periodSeconds: 1 },
      }),
    )
    await cluster.until('asked', isReady)
    const asked = await executed('asked', 'cat', '/tmp/asked')
    assert.match(asked, /GET \/ready HTTP\/1\.1/)
    for (const line of [/^host: web\.test\r$/im, /^x-color: red\r$/im, /^user-agent: kube-probe\/1\.36\r$/im]) assert.match(asked, line)
  })
  test('hooks that sleep hold up the start and the end', async () => {
    await cluster.create('sleepy', {
      ...shell(WAITS, { lifecycle: { postStart: { sleep: { seconds: 1 } }, preStop: { sleep: { seconds: 1 } } } }),
      terminationGracePeriodSeconds: 20,
    })
    const pod = await cluster.until('sleepy', isReady)
    const ready = pod?.status.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime ?? ''
    const started = pod?.status.containerStatuses?.[0]?.state.running?.startedAt ?? ''
    assert.ok(Date.parse(ready) - Date.parse(started) >= 1000, `started ${started}, ready ${ready}`)
    const began = Date.now()
    await cluster.client.delete(Pod, { namespace: 'default', name: 'sleepy' })
    await cluster.until('sleepy', seen => seen === undefined)
    assert.ok(Date.now() - began >= 1000)
  })

  test('host names: of the pod, in full, or another one altogether', async () => {
    const script = 'hostname; cat /etc/hosts | tail -1 | tr "\\t" " "'
    const named = { hostname: 'web', subdomain: 'sub' }
    assert.match(await said('plain-name', script), /^plain-name\n\S+ plain-name\n$/)
    assert.match(await said('named', script, named), /^web\n\S+ web\.sub\.default\.svc\.cluster\.local web\n$/)
    assert.match(
      await said('in-full', script, { ...named, setHostnameAsFQDN: true }),
      /^web\.sub\.default\.svc\.cluster\.local\n\S+ web\.sub\.default\.svc\.cluster\.local\n$/,
    )
    assert.match(await said('overridden', script, { hostnameOverride: 'db.example.test' }), /^db\.example\.test\n\S+ db\.example\.test\n$/)
  })
  test('a full name that Linux does not take is told', async () => {
    const subdomain = 's'.repeat(40)
    await cluster.create('too-long', { ...shell(WAITS), hostname: 'web', subdomain, setHostnameAsFQDN: true })
    const name = `web.${subdomain}.default.svc.cluster.local`
    await eventually(async () =>
      assert.ok(
        (await messages('too-long', 'FailedCreatePodSandBox')).some(message =>
          message.includes(`FQDN ${name} is too long (64 characters is the max, ${name.length} characters requested)`),
        ),
      ),
    )
  })

  test('variables have any printable name, and refer to one another', async () => {
    await cluster.client.create(ConfigMap, { metadata: { name: 'odd', namespace: 'default' }, data: { 'a.b-c': 'one' } })
    const container = {
      envFrom: [{ prefix: '1 {x}: ', configMapRef: { name: 'odd' } }],
      env: [
        { name: 'any-name.at all', value: '$(1 {x}: a.b-c)!' },
        { name: 'LATER', value: '$(any-name.at all) $(NONE) $$(LATER)' },
      ],
    }
    const text = await said('odd-names', "tr '\\0' '\\n' < /proc/1/environ | grep -E '^(1 |any|LATER)' | sort", { container })
    assert.equal(text, '1 {x}: a.b-c=one\nLATER=one! $(NONE) $(LATER)\nany-name.at all=one!\n')
  })
  test('variables come from a file that another container of the pod has written', async () => {
    const file = (key: string, more: object = {}) => ({ fileKeyRef: { volumeName: 'v', path: 'deep/vars', key, ...more } })
    const writes = {
      ...shell("mkdir /v/deep; printf \"A='one'\\n# no\\nB='two\\nlines'\\n\" > /v/deep/vars", {
        volumeMounts: [{ name: 'v', mountPath: '/v' }],
      }).containers[0],
      name: 'writes',
    }
    const more = { initContainers: [writes], volumes: [{ name: 'v', emptyDir: {} }] }
    const env = [
      { name: 'FIRST', valueFrom: file('A') },
      { name: 'SECOND', valueFrom: file('B') },
      { name: 'THIRD', valueFrom: file('C', { optional: true }) },
    ]
    assert.equal(
      await said('from-file', 'echo "$FIRST $SECOND ${THIRD-unset}"; ls / | grep -c "^v$"', { container: { env }, ...more }),
      'one two\nlines unset\n0\n',
    )
    await cluster.create('from-nowhere', { ...shell(WAITS, { env: [{ name: 'X', valueFrom: file('X') }] }), ...more })
    const pod = await cluster.until(
      'from-nowhere',
      seen => seen?.status.containerStatuses?.[0]?.state.waiting?.reason === 'CreateContainerConfigError',
    )
    assert.equal(
      pod?.status.containerStatuses?.[0]?.state.waiting?.message,
      'environment variable key "X" not found in file "deep/vars" of volume "v"',
    )
  })

  test('overhead weighs and counts with the containers of its pod', async () => {
    const resources = { requests: { cpu: '100m', memory: '32Mi' }, limits: { cpu: '200m', memory: '32Mi' } }
    await cluster.create('heavy', { ...shell(WAITS, { resources }), overhead: { cpu: '150m', memory: '16Mi' } })
    const pod = (await cluster.until('heavy', isReady)) as Pod
    const group = podCgroup(pod, cluster.kubelet.context.node.cgroupRoot)
    const read = (v1: string, v2: string) =>
      readFileSync(
        cgroupVersion() === 2 ? join('/sys/fs/cgroup', group, v2) : join('/sys/fs/cgroup', v1.split('.')[0] as string, group, v1),
        'utf8',
      ).trim()
    assert.equal(read('memory.limit_in_bytes', 'memory.max'), String(48 * 2 ** 20))
    assert.equal(read('cpu.cfs_quota_us', 'cpu.max').split(' ')[0], '35000')
    assert.equal(read('cpu.shares', 'cpu.weight'), cgroupVersion() === 2 ? '10' : '256')
  })
})
