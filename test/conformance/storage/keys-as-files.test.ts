/** Config maps and secrets as files, in volumes of their own and projected: contents, paths, modes, owners and changes. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ConfigMap } from '#kinds/core/config-map.ts'
import { Pod } from '#kinds/core/pod.ts'
import { Secret } from '#kinds/core/secret.ts'
import { repeat, shell, useNodeStage } from '../support/node-stage.ts'
import type { Any, Resource } from '../support/resource.ts'

const stage = useNodeStage()

type Form = 'configMap' | 'secret'
interface Source {
  readonly form: Form
  readonly projected?: boolean
}
const base64 = (bytes: string | Uint8Array) => Buffer.from(bytes).toString('base64')
const resourceOf = ({ form }: Source, namespace: string): Resource => stage.resource(form === 'secret' ? Secret : ConfigMap, namespace)
const dataOf = ({ form }: Source, data: Record<string, string>): Record<string, string> =>
  form === 'secret' ? Object.fromEntries(Object.entries(data).map(([key, value]) => [key, base64(value)])) : data

function volume({ form, projected }: Source, name: string, { defaultMode, ...rest }: Any = {}): Any {
  const mode = defaultMode === undefined ? {} : { defaultMode }
  if (projected) return { projected: { ...mode, sources: [{ [form]: { name, ...rest } }] } }
  return { [form]: { [form === 'secret' ? 'secretName' : 'name']: name, ...mode, ...rest } }
}
const mount = (name: string, mountPath: string) => ({ name, mountPath, readOnly: true })

interface Case extends Source {
  readonly defaultMode?: number
  readonly mapped?: boolean
  readonly itemMode?: number
  readonly runAsUser?: number
  readonly fsGroup?: number
  /** As `ls` writes it. */
  readonly mode?: string
}
const USUAL_MODE = '-rw-r--r--'
const ITEMS = { configMap: { key: 'data-2', path: 'path/to/data-2' }, secret: { key: 'data-1', path: 'new-path-data-1' } } as const
const DATA = { 'data-1': 'value-1', 'data-2': 'value-2', 'data-3': 'value-3' }

