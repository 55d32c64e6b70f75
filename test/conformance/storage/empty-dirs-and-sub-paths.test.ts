/** Folders that pods get empty, what may stand beside each other in a pod, and parts of volumes. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ConfigMap } from '#kinds/core/config-map.ts'
import { Pod } from '#kinds/core/pod.ts'
import { ReplicationController } from '#kinds/core/replication-controller.ts'
import { Secret } from '#kinds/core/secret.ts'
import { eventually } from '../support/eventually.ts'
import { shell, useNodeStage } from '../support/node-stage.ts'
import type { Any } from '../support/resource.ts'

const stage = useNodeStage()
const base64 = (text: string) => Buffer.from(text).toString('base64')

interface Case {
  readonly medium: '' | 'Memory'
  readonly runAsUser?: number
  /** Of a file that the container makes; without, the volume itself is looked at. */
  readonly mode?: '0644' | '0666' | '0777'
}
const WRITTEN = { '0644': '-rw-r--r--', '0666': '-rw-rw-rw-', '0777': '-rwxrwxrwx' } as const

async function holds({ medium, runAsUser, mode }: Case): Promise<void> {
  const file = '/test-volume/test-file'
  const script = mode
    ? `umask 0; echo new > ${file} && chmod ${mode} ${file} && cat ${file}; stat -c %A ${file}`
    : 'stat -c %A /test-volume'
  const said = await stage.output(await stage.namespace('empty'), {
    metadata: { name: 'writes' },
    spec: {
      restartPolicy: 'Never',
      securityContext: { ...(runAsUser !== undefined && { runAsUser }) },
      volumes: [{ name: 'v', emptyDir: { medium } }],
      containers: [shell('writes', `stat -f -c %T /test-volume; ${script}`, { volumeMounts: [{ name: 'v', mountPath: '/test-volume' }] })],
    },
  })
  const [type, ...lines] = said.trimEnd().split('\n')
  if (medium === 'Memory') assert.equal(type, 'tmpfs')
  // In memory as upstream mounts it: everybody's folder, from which only its owner removes a file.
  assert.deepEqual(lines, mode ? ['new', WRITTEN[mode]] : [medium === 'Memory' ? 'drwxrwxrwt' : 'drwxrwxrwx'])
}
const emptyDirs: readonly (readonly [string, Case])[] = [
  [
    '[sig-storage] EmptyDir volumes volume on default medium should have the correct mode [LinuxOnly] [Conformance] [NodeConformance]',
    { medium: '' },
  ],
  [
    '[sig-storage] EmptyDir volumes volume on tmpfs should have the correct mode [LinuxOnly] [Conformance] [NodeConformance]',
    { medium: 'Memory' },
  ],
  [
    '[sig-storage] EmptyDir volumes should support (root,0644,default) [LinuxOnly] [Conformance] [NodeConformance]',
    { medium: '', mode: '0644' },
  ],
  [
    '[sig-storage] EmptyDir volumes should support (root,0666,default) [LinuxOnly] [Conformance] [NodeConformance]',
    { medium: '', mode: '0666' },
  ],
  [
    '[sig-storage] EmptyDir volumes should support (root,0777,default) [LinuxOnly] [Conformance] [NodeConformance]',
    { medium: '', mode: '0777' },
  ],
  [
    '[sig-storage] EmptyDir volumes should support (root,0644,tmpfs) [LinuxOnly] [Conformance] [NodeConformance]',
    { medium: 'Memory', mode: '0644' },
  ],
  [
    '[sig-storage] EmptyDir volumes should support (root,0666,tmpfs) [LinuxOnly] [Conformance] [NodeConformance]',
    { medium: 'Memory', mode: '0666' },
  ],
  [
    '[sig-storage] EmptyDir volumes should support (root,0777,tmpfs) [LinuxOnly] [Conformance] [NodeConformance]',
    { medium: 'Memory', mode: '0777' },
  ],
  [
    '[sig-storage] EmptyDir volumes should support (non-root,0644,default) [LinuxOnly] [Conformance] [NodeConformance]',
    { medium: '', mode: '0644', runAsUser: 1001 },
  ],
  [
    '[sig-storage] EmptyDir volumes should support (non-root,0666,default) [LinuxOnly] [Conformance] [NodeConformance]',
    { medium: '', mode: '0666', runAsUser: 1001 },
  ],
  [
    '[sig-storage] EmptyDir volumes should support (non-root,0777,default) [LinuxOnly] [Conformance] [NodeConformance]',
    { medium: '', mode: '0777', runAsUser: 1001 },
  ],
  [
    '[sig-storage] EmptyDir volumes should support (non-root,0644,tmpfs) [LinuxOnly] [Conformance] [NodeConformance]',
    { medium: 'Memory', mode: '0644', runAsUser: 1001 },
  ],
  [
    '[sig-storage] EmptyDir volumes should support (non-root,0666,tmpfs) [LinuxOnly] [Conformance] [NodeConformance]',
    { medium: 'Memory', mode: '0666', runAsUser: 1001 },
  ],
  [
    '[sig-storage] EmptyDir volumes should support (non-root,0777,tmpfs) [LinuxOnly] [Conformance] [NodeConformance]',
    { medium: 'Memory', mode: '0777', runAsUser: 1001 },
  ],
]

