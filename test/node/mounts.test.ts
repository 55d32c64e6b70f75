/** How containers see volumes: parts of them, read-only all the way down, mounts that spread, images, limits. */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { packTar } from 'modern-tar'
import { run } from '#base/processes.ts'
import { ClusterTrustBundle } from '#kinds/certificates/v1beta1/cluster-trust-bundle.ts'
import { ConfigMap } from '#kinds/core/config-map.ts'
import { Event } from '#kinds/core/event.ts'
import { Pod } from '#kinds/core/pod.ts'
import { entry, imageArchive } from '#kubelet/images/archive.ts'
import { importImage } from '#kubelet/images/import.ts'
import { eventually } from '../conformance/support/eventually.ts'
import { NodeCluster, shell, WAITS } from './cluster.ts'

let cluster: NodeCluster
/** A folder of the node that is a mount whose mounts spread, with a file system below it. */
let shared: string
before(async () => {
  cluster = await NodeCluster.start(['busybox'])
  shared = join(cluster.folder, 'shared')
  mkdirSync(shared)
  await run(['mount', '-t', 'tmpfs', 'tmpfs', shared])
  await run(['mount', '--make-rshared', shared])
  mkdirSync(join(shared, 'below'))
  await run(['mount', '-t', 'tmpfs', '-o', 'nosuid', 'tmpfs', join(shared, 'below')])
  const layers = await Promise.all(
    [
      [entry('a', Buffer.from('one')), entry('both', Buffer.from('lower'))],
      [entry('folder/b', Buffer.from('two')), entry('both', Buffer.from('upper'))],
    ].map(entries => packTar(entries)),
  )
  const archive = await imageArchive({
    reference: 'docker.io/library/files:1',
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    layers,
    config: {},
  })
  await importImage({ socket: cluster.daemon.socket, archive })
})
after(() => cluster?.[Symbol.asyncDispose]())

type Spec = { readonly volumes: readonly object[]; readonly mounts: readonly object[]; readonly container?: object; readonly pod?: object }
const podSpec = (script: string, { volumes, mounts, container, pod }: Spec) => ({
  restartPolicy: 'Never',
  volumes,
  ...shell(`(${script}) > /dev/termination-log 2>&1`, { volumeMounts: mounts, ...container }),
  ...pod,
})
/** Runs a script to its end and gives what it said as its last words. */
async function words(name: string, script: string, spec: Spec): Promise<string> {
  await cluster.create(name, podSpec(script, spec))
  const pod = await cluster.until(name, seen => seen?.status.phase === 'Succeeded' || seen?.status.phase === 'Failed', 60_000)
  return pod?.status.containerStatuses?.[0]?.state.terminated?.message ?? JSON.stringify(pod?.status)
}
const untilWaiting = async (name: string, reason: string) => {
  const pod = await cluster.until(name, seen => seen?.status.containerStatuses?.[0]?.state.waiting?.reason === reason, 60_000)
  return pod?.status.containerStatuses?.[0]?.state.waiting?.message
}

