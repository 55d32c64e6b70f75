/** What presets give to pods, and what is in their way. One row per rule. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PodPreset } from '#kinds/settings/pod-preset.ts'
import { admit } from '#test/support/admission.ts'
import { fixedObjects } from '#test/support/fixed-objects.ts'
import { podPreset } from './plugin.ts'

const preset = (name: string, spec: object, app = 'web') => ({
  metadata: { name, namespace: 'a', resourceVersion: '7' },
  spec: { selector: { matchLabels: { app } }, ...spec },
})
const env = (name: string, value: string) => ({ name, value })
const cache = { name: 'cache', emptyDir: {} }
const mount = { name: 'cache', mountPath: '/cache' }
const whole = preset('whole', {
  env: [env('PORT', '1')],
  envFrom: [{ configMapRef: { name: 'm' } }],
  volumes: [cache],
  volumeMounts: [mount],
})
const ANNOTATION = 'podpreset.admission.kubernetes.io/podpreset-whole'

interface Row {
  readonly rule: string
  readonly presets?: readonly ReturnType<typeof preset>[]
  readonly labels?: object
  readonly annotations?: object
  readonly spec?: object
  readonly wanted: object
}
const untouched = { spec: { containers: [{ name: 'c' }] }, presets: [] as string[] }
const given = { name: 'c', env: [env('PORT', '1')], envFrom: [{ configMapRef: { name: 'm' } }], volumeMounts: [mount] }
const ROWS: readonly Row[] = [
  {
    rule: 'a selected pod gets everything, in each container',
    spec: { containers: [{ name: 'c' }], initContainers: [{ name: 'i' }] },
    wanted: { spec: { containers: [given], initContainers: [{ ...given, name: 'i' }], volumes: [cache] }, presets: [ANNOTATION] },
  },
  { rule: 'another pod gets nothing', labels: { app: 'other' }, wanted: untouched },
  { rule: 'nor does one that does not want to', annotations: { 'podpreset.admission.kubernetes.io/exclude': 'true' }, wanted: untouched },
  { rule: 'nor does a mirror pod', annotations: { 'kubernetes.io/config.mirror': 'x' }, wanted: untouched },
  {
    rule: 'what the pod has already is no conflict',
    presets: [preset('whole', { env: [env('PORT', '1')] })],
    spec: { containers: [{ name: 'c', env: [env('OWN', 'x'), env('PORT', '1')] }] },
    wanted: { spec: { containers: [{ name: 'c', env: [env('OWN', 'x'), env('PORT', '1')] }] }, presets: [ANNOTATION] },
  },
  {
    rule: 'several presets add up',
    presets: [preset('whole', { env: [env('PORT', '1')] }), preset('other', { env: [env('HOST', 'h')] })],
    wanted: {
      spec: { containers: [{ name: 'c', env: [env('PORT', '1'), env('HOST', 'h')] }] },
      presets: [ANNOTATION, 'podpreset.admission.kubernetes.io/podpreset-other'],
    },
  },
]
async function admitted({
  presets = [whole],
  labels = { app: 'web' },
  annotations,
  spec = { containers: [{ name: 'c' }] },
}: Omit<Row, 'rule' | 'wanted'>) {
  const told: string[] = []
  const plugin = podPreset((_, { reason, message }) => told.push(`${reason}: ${message}`))
  const draft = { metadata: { name: 'p', labels, ...(annotations && { annotations: { ...annotations } }) }, spec: structuredClone(spec) }
  const asked = { on: 'pods', namespace: 'a', draft, objects: fixedObjects([PodPreset, ...presets]) }
  const { draft: after, settle } = await admit(plugin, asked)
  await settle?.('stored')
  const presetsTold = Object.keys(after.metadata.annotations ?? {}).filter(key => key.includes('/podpreset-'))
  return { spec: after.spec, presets: presetsTold, told }
}
for (const { rule, wanted, ...row } of ROWS) test(rule, async () => assert.deepEqual(await admitted(row), { told: [], ...wanted }))

const CONFLICTS: readonly [rule: string, spec: object, message: string][] = [
  ['a variable of another value', { containers: [{ name: 'c', env: [env('PORT', '2')] }] }, 'merging env for whole has a conflict on PORT'],
  [
    'another volume of that name',
    { containers: [{ name: 'c' }], volumes: [{ name: 'cache', hostPath: { path: '/' } }] },
    'merging volumes for whole has a conflict on cache',
  ],
  [
    'something else at that place',
    { containers: [{ name: 'c', volumeMounts: [{ name: 'other', mountPath: '/cache' }] }] },
    'merging volume mounts for whole has a conflict on /cache',
  ],
]
for (const [rule, spec, message] of CONFLICTS)
  test(`left alone, and told why: ${rule}`, async () =>
    assert.deepEqual(await admitted({ spec }), {
      spec,
      presets: [],
      told: [`PodPresetConflict: conflict occurred while applying podpresets: whole: ${message}; the pod is created without them`],
    }))