async function isConsumable(name: string, namespace: string, wanted: Case): Promise<void> {
  const { form, defaultMode, mapped, itemMode, runAsUser, fsGroup } = wanted
  await resourceOf(wanted, namespace).create({ metadata: { name }, data: dataOf(wanted, DATA) })
  const { key, path } = mapped ? ITEMS[form] : { key: 'data-1', path: 'data-1' }
  const items = mapped ? { items: [{ key, path, ...(itemMode !== undefined && { mode: itemMode }) }] } : {}
  const said = await stage.output(namespace, {
    metadata: { name: `pod-${name}` },
    spec: {
      restartPolicy: 'Never',
      securityContext: { runAsUser, fsGroup },
      volumes: [{ name: 'v', ...volume(wanted, name, { ...items, defaultMode }) }],
      containers: [shell('reads', `cat /etc/v/${path}; echo; stat -L -c %A /etc/v/${path}`, { volumeMounts: [mount('v', '/etc/v')] })],
    },
  })
  assert.equal(said, `value-${key.slice(-1)}\n${wanted.mode ?? USUAL_MODE}\n`)
}
const owned = { runAsUser: 1000, fsGroup: 1001, defaultMode: 0o440, mode: '-r--r-----' }
const ownerOnly = { mode: '-r--------' }
const consumable: readonly (readonly [string, Case])[] = [
  ['[sig-storage] ConfigMap should be consumable from pods in volume [Conformance] [NodeConformance]', { form: 'configMap' }],
  [
    '[sig-storage] ConfigMap should be consumable from pods in volume with defaultMode set [LinuxOnly] [Conformance] [NodeConformance]',
    { form: 'configMap', defaultMode: 0o400, ...ownerOnly },
  ],
  [
    '[sig-storage] ConfigMap should be consumable from pods in volume as non-root [Conformance] [NodeConformance]',
    { form: 'configMap', runAsUser: 1000 },
  ],
  [
    '[sig-storage] ConfigMap should be consumable from pods in volume with mappings [Conformance] [NodeConformance]',
    { form: 'configMap', mapped: true },
  ],
  [
    '[sig-storage] ConfigMap should be consumable from pods in volume with mappings and Item mode set [LinuxOnly] [Conformance] [NodeConformance]',
    { form: 'configMap', mapped: true, itemMode: 0o400, ...ownerOnly },
  ],
  [
    '[sig-storage] ConfigMap should be consumable from pods in volume with mappings as non-root [Conformance] [NodeConformance]',
    { form: 'configMap', mapped: true, runAsUser: 1000 },
  ],
  [
    '[sig-storage] Projected configMap should be consumable from pods in volume [Conformance] [NodeConformance]',
    { form: 'configMap', projected: true },
  ],
  [
    '[sig-storage] Projected configMap should be consumable from pods in volume with defaultMode set [LinuxOnly] [Conformance] [NodeConformance]',
    { form: 'configMap', projected: true, defaultMode: 0o400, ...ownerOnly },
  ],
  [
    '[sig-storage] Projected configMap should be consumable from pods in volume as non-root [Conformance] [NodeConformance]',
    { form: 'configMap', projected: true, runAsUser: 1000 },
  ],
  [
    '[sig-storage] Projected configMap should be consumable from pods in volume with mappings [Conformance] [NodeConformance]',
    { form: 'configMap', projected: true, mapped: true },
  ],
  [
    '[sig-storage] Projected configMap should be consumable from pods in volume with mappings and Item mode set [LinuxOnly] [Conformance] [NodeConformance]',
    { form: 'configMap', projected: true, mapped: true, itemMode: 0o400, ...ownerOnly },
  ],
  [
    '[sig-storage] Projected configMap should be consumable from pods in volume with mappings as non-root [Conformance] [NodeConformance]',
    { form: 'configMap', projected: true, mapped: true, runAsUser: 1000 },
  ],
  ['[sig-storage] Secrets should be consumable from pods in volume [Conformance] [NodeConformance]', { form: 'secret' }],
  [
    '[sig-storage] Secrets should be consumable from pods in volume with defaultMode set [LinuxOnly] [Conformance] [NodeConformance]',
    { form: 'secret', defaultMode: 0o400, ...ownerOnly },
  ],
  [
    '[sig-storage] Secrets should be consumable from pods in volume as non-root with defaultMode and fsGroup set [LinuxOnly] [Conformance] [NodeConformance]',
    { form: 'secret', ...owned },
  ],
  [
    '[sig-storage] Secrets should be consumable from pods in volume with mappings [Conformance] [NodeConformance]',
    { form: 'secret', mapped: true },
  ],
  [
    '[sig-storage] Secrets should be consumable from pods in volume with mappings and Item Mode set [LinuxOnly] [Conformance] [NodeConformance]',
    { form: 'secret', mapped: true, itemMode: 0o400, ...ownerOnly },
  ],
  [
    '[sig-storage] Projected secret should be consumable from pods in volume [Conformance] [NodeConformance]',
    { form: 'secret', projected: true },
  ],
  [
    '[sig-storage] Projected secret should be consumable from pods in volume with defaultMode set [LinuxOnly] [Conformance] [NodeConformance]',
    { form: 'secret', projected: true, defaultMode: 0o400, ...ownerOnly },
  ],
  [
    '[sig-storage] Projected secret should be consumable from pods in volume as non-root with defaultMode and fsGroup set [LinuxOnly] [Conformance] [NodeConformance]',
    { form: 'secret', projected: true, ...owned },
  ],
  [
    '[sig-storage] Projected secret should be consumable from pods in volume with mappings [Conformance] [NodeConformance]',
    { form: 'secret', projected: true, mapped: true },
  ],
  [
    '[sig-storage] Projected secret should be consumable from pods in volume with mappings and Item Mode set [LinuxOnly] [Conformance] [NodeConformance]',
    { form: 'secret', projected: true, mapped: true, itemMode: 0o400, ...ownerOnly },
  ],
]

