/** What keeps containers from the machine, and who owns their volumes, on real containers; and what a node says to pods that want more than its runtime and kernel can. */
import assert from 'node:assert/strict'
import { chmodSync, chownSync, mkdirSync, readlinkSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Event } from '#kinds/core/event.ts'
import { Node } from '#kinds/core/node.ts'
import { PersistentVolume } from '#kinds/core/persistent-volume.ts'
import { PersistentVolumeClaim } from '#kinds/core/persistent-volume-claim.ts'
import { isTerminal } from '#kinds/core/pod/facts.ts'
import { Pod } from '#kinds/core/pod.ts'
import { eventually } from '#test/conformance/support/eventually.ts'
import { NODE, NodeCluster, shell, WAITS } from './cluster.ts'

let cluster: NodeCluster
before(async () => {
  cluster = await NodeCluster.start(['busybox'])
})
after(() => cluster?.[Symbol.asyncDispose]())

async function logOf(name: string, script: string, { container = {}, pod = {} }: { container?: object; pod?: object }): Promise<string> {
  const spec = shell(`(${script}) > /dev/termination-log 2>&1`, container)
  await cluster.create(name, { restartPolicy: 'Never', ...spec, ...pod })
  const seen = await cluster.until(name, pod => pod && isTerminal(pod))
  return seen?.status.containerStatuses?.[0]?.state.terminated?.message ?? JSON.stringify(seen?.status)
}
const messages = async (name: string, reason: string) => {
  const { items } = await cluster.client.list(Event, {
    namespace: 'default',
    fieldSelector: `involvedObject.name=${name},reason=${reason}`,
  })
  return items.map(({ message }) => message ?? '')
}

test('a seccomp profile of the node forbids what it names', async () => {
  const profile = { defaultAction: 'SCMP_ACT_ALLOW', syscalls: [{ names: ['mkdir', 'mkdirat'], action: 'SCMP_ACT_ERRNO', errnoRet: 1 }] }
  writeFileSync(join(cluster.folder, 'kubelet/seccomp/no-folders.json'), JSON.stringify(profile))
  const script = 'mkdir /tmp/a; touch /tmp/b && echo files'
  const securityContext = { seccompProfile: { type: 'Localhost', localhostProfile: 'no-folders.json' } }
  assert.equal(
    await logOf('profiled', script, { container: { securityContext } }),
    "mkdir: can't create directory '/tmp/a': Operation not permitted\nfiles\n",
  )
  assert.equal(
    await logOf('profiled-pod', script, { pod: { securityContext } }),
    await logOf('profiled-again', script, { container: { securityContext } }),
  )
  assert.equal(await logOf('free', 'mkdir -p /tmp/a && echo folders', {}), 'folders\n')
})
test('a container whose seccomp profile is not there does not start, and says so', async () => {
  const securityContext = { seccompProfile: { type: 'Localhost', localhostProfile: 'none.json' } }
  await cluster.create('unprofiled', shell(WAITS, { securityContext }))
  const pod = await cluster.until(
    'unprofiled',
    seen => seen?.status.containerStatuses?.[0]?.state.waiting?.reason === 'CreateContainerError',
  )
  assert.match(pod?.status.containerStatuses?.[0]?.state.waiting?.message ?? '', /none\.json.*no such file or directory/)
})