interface SubPath {
  readonly source: Any
  readonly subPath: string
  readonly mountPath?: string
  readonly contents: string
}
/** A file of a volume, mounted as a file; the pod then goes away in order. */
async function showsPart({ source, subPath, mountPath = '/test-volume', contents }: SubPath): Promise<void> {
  const namespace = await stage.namespace('part')
  const data = { 'configmap-key': 'configmap-value' }
  await stage.resource(ConfigMap, namespace).create({ metadata: { name: 'my-configmap' }, data })
  await stage.resource(Secret, namespace).create({ metadata: { name: 'my-secret' }, data: { 'secret-key': base64('secret-value') } })
  const said = await stage.output(namespace, {
    metadata: { name: 'pod-subpath-test' },
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 1,
      volumes: [{ name: 'v', ...source }],
      containers: [shell('reads', `cat ${mountPath}`, { volumeMounts: [{ name: 'v', mountPath, subPath }] })],
    },
  })
  assert.equal(said, contents)
  await stage.resource(Pod, namespace).delete('pod-subpath-test')
  await stage.resource(Pod, namespace).gone('pod-subpath-test')
}
const configMapPart = { source: { configMap: { name: 'my-configmap' } }, subPath: 'configmap-key', contents: 'configmap-value' }
const items = [{ path: 'projected/configmap-key', key: 'configmap-key' }]
const subPaths: readonly (readonly [string, SubPath])[] = [
  [
    '[sig-storage] Subpath Atomic writer volumes should support subpaths with secret pod [Conformance]',
    { source: { secret: { secretName: 'my-secret' } }, subPath: 'secret-key', contents: 'secret-value' },
  ],
  ['[sig-storage] Subpath Atomic writer volumes should support subpaths with configmap pod [Conformance]', configMapPart],
  [
    '[sig-storage] Subpath Atomic writer volumes should support subpaths with configmap pod with mountPath of existing file [Conformance]',
    { ...configMapPart, mountPath: '/etc/resolv.conf' },
  ],
  [
    '[sig-storage] Subpath Atomic writer volumes should support subpaths with downward pod [Conformance]',
    {
      source: { downwardAPI: { items: [{ path: 'downward/podname', fieldRef: { fieldPath: 'metadata.name' } }] } },
      subPath: 'downward/podname',
      contents: 'pod-subpath-test',
    },
  ],
  [
    '[sig-storage] Subpath Atomic writer volumes should support subpaths with projected pod [Conformance]',
    {
      source: { projected: { sources: [{ configMap: { name: 'my-configmap', items } }] } },
      subPath: 'projected/configmap-key',
      contents: 'configmap-value',
    },
  ],
]