async function isConsumableTwice(source: Source): Promise<void> {
  const namespace = await stage.namespace('twice')
  await resourceOf(source, namespace).create({ metadata: { name: 'both' }, data: dataOf(source, DATA) })
  const said = await stage.output(namespace, {
    metadata: { name: 'reads-both' },
    spec: {
      restartPolicy: 'Never',
      volumes: ['one', 'two'].map(name => ({ name, ...volume(source, 'both') })),
      containers: [
        shell('reads', 'cat /etc/one/data-1 /etc/two/data-1; echo; stat -L -c %A /etc/one/data-1 /etc/two/data-1', {
          volumeMounts: [mount('one', '/etc/one'), mount('two', '/etc/two')],
        }),
      ],
    },
  })
  assert.equal(said, `value-1value-1\n${USUAL_MODE}\n${USUAL_MODE}\n`)
}
const twice: readonly (readonly [string, Source])[] = [
  [
    '[sig-storage] ConfigMap should be consumable in multiple volumes in the same pod [Conformance] [NodeConformance]',
    { form: 'configMap' },
  ],
  [
    '[sig-storage] Projected configMap should be consumable in multiple volumes in the same pod [Conformance] [NodeConformance]',
    { form: 'configMap', projected: true },
  ],
  ['[sig-storage] Secrets should be consumable in multiple volumes in a pod [Conformance] [NodeConformance]', { form: 'secret' }],
  [
    '[sig-storage] Projected secret should be consumable in multiple volumes in a pod [Conformance] [NodeConformance]',
    { form: 'secret', projected: true },
  ],
]

/** Three containers read one optional volume each: one whose source is deleted, one whose keys change, one whose source is made later. */
async function followsOptional(source: Source): Promise<void> {
  const namespace = await stage.namespace('optional')
  const sources = resourceOf(source, namespace)
  for (const name of ['delete', 'update']) await sources.create({ metadata: { name }, data: dataOf(source, { 'data-1': 'value-1' }) })
  const files = { delete: 'data-1', update: 'data-3', create: 'data-1' }
  const names = Object.keys(files) as (keyof typeof files)[]
  await stage.resource(Pod, namespace).create({
    metadata: { name: 'follows' },
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 0,
      volumes: names.map(name => ({ name, ...volume(source, name, { optional: true }) })),
      containers: names.map(name => shell(name, repeat(`/etc/v/${files[name]}`), { volumeMounts: [mount(name, '/etc/v')] })),
    },
  })
  const sees = (container: keyof typeof files, text: RegExp) => stage.written(namespace, 'follows', text, container)
  const missing = /No such file/
  await sees('create', missing)
  await sees('update', missing)
  await sees('delete', /value-1/)
  await sources.delete('delete')
  await sources.change('update', draft => (draft.data = dataOf(source, { 'data-3': 'value-3' })))
  await sources.create({ metadata: { name: 'create' }, data: dataOf(source, { 'data-1': 'value-1' }) })
  await sees('create', /value-1/)
  await sees('update', /value-3/)
  await sees('delete', missing)
}
const optional: readonly (readonly [string, Source])[] = [
  ['[sig-storage] ConfigMap optional updates should be reflected in volume [Conformance] [NodeConformance]', { form: 'configMap' }],
  [
    '[sig-storage] Projected configMap optional updates should be reflected in volume [Conformance] [NodeConformance]',
    { form: 'configMap', projected: true },
  ],
  ['[sig-storage] Secrets optional updates should be reflected in volume [Conformance] [NodeConformance]', { form: 'secret' }],
  [
    '[sig-storage] Projected secret optional updates should be reflected in volume [Conformance] [NodeConformance]',
    { form: 'secret', projected: true },
  ],
]

async function followsUpdates(source: Source): Promise<void> {
  const namespace = await stage.namespace('updates')
  const sources = resourceOf(source, namespace)
  await sources.create({ metadata: { name: 'moves' }, data: { 'data-1': 'value-1' } })
  await stage.resource(Pod, namespace).create({
    metadata: { name: 'follows' },
    spec: {
      terminationGracePeriodSeconds: 0,
      volumes: [{ name: 'v', ...volume(source, 'moves') }],
      containers: [shell('reads', repeat('/etc/v/data-1'), { volumeMounts: [mount('v', '/etc/v')] })],
    },
  })
  await stage.written(namespace, 'follows', /value-1/)
  await sources.change('moves', draft => (draft.data['data-1'] = 'value-2'))
  await stage.written(namespace, 'follows', /value-2/)
}
const updates: readonly (readonly [string, Source])[] = [
  ['[sig-storage] ConfigMap updates should be reflected in volume [Conformance] [NodeConformance]', { form: 'configMap' }],
  [
    '[sig-storage] Projected configMap updates should be reflected in volume [Conformance] [NodeConformance]',
    { form: 'configMap', projected: true },
  ],
]