const status = (name: string) => `grep ^${name}: /proc/self/status | tr -d ' \\t'`
/** CAP_NET_ADMIN is bit 12, CAP_CHOWN bit 0. Reference: capabilities(7). */
const rights: readonly [rule: string, script: string, given: { readonly container?: object; readonly pod?: object }, expected: string][] = [
  [
    'a user and a group, of the container first',
    'id -u; id -g',
    { container: { securityContext: { runAsUser: 7 } }, pod: { securityContext: { runAsUser: 8, runAsGroup: 9 } } },
    '7\n9\n',
  ],
  [
    'groups of the pod beside its own',
    'id -G',
    { pod: { securityContext: { runAsUser: 7, runAsGroup: 9, supplementalGroups: [11, 12], fsGroup: 13 } } },
    '9 11 12 13\n',
  ],
  ['no capability', status('CapEff'), { container: { securityContext: { capabilities: { drop: ['ALL'] } } } }, 'CapEff:0000000000000000\n'],
  [
    'one capability',
    status('CapEff'),
    { container: { securityContext: { capabilities: { drop: ['ALL'], add: ['NET_ADMIN'] } } } },
    'CapEff:0000000000001000\n',
  ],
  [
    'no privileges to be had later',
    status('NoNewPrivs'),
    { container: { securityContext: { allowPrivilegeEscalation: false } } },
    'NoNewPrivs:1\n',
  ],
  ['privileges to be had later', status('NoNewPrivs'), {}, 'NoNewPrivs:0\n'],
  [
    'the usual seccomp profile',
    status('Seccomp'),
    { pod: { securityContext: { seccompProfile: { type: 'RuntimeDefault' } } } },
    'Seccomp:2\n',
  ],
  ['no seccomp profile', status('Seccomp'), {}, 'Seccomp:0\n'],
  [
    'a root that cannot be written',
    'touch /x',
    { container: { securityContext: { readOnlyRootFilesystem: true } } },
    'touch: /x: Read-only file system\n',
  ],
  ['masked parts of /proc', 'wc -c < /proc/keys', {}, '0\n'],
  [
    'a sysctl of its own',
    'cat /proc/sys/net/ipv4/ip_unprivileged_port_start',
    { pod: { securityContext: { sysctls: [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '80' }] } } },
    '80\n',
  ],
  ['the processes of the machine', 'test $(cat /proc/1/comm) != sh && echo seen', { pod: { hostPID: true } }, 'seen\n'],
  ['the pause before all containers', 'test $$$$ -gt 1 && echo later', { pod: { shareProcessNamespace: true } }, 'later\n'],
  [
    'names of its own in its hosts file',
    'grep db /etc/hosts',
    { pod: { hostAliases: [{ ip: '192.0.2.7', hostnames: ['db', 'db.test'] }] } },
    '192.0.2.7\tdb\tdb.test\n',
  ],
]
describe('a container has', { concurrency: 4 }, () => {
  for (const [i, [rule, script, given, expected]] of rights.entries())
    test(rule, async () => assert.equal(await logOf(`rights-${i}`, script, given), expected))
  for (const [field, name] of [
    ['hostIPC', 'ipc'],
    ['hostNetwork', 'net'],
    ['hostPID', 'pid'],
  ] as const)
    test(`the machine's own namespace with ${field}, and else one of its own`, async () => {
      const own = readlinkSync(`/proc/self/ns/${name}`)
      const ask = (pod: string, spec: object) => logOf(pod, `readlink /proc/self/ns/${name}`, { pod: spec })
      assert.equal((await ask(`with-${name}`, { [field]: true })).trim(), own)
      assert.notEqual((await ask(`without-${name}`, {})).trim(), own)
    })
})
test('a container that must not run as root and would is not made, and says so', async () => {
  await cluster.create('rootless', { ...shell(WAITS), securityContext: { runAsNonRoot: true } })
  const pod = await cluster.until(
    'rootless',
    seen => seen?.status.containerStatuses?.[0]?.state.waiting?.reason === 'CreateContainerConfigError',
  )
  assert.equal(
    pod?.status.containerStatuses?.[0]?.state.waiting?.message,
    `container has runAsNonRoot and image will run as root (pod: "rootless_default(${pod?.metadata.uid})", container: c)`,
  )
})

/** How the pod is refused, or `runs`. */
async function fate(name: string, spec: object): Promise<string> {
  await cluster.create(name, { ...shell(WAITS), ...spec })
  const pod = await cluster.until(name, seen => seen && (isTerminal(seen) || seen.status.phase === 'Running'))
  return pod?.status.phase === 'Running' ? 'runs' : `${pod?.status.reason}: ${pod?.status.message}`
}
test('a pod that wants AppArmor runs where the kernel has it, and is refused elsewhere', async () => {
  const { appArmor } = cluster.kubelet.context.node.abilities
  assert.equal(
    await fate('armored', { securityContext: { appArmorProfile: { type: 'RuntimeDefault' } } }),
    appArmor ? 'runs' : 'AppArmor: Pod was rejected: Cannot enforce AppArmor: AppArmor is not enabled on the host',
  )
  if (!appArmor)
    await eventually(async () =>
      assert.deepEqual(await messages('armored', 'AppArmor'), ['Cannot enforce AppArmor: AppArmor is not enabled on the host']),
    )
  assert.equal(await fate('unarmored', { securityContext: { appArmorProfile: { type: 'Unconfined' } } }), 'runs')
})
test('a pod that wants no groups but its own runs where the runtime can, and is refused elsewhere', async () => {
  const { supplementalGroupsPolicy } = cluster.kubelet.context.node.abilities
  const { status } = await cluster.client.get(Node, { name: NODE })
  assert.equal(status.features?.supplementalGroupsPolicy, supplementalGroupsPolicy)
  const refused = 'SupplementalGroupsPolicyNotSupported: Pod was rejected: SupplementalGroupsPolicy=Strict is not supported in this node'
  assert.equal(
    await fate('strict', { securityContext: { supplementalGroupsPolicy: 'Strict' } }),
    supplementalGroupsPolicy ? 'runs' : refused,
  )
  assert.equal(await fate('merging', { securityContext: { supplementalGroupsPolicy: 'Merge' } }), 'runs')
})
test('a pod with users of its own runs where the runtime can, and is told elsewhere', async () => {
  const canHave = cluster.kubelet.context.node.abilities.handlers.some(({ name, userNamespaces }) => name === '' && userNamespaces)
  await cluster.create('own-users', { ...shell(WAITS), hostUsers: false })
  if (canHave) await cluster.until('own-users', seen => seen?.status.phase === 'Running')
  else
    await eventually(async () => {
      const why = "can't set `spec.hostUsers: false`, runtime does not support user namespaces: runtime handlers are not set"
      assert.ok((await messages('own-users', 'FailedCreatePodSandBox')).includes(`Failed to create pod sandbox: ${why}`))
    })
})

