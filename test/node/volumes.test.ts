/** Volumes and environments as containers see them. */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { ConfigMap } from '#kinds/core/config-map.ts'
import { PersistentVolume } from '#kinds/core/persistent-volume.ts'
import { PersistentVolumeClaim } from '#kinds/core/persistent-volume-claim.ts'
import { Pod } from '#kinds/core/pod.ts'
import { Secret } from '#kinds/core/secret.ts'
import { Service } from '#kinds/core/service.ts'
import { mountTmpfs } from '#kubelet/volumes/mount-points.ts'
import { eventually } from '#test/conformance/support/eventually.ts'
import { NodeCluster, shell } from './cluster.ts'

let cluster: NodeCluster
before(async () => {
  cluster = await NodeCluster.start(['busybox'])
  const namespace = 'default'
  await cluster.client.create(ConfigMap, {
    metadata: { name: 'settings', namespace },
    data: { color: 'blue', 'app.conf': 'a=1\n' },
  })
  await cluster.client.create(Secret, {
    metadata: { name: 'keys', namespace },
    data: { password: Buffer.from('hunter2').toString('base64') },
  })
  await cluster.client.create(Service, {
    metadata: { name: 'my-db', namespace },
    spec: { clusterIP: '10.96.0.7', ports: [{ name: 'sql', port: 5432 }] },
  } as never)
})
after(async () => {
  await cluster[Symbol.asyncDispose]()
})

/** Runs a script to its end and gives what it said as its last words. */
async function words(
  name: string,
  script: string,
  spec: { volumes?: object[]; mounts?: object[]; container?: object; pod?: object },
): Promise<string> {
  const container = { volumeMounts: spec.mounts ?? [], ...spec.container }
  await cluster.create(name, {
    restartPolicy: 'Never',
    volumes: spec.volumes ?? [],
    ...shell(`(${script}) > /dev/termination-log 2>&1`, container),
    ...spec.pod,
  })
  const pod = await cluster.until(name, pod => pod?.status.phase === 'Succeeded' || pod?.status.phase === 'Failed')
  return pod?.status.containerStatuses?.[0]?.state.terminated?.message ?? JSON.stringify(pod?.status)
}