// Four at a time keep two processors busy.
describe('keys as files', { concurrency: 4 }, () => {
  for (const [name, row] of consumable) test(name, async () => isConsumable('keys', await stage.namespace('keys'), row))
  for (const [name, row] of twice) test(name, () => isConsumableTwice(row))
  for (const [name, row] of optional) test(name, () => followsOptional(row))
  for (const [name, row] of updates) test(name, () => followsUpdates(row))

  test('[sig-storage] Secrets should be able to mount in a volume regardless of a different secret existing with same name in different namespace [Conformance] [NodeConformance]', async () => {
    const [namespace, other] = [await stage.namespace('here'), await stage.namespace('there')]
    const data = dataOf({ form: 'secret' }, { 'data-1': 'of another namespace', 'data-4': 'of another namespace' })
    await stage.resource(Secret, other).create({ metadata: { name: 'same' }, data })
    await isConsumable('same', namespace, { form: 'secret' })
  })

  test('[sig-storage] ConfigMap binary data should be reflected in volume [Conformance] [NodeConformance]', async () => {
    const namespace = await stage.namespace('binary')
    const dump = Uint8Array.of(0xde, 0xca, 0xfe, 0xba, 0xd0, 0xfe, 0xff)
    const metadata = { name: 'both' }
    const configMap = { metadata, data: { 'data-1': 'value-1' }, binaryData: { 'dump.bin': base64(dump) } }
    await stage.resource(ConfigMap, namespace).create(configMap)
    const volumeMounts = [mount('v', '/etc/v')]
    await stage.resource(Pod, namespace).create({
      metadata,
      spec: {
        restartPolicy: 'Never',
        volumes: [{ name: 'v', ...volume({ form: 'configMap' }, 'both') }],
        containers: [shell('text', 'cat /etc/v/data-1', { volumeMounts }), shell('binary', 'hexdump -C /etc/v/dump.bin', { volumeMounts })],
      },
    })
    await stage.written(namespace, 'both', /value-1/, 'text')
    await stage.written(namespace, 'both', /de ca fe ba d0 fe ff/, 'binary')
  })

  test('[sig-storage] Projected combined should project all components that make up the projection API [Projection] [Conformance] [NodeConformance]', async () => {
    const namespace = await stage.namespace('combined')
    const metadata = { name: 'all' }
    await stage.resource(ConfigMap, namespace).create({ metadata, data: { 'configmap-data': 'configmap-value-1' } })
    await stage.resource(Secret, namespace).create({ metadata, data: { 'secret-data': base64('secret-value-1') } })
    const resources = { requests: { cpu: '250m', memory: '32Mi' }, limits: { cpu: '1250m', memory: '64Mi' } }
    const amounts = ['requests.cpu', 'limits.cpu', 'requests.memory', 'limits.memory']
    const items = [
      { path: 'podname', fieldRef: { fieldPath: 'metadata.name' } },
      ...amounts.map(resource => ({ path: resource, resourceFieldRef: { containerName: 'reads', resource } })),
    ]
    const sources = [{ downwardAPI: { items } }, { secret: { name: 'all' } }, { configMap: { name: 'all' } }]
    const files = ['podname', 'secret-data', 'configmap-data', ...amounts]
    const script = files.map(file => `cat /all/${file}; echo`).join('; ')
    const said = await stage.output(namespace, {
      metadata,
      spec: {
        restartPolicy: 'Never',
        volumes: [{ name: 'podinfo', projected: { sources } }],
        containers: [shell('reads', script, { resources, volumeMounts: [{ name: 'podinfo', mountPath: '/all' }] })],
      },
    })
    assert.deepEqual(said.trim().split('\n'), ['all', 'secret-value-1', 'configmap-value-1', '1', '2', '33554432', '67108864'])
  })
})