/** A disk of the node with a file of another group in a folder, and a claim for it. */
async function claim(name: string): Promise<string> {
  const path = join(cluster.folder, name)
  mkdirSync(join(path, 'deep'), { recursive: true })
  writeFileSync(join(path, 'deep/file'), 'x', { mode: 0o600 })
  const common = { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], persistentVolumeReclaimPolicy: 'Retain' }
  const nodeAffinity = {
    required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [NODE] }] }] },
  }
  await cluster.client.create(PersistentVolume, { metadata: { name }, spec: { ...common, local: { path }, nodeAffinity } } as never)
  const at = { name, namespace: 'default' }
  const spec = { accessModes: ['ReadWriteOnce'], volumeName: name, resources: { requests: { storage: '1Gi' } } }
  await cluster.client.create(PersistentVolumeClaim, { metadata: at, spec } as never)
  await cluster.client.patch(PersistentVolumeClaim, at, 'merge', { status: { phase: 'Bound' } }, { subresource: 'status' })
  return path
}
const user = (claimName: string, securityContext: object) => ({
  ...shell(WAITS, { volumeMounts: [{ name: 'v', mountPath: '/v' }] }),
  volumes: [{ name: 'v', persistentVolumeClaim: { claimName } }],
  securityContext,
})
const groupOf = (path: string) => statSync(join(path, 'deep/file')).gid
const runs = async (name: string, spec: object) => {
  await cluster.create(name, spec)
  await cluster.until(name, seen => seen?.status.phase === 'Running')
}
const ends = async (name: string) => {
  await cluster.client.delete(Pod, { namespace: 'default', name })
  await cluster.until(name, seen => seen === undefined)
}
test('fsGroup owns a disk of the node: always all of it, or only where its root is not yet as it should be', async () => {
  const path = await claim('disk')
  await runs('first', user('disk', { fsGroup: 2000 }))
  const { gid, mode } = statSync(path)
  assert.deepEqual([gid, (mode & 0o7777).toString(8), groupOf(path)], [2000, '2775', 2000])
  assert.equal((statSync(join(path, 'deep/file')).mode & 0o777).toString(8), '660')
  await ends('first')

  chownSync(join(path, 'deep/file'), 0, 0)
  await runs('on-mismatch', user('disk', { fsGroup: 2000, fsGroupChangePolicy: 'OnRootMismatch' }))
  assert.equal(groupOf(path), 0)
  await ends('on-mismatch')
  chmodSync(path, 0o755)
  await runs('mismatch', user('disk', { fsGroup: 2000, fsGroupChangePolicy: 'OnRootMismatch' }))
  assert.equal(groupOf(path), 2000)
  await ends('mismatch')

  chownSync(join(path, 'deep/file'), 0, 0)
  await runs('always', user('disk', { fsGroup: 2000, fsGroupChangePolicy: 'Always' }))
  assert.equal(groupOf(path), 2000)
})
test('a disk that one pod uses is not taken away by the group of another; a kubelet that starts anew leaves it alone', async () => {
  const path = await claim('shared')
  await runs('owner', user('shared', { fsGroup: 2000 }))
  await runs('guest', user('shared', { fsGroup: 3000 }))
  assert.equal(groupOf(path), 2000)
  await eventually(async () =>
    assert.deepEqual(await messages('guest', 'AlreadyMountedVolume'), [
      'The requested fsGroup is 3000, but the volume v has GID 2000. The volume may not be shareable.',
    ]),
  )
  await ends('guest')
  chownSync(join(path, 'deep/file'), 0, 0)
  await cluster.restartKubelet()
  await runs('other', shell(WAITS))
  assert.equal(groupOf(path), 0)
})