test('emptyDir: anyone may write, and sub paths too', async () => {
  const said = await words('empty', 'stat -c "%a" /v /s; echo hi > /v/f; cat /v/f; mount | grep -c "/v "', {
    volumes: [{ name: 'v', emptyDir: {} }],
    mounts: [
      { name: 'v', mountPath: '/v' },
      { name: 'v', mountPath: '/s', subPath: 'below/it' },
    ],
    container: { securityContext: { runAsUser: 1001 } },
  })
  assert.equal(said, '777\n777\nhi\n1\n')
})
test('emptyDir in memory has the size that is asked for', async () => {
  const said = await words('memory', "stat -f -c %T /v; df -k /v | tail -1 | awk '{print $2}'", {
    volumes: [{ name: 'v', emptyDir: { medium: 'Memory', sizeLimit: '8Mi' } }],
    mounts: [{ name: 'v', mountPath: '/v' }],
  })
  assert.equal(said, 'tmpfs\n8192\n')
})
test('configMap and secret: items, modes, group', async () => {
  const said = await words('config', 'cat /c/app.conf; cat /k/deep/pw; echo; stat -L -c "%a %g" /k/deep/pw /c/color; id -G', {
    volumes: [
      { name: 'c', configMap: { name: 'settings' } },
      { name: 'k', secret: { secretName: 'keys', items: [{ key: 'password', path: 'deep/pw', mode: 0o400 }] } },
    ],
    mounts: [
      { name: 'c', mountPath: '/c' },
      { name: 'k', mountPath: '/k' },
    ],
    pod: { securityContext: { runAsUser: 1001, fsGroup: 2000 } },
  })
  assert.equal(said, 'a=1\nhunter2\n440 2000\n644 2000\n0 2000\n')
})
test('downwardAPI and projected', async () => {
  const said = await words('downward', 'cat /d/labels; echo; cat /p/name; echo; cat /p/color; echo; cat /d/cpu', {
    volumes: [
      {
        name: 'd',
        downwardAPI: {
          items: [
            { path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } },
            { path: 'cpu', resourceFieldRef: { containerName: 'c', resource: 'limits.cpu', divisor: '1m' } },
          ],
        },
      },
      {
        name: 'p',
        projected: {
          sources: [
            { configMap: { name: 'settings', items: [{ key: 'color', path: 'color' }] } },
            { downwardAPI: { items: [{ path: 'name', fieldRef: { fieldPath: 'metadata.name' } }] } },
          ],
        },
      },
    ],
    mounts: [
      { name: 'd', mountPath: '/d' },
      { name: 'p', mountPath: '/p' },
    ],
    container: { resources: { limits: { cpu: '250m' } } },
  })
  assert.equal(said, '\ndownward\nblue\n250')
})
test('hostPath, and a claim that is bound to one', async () => {
  const path = join(cluster.folder, 'host')
  await cluster.client.create(PersistentVolume, {
    metadata: { name: 'pv' },
    spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path, type: 'DirectoryOrCreate' } },
  } as never)
  const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, volumeName: 'pv' }
  await cluster.client.create(PersistentVolumeClaim, { metadata: { name: 'claim', namespace: 'default' }, spec: claim } as never)
  await cluster.client.patch(
    PersistentVolumeClaim,
    { namespace: 'default', name: 'claim' },
    'merge',
    { status: { phase: 'Bound' } },
    { subresource: 'status' },
  )
  const said = await words('claims', 'echo kept > /v/file; cat /h/file', {
    volumes: [
      { name: 'v', persistentVolumeClaim: { claimName: 'claim' } },
      { name: 'h', hostPath: { path } },
    ],
    mounts: [
      { name: 'v', mountPath: '/v' },
      { name: 'h', mountPath: '/h' },
    ],
  })
  assert.equal(said, 'kept\n')
  assert.equal(readFileSync(join(path, 'file'), 'utf8'), 'kept\n')
})
test('environment: sources, services, expansion', async () => {
  const env = [
    { name: 'A', value: 'a' },
    { name: 'B', value: '$(A)-$(MISSING)-$$(A)' },
    { name: 'NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
    { name: 'COLOR', valueFrom: { configMapKeyRef: { name: 'settings', key: 'color' } } },
    { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'keys', key: 'password' } } },
    { name: 'NONE', valueFrom: { secretKeyRef: { name: 'keys', key: 'none', optional: true } } },
  ]
  const said = await words(
    'env',
    'echo "$B $NAME $COLOR $PASSWORD ${NONE-unset} $X_color $MY_DB_SERVICE_HOST $MY_DB_PORT_5432_TCP"; hostname -i | grep -c "$IP"; grep -c "$IP.*env" /etc/hosts',
    {
      container: { env, envFrom: [{ prefix: 'X_', configMapRef: { name: 'settings' } }] },
    },
  )
  assert.equal(said, 'a-$(MISSING)-$(A) env blue hunter2 unset blue 10.96.0.7 tcp://10.96.0.7:5432\n1\n1\n')
})
test('a configMap that is missing is waited for, in volumes and in environments', async () => {
  const late = { name: 'late', namespace: 'default' }
  await cluster.create('waits', {
    ...shell('cat /c/a; sleep 1000'),
    restartPolicy: 'Never',
    volumes: [{ name: 'c', configMap: { name: 'late' } }],
  })
  await cluster.create(
    'waits-too',
    shell('sleep 1000', { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'late', key: 'a' } } }] }),
  )
  const waiting = await cluster.until(
    'waits-too',
    pod => pod?.status.containerStatuses?.[0]?.state.waiting?.reason === 'CreateContainerConfigError',
  )
  assert.equal(waiting?.status.containerStatuses?.[0]?.state.waiting?.message, 'configmap "late" not found')
  await cluster.until('waits', pod => pod?.status.containerStatuses?.[0]?.state.waiting?.reason === 'ContainerCreating')
  await cluster.client.create(ConfigMap, { metadata: late, data: { a: '1' } })
  await cluster.until('waits', pod => pod?.status.phase === 'Running')
  await cluster.until('waits-too', pod => pod?.status.phase === 'Running')
})
test('changes of a configMap and of labels arrive in a container that runs', async () => {
  await cluster.client.create(ConfigMap, { metadata: { name: 'moves', namespace: 'default' }, data: { a: 'old', gone: 'x' } })
  const script =
    'until [ "$(cat /c/a)" = new ]; do sleep 0.05; done; ls /c; until grep -q new /d/labels; do sleep 0.05; done; cat /d/labels'
  await cluster.create('watches', {
    ...shell(`(${script}) > /dev/termination-log`, {
      volumeMounts: [
        { name: 'c', mountPath: '/c' },
        { name: 'd', mountPath: '/d' },
      ],
    }),
    restartPolicy: 'Never',
    volumes: [
      { name: 'c', configMap: { name: 'moves' } },
      { name: 'd', downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } },
    ],
  })
  await cluster.until('watches', pod => pod?.status.phase === 'Running')
  await cluster.client.patch(ConfigMap, { namespace: 'default', name: 'moves' }, 'merge', { data: { a: 'new', gone: null } })
  await cluster.client.patch(Pod, { namespace: 'default', name: 'watches' }, 'merge', { metadata: { labels: { is: 'new' } } })
  const pod = await cluster.until('watches', pod => pod?.status.phase === 'Succeeded')
  assert.equal(pod?.status.containerStatuses?.[0]?.state.terminated?.message, 'a\nis="new"')
})
test('what a node left mounted of a pod that is over goes when it starts anew', async () => {
  await words('was-over', 'echo done', {
    volumes: [{ name: 'v', emptyDir: { medium: 'Memory' } }],
    mounts: [{ name: 'v', mountPath: '/v' }],
  })
  const folder = cluster.kubelet.context.volumes.podFolder(await cluster.get('was-over'))
  await eventually(async () => assert.ok(!existsSync(folder)))
  const left = join(folder, 'volumes/kubernetes.io~empty-dir/v')
  mkdirSync(left, { recursive: true })
  await mountTmpfs(left, [])
  await cluster.restartKubelet()
  await eventually(async () => assert.ok(!existsSync(folder)))
})
test('nothing is left of a pod that is gone', async () => {
  const { metadata } = await cluster.get('config')
  const { items } = await cluster.client.list(Pod, { namespace: 'default' })
  for (const { metadata } of items)
    await cluster.client.delete(Pod, { namespace: 'default', name: metadata.name ?? '' }, { gracePeriodSeconds: 0 })
  await eventually(() => {
    assert.deepEqual(readdirSync(join(cluster.folder, 'kubelet/pods')), [])
    assert.deepEqual(readdirSync(join(cluster.folder, 'kubelet/logs')), [])
  })
  assert.equal(readFileSync('/proc/self/mountinfo', 'utf8').includes(metadata.uid ?? '-'), false)
  await cluster.restartKubelet()
  assert.equal(cluster.kubelet.context.observer.pods.size, 0)
})