describe('empty dirs and sub paths', { concurrency: 4 }, () => {
  for (const [name, row] of emptyDirs) test(name, () => holds(row))
  for (const [name, row] of subPaths) test(name, () => showsPart(row))

  test('[sig-storage] EmptyDir volumes pod should support shared volumes between containers [Conformance]', async () => {
    const namespace = await stage.namespace('shared')
    const volumeMounts = (mountPath: string) => ({ volumeMounts: [{ name: 'shared-data', mountPath }] })
    await stage.resource(Pod, namespace).create({
      metadata: { name: 'shares' },
      spec: {
        restartPolicy: 'Never',
        terminationGracePeriodSeconds: 0,
        volumes: [{ name: 'shared-data', emptyDir: {} }],
        containers: [
          shell('main', 'sleep 1000', volumeMounts('/usr/share/volumeshare')),
          shell('sub', 'echo Hello from the sub-container > /pod-data/shareddata.txt', volumeMounts('/pod-data')),
        ],
      },
    })
    await stage.cluster.until(namespace, 'shares', pod => {
      const { main, sub } = Object.fromEntries((pod?.status.containerStatuses ?? []).map(({ name, state }) => [name, state]))
      return main?.running && sub?.terminated
    })
    const exec = ['exec', '-n', namespace, 'shares', '-c', 'main', '--', 'cat', '/usr/share/volumeshare/shareddata.txt']
    assert.equal(await stage.cluster.ok(exec), 'Hello from the sub-container\n')
  })

  test('[sig-storage] EmptyDir wrapper volumes should not conflict [Conformance]', async () => {
    const namespace = await stage.namespace('wrapped')
    const metadata = { name: 'both' }
    await stage.resource(Secret, namespace).create({ metadata, data: { 'data-1': base64('value-1\n') } })
    await stage.resource(ConfigMap, namespace).create({ metadata, binaryData: { 'data-1': base64('value-1\n') } })
    const volumeMounts = [
      { name: 'secret-volume', mountPath: '/etc/secret-volume', readOnly: true },
      { name: 'configmap-volume', mountPath: '/etc/configmap-volume' },
    ]
    await stage.resource(Pod, namespace).create({
      metadata,
      spec: {
        terminationGracePeriodSeconds: 0,
        volumes: [
          { name: 'secret-volume', secret: { secretName: 'both' } },
          { name: 'configmap-volume', configMap: { name: 'both' } },
        ],
        containers: [shell('runs', 'sleep 1000', { volumeMounts })],
      },
    })
    await stage.cluster.until(namespace, 'both', pod =>
      pod?.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
    )
  })
})

/** As many as upstream takes: so many that a race shows. */
const CONFIG_MAPS = 50
const REPLICAS = 5
const ROUNDS = 3
test('[sig-storage] EmptyDir wrapper volumes should not cause race condition when used for configmaps [Conformance] [Serial]', async () => {
  const namespace = await stage.namespace('race')
  const names = Array.from({ length: CONFIG_MAPS }, (_, i) => `racey-configmap-${i}`)
  const configMaps = stage.resource(ConfigMap, namespace)
  for (const name of names) await configMaps.create({ metadata: { name }, data: { 'data-1': 'value-1' } })
  const spec = {
    terminationGracePeriodSeconds: 0,
    volumes: names.map(name => ({ name, configMap: { name, items: [{ key: 'data-1', path: 'data-1' }] } })),
    containers: [shell('runs', 'sleep 1000', { volumeMounts: names.map((name, i) => ({ name, mountPath: `/etc/config-${i}` })) })],
  }
  const controllers = stage.resource(ReplicationController, namespace)
  const pods = stage.resource(Pod, namespace)
  for (let round = 0; round < ROUNDS; round++) {
    const selector = { name: `race-${round}` }
    const template = { metadata: { labels: selector }, spec }
    await controllers.create({ metadata: { name: selector.name }, spec: { replicas: REPLICAS, selector, template } })
    const query = { labelSelector: `name=${selector.name}` }
    const { items: made } = await pods.counted(REPLICAS, query)
    for (const { metadata } of made) await stage.cluster.until(namespace, metadata.name, pod => pod?.status.phase === 'Running')
    await controllers.delete(selector.name, { propagationPolicy: 'Foreground' })
    await eventually(() => pods.counted(0, query), { timeoutMs: 60_000 })
  }
})