describe('mounts', { concurrency: 4 }, () => {
  test('a sub path may be an expression, and has the group and mode of its volume', async () => {
    const said = await words('expression', 'stat -c "%a %u %g" /s; echo x > /s/f; ls /v/expression', {
      volumes: [{ name: 'v', emptyDir: { medium: 'Memory' } }],
      mounts: [
        { name: 'v', mountPath: '/s', subPathExpr: '$(POD)' },
        { name: 'v', mountPath: '/v' },
      ],
      container: { env: [{ name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }], securityContext: { runAsUser: 1001 } },
      pod: { securityContext: { fsGroup: 123 } },
    })
    assert.equal(said, '3777 0 123\nf\n')
  })

  test('no link in a volume leads out of it', async () => {
    const path = join(cluster.folder, 'links')
    mkdirSync(path)
    symlinkSync('..', join(path, 'out'))
    for (const [name, subPath] of [
      ['escapes', 'out'],
      ['makes-outside', 'out/made'],
    ] as const) {
      const spec = { volumes: [{ name: 'v', hostPath: { path } }], mounts: [{ name: 'v', mountPath: '/s', subPath }] }
      await cluster.create(name, podSpec('ls /s', spec))
      assert.equal(
        await untilWaiting(name, 'CreateContainerConfigError'),
        `failed to prepare subPath for volumeMount: "${subPath}" leads out of its volume`,
      )
    }
    assert.equal(existsSync(join(cluster.folder, 'made')), false)
  })

  test('a container that starts again sees what its sub path shows by then', async () => {
    const at = { namespace: 'default', name: 'modified' }
    await cluster.client.create(ConfigMap, { metadata: at, data: { key: 'before' } })
    const script = 'cat /file > /dev/termination-log; grep after /file && sleep 1000; until grep -q after /v/key; do sleep 0.1; done'
    await cluster.create('restarts', {
      volumes: [{ name: 'v', configMap: { name: 'modified' } }],
      ...shell(script, {
        volumeMounts: [
          { name: 'v', mountPath: '/file', subPath: 'key' },
          { name: 'v', mountPath: '/v' },
        ],
      }),
    })
    await cluster.until('restarts', pod => pod?.status.containerStatuses?.[0]?.state.running, 60_000)
    await cluster.client.patch(ConfigMap, at, 'merge', { data: { key: 'after' } })
    const pod = await cluster.until(
      'restarts',
      seen => seen?.status.containerStatuses?.[0]?.state.running && seen.status.containerStatuses[0].restartCount === 1,
      60_000,
    )
    assert.equal(pod?.status.containerStatuses?.[0]?.lastState.terminated?.message, 'before')
  })

  test('read-only is for the volume; recursively, for all that is mounted below it as well', async () => {
    const script = 'for p in /once /deep; do for d in $p $p/below; do (echo x > $d/f-$POD) 2>/dev/null && echo rw || echo ro; done; done'
    const said = await words('recursive', script, {
      volumes: [{ name: 'v', hostPath: { path: shared } }],
      mounts: [
        { name: 'v', mountPath: '/once', readOnly: true },
        { name: 'v', mountPath: '/deep', readOnly: true, recursiveReadOnly: 'Enabled' },
      ],
    })
    assert.equal(said, 'ro\nrw\nro\nro\n')
    const mounts = (await cluster.get('recursive')).status.containerStatuses?.[0]?.volumeMounts
    assert.deepEqual(
      mounts?.filter(({ name }) => name === 'v').map(({ recursiveReadOnly }) => recursiveReadOnly),
      ['Disabled', 'Enabled'],
    )
    assert.equal(existsSync(join(shared, 'below/f-')), true, 'the node itself may still write there')
  })

  test('mounts spread as far as is asked for', async () => {
    const loop = (file: string) => `until [ -e ${file} ]; do sleep 0.1; done`
    const sees = (file: string) => `test -e ${file} && echo yes || echo no`
    const mount = (mountPropagation?: string) => ({
      image: 'busybox',
      imagePullPolicy: 'IfNotPresent',
      volumeMounts: [{ name: 'v', mountPath: '/v', ...(mountPropagation && { mountPropagation }) }],
    })
    const told = (name: string, propagation?: string) => ({
      name,
      ...mount(propagation),
      command: ['sh', '-c', `touch /v/${name}; ${loop('/v/mounted')}; (${sees('/v/inner/file')}) > /dev/termination-log`],
    })
    const mounter = `${loop('/v/follows')}; ${loop('/v/alone')}; mkdir /v/inner && mount -t tmpfs tmpfs /v/inner && touch /v/inner/file && touch /v/mounted`
    await cluster.create('spreads', {
      restartPolicy: 'Never',
      volumes: [{ name: 'v', emptyDir: {} }],
      containers: [
        { name: 'mounter', ...mount('Bidirectional'), command: ['sh', '-c', mounter], securityContext: { privileged: true } },
        told('follows', 'HostToContainer'),
        told('alone'),
      ],
    })
    const pod = await cluster.until('spreads', seen => seen?.status.phase === 'Succeeded', 60_000)
    const said = Object.fromEntries(
      (pod?.status.containerStatuses ?? []).map(({ name, state }) => [name, state.terminated?.message?.trim()]),
    )
    assert.deepEqual([said['follows'], said['alone']], ['yes', 'no'])
  })

  test('the files of an image are a volume: all its layers, read-only, not executable, in part too', async () => {
    const image = (reference: string) => ({ image: { reference, pullPolicy: 'IfNotPresent' } })
    const script =
      'cat /f/a /f/folder/b /f/both /b; echo; (echo x > /f/a) 2>/dev/null || echo ro; ls /box/bin/busybox; /box/bin/busybox true 2>/dev/null || echo noexec'
    const said = await words('image', script, {
      volumes: [
        { name: 'f', ...image('files:1') },
        { name: 'box', ...image('busybox') },
      ],
      mounts: [
        { name: 'f', mountPath: '/f' },
        { name: 'f', mountPath: '/b', subPath: 'folder/b' },
        { name: 'box', mountPath: '/box' },
      ],
    })
    assert.equal(said, 'onetwouppertwo\nro\n/box/bin/busybox\nnoexec\n')
    const spec = { volumes: [{ name: 'v', ...image('missing:1') }], mounts: [{ name: 'v', mountPath: '/v' }] }
    await cluster.create(
      'no-image',
      podSpec('true', { ...spec, volumes: [{ name: 'v', image: { reference: 'missing:1', pullPolicy: 'Never' } }] }),
    )
    assert.equal(
      await untilWaiting('no-image', 'ErrImageNeverPull'),
      'Container image "missing:1" is not present with pull policy of Never',
    )
  })

  test('a pod is evicted whose folder holds more than it may; in memory there is no more room', async () => {
    const fill = 'dd if=/dev/zero of=/v/f bs=1M count=3 2>/dev/null && echo fits || echo full'
    const spec = (emptyDir: object) => ({ volumes: [{ name: 'v', emptyDir }], mounts: [{ name: 'v', mountPath: '/v' }] })
    await cluster.create('overfull', podSpec(`${fill}; sleep 1000`, spec({ sizeLimit: '1Mi' })))
    assert.equal(await words('in-memory', fill, spec({ medium: 'Memory', sizeLimit: '1Mi' })), 'full\n')
    const pod = await cluster.until('overfull', seen => seen?.status.phase === 'Failed', 60_000)
    const message = 'Usage of EmptyDir volume "v" exceeds the limit "1Mi". '
    assert.deepEqual([pod?.status.reason, pod?.status.message], ['Evicted', message])
    await cluster.kubelet.context.recorder.flush()
    const { items } = await cluster.client.list(Event, { namespace: 'default', fieldSelector: 'involvedObject.name=overfull' })
    assert.deepEqual(
      items.filter(({ reason }) => reason === 'Evicted').map(event => [event.type, event.message]),
      [['Warning', message]],
    )
  })

  test('a pod is evicted that keeps more on the disk than its containers may together, or one of them may', async () => {
    const container = (name: string, script: string, limit: string) => ({
      ...shell(`${script}; ${WAITS}`).containers[0],
      name,
      resources: { limits: { 'ephemeral-storage': limit } },
    })
    const fill = (path: string) => `dd if=/dev/zero of=${path} bs=1M count=3`
    const logged = 'dd if=/dev/zero bs=1M count=3 | tr "\\0" x | fold -w 1000'
    const rows: readonly [name: string, spec: object, message: string][] = [
      [
        'writes',
        { containers: [container('c', fill('/f'), '2Mi')] },
        'Pod ephemeral local storage usage exceeds the total limit of containers 2Mi. ',
      ],
      [
        'says',
        { containers: [container('c', logged, '2Mi')] },
        'Pod ephemeral local storage usage exceeds the total limit of containers 2Mi. ',
      ],
      [
        'keeps',
        {
          containers: [{ ...container('c', fill('/v/f'), '2Mi'), volumeMounts: [{ name: 'v', mountPath: '/v' }] }],
          volumes: [{ name: 'v', emptyDir: {} }],
        },
        'Pod ephemeral local storage usage exceeds the total limit of containers 2Mi. ',
      ],
      [
        'one-of-two',
        { containers: [container('modest', 'true', '50Mi'), container('greedy', fill('/f'), '2Mi')] },
        'Container greedy exceeded its local ephemeral storage limit "2Mi". ',
      ],
    ]
    for (const [name, spec] of rows) await cluster.create(name, spec)
    await cluster.create('within', { containers: [container('c', fill('/f'), '20Mi')] })
    for (const [name, , message] of rows) {
      const pod = await cluster.until(name, seen => seen?.status.phase === 'Failed', 90_000)
      assert.deepEqual([pod?.status.reason, pod?.status.message], ['Evicted', message], name)
    }
    assert.equal((await cluster.get('within')).status.phase, 'Running')
  })

  test('a trust bundle is a file, and follows its bundle', async () => {
    const certificate = (text: string) =>
      `-----BEGIN CERTIFICATE-----\n${Buffer.from(text).toString('base64')}\n-----END CERTIFICATE-----\n`
    const at = { name: 'roots' }
    await cluster.client.create(ClusterTrustBundle, { metadata: at, spec: { trustBundle: certificate('old') } })
    const clusterTrustBundle = { name: 'roots', path: 'ca.pem' }
    const said = words(
      'trusts',
      `cat /t/ca.pem; until ! grep -q ${Buffer.from('old').toString('base64')} /t/ca.pem; do sleep 0.1; done; cat /t/ca.pem`,
      {
        volumes: [{ name: 't', projected: { sources: [{ clusterTrustBundle }] } }],
        mounts: [{ name: 't', mountPath: '/t' }],
      },
    )
    await cluster.until('trusts', pod => pod?.status.phase === 'Running', 60_000)
    await cluster.client.patch(ClusterTrustBundle, at, 'merge', { spec: { trustBundle: certificate('new') } })
    assert.equal(await said, certificate('old') + certificate('new'))
  })

  test('a path of the node must be what its type says, or is made so', async () => {
    const path = join(cluster.folder, 'typed')
    writeFileSync(path, 'file')
    const wish = (type: string) => ({ volumes: [{ name: 'v', hostPath: { path, type } }], mounts: [{ name: 'v', mountPath: '/v' }] })
    await cluster.create('wrong-type', podSpec('true', wish('Directory')))
    const message = `MountVolume.SetUp failed for volume "v" : hostPath type check failed: ${path} is not a directory`
    const events = { namespace: 'default', fieldSelector: 'involvedObject.name=wrong-type' }
    await eventually(async () => {
      const { items } = await cluster.client.list(Event, events)
      assert.equal(items.find(({ reason }) => reason === 'FailedMount')?.message, message)
    })
    assert.equal(await words('right-type', 'cat /v', wish('File')), 'file')
  })
})

test('nothing is left of the views, mounts and snapshots of pods that are gone', async () => {
  for (const { metadata } of (await cluster.client.list(Pod, { namespace: 'default' })).items)
    await cluster.client.delete(Pod, { namespace: 'default', name: metadata.name ?? '' }, { gracePeriodSeconds: 0 })
  await cluster.kubelet[Symbol.asyncDispose]()
  assert.equal(readFileSync('/proc/self/mountinfo', 'utf8').includes(`${cluster.folder}/kubelet/pods`), false)
  const views = await run(['ctr', '--address', cluster.daemon.socket, '--namespace', 'k8s.io', 'snapshots', 'list'])
  assert.equal(views.includes('knarr-volume-'), false, views)
  await cluster.restartKubelet()
})
