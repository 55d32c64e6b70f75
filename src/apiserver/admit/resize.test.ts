/** What a pod that has a node may become. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Node } from '#kinds/core/node.ts'
import { admit } from '#test/support/admission.ts'
import { fixedObjects } from '#test/support/fixed-objects.ts'
import type { AdmissionPlugin } from './admission.ts'
import { nodeDeclaredFeatureValidator } from './node-declared-features.ts'
import { podResizeValidator } from './pod-resize.ts'

const node = (name: string, status: object, labels: object = {}) => ({ metadata: { name, labels }, spec: {}, status }) as never
const ALLOCATABLE = { cpu: '2', memory: '1Gi' }
const objects = fixedObjects([
  Node,
  node('old', { allocatable: ALLOCATABLE }),
  node('new', { allocatable: ALLOCATABLE, declaredFeatures: ['InPlacePodLevelResourcesVerticalScaling'] }),
  node('windows', { allocatable: ALLOCATABLE }, { 'kubernetes.io/os': 'windows' }),
])
const pod = (nodeName: string | undefined, requests: object, generation: number) => ({
  metadata: { name: 'p', namespace: 'a', generation },
  spec: { ...(nodeName && { nodeName }), containers: [{ name: 'c' }], resources: { requests } },
  status: {},
})
const ask = (plugin: AdmissionPlugin, nodeName: string | undefined, requests: object, on = 'pods/resize') =>
  admit(plugin, {
    on,
    operation: 'UPDATE',
    namespace: 'a',
    objects,
    before: pod(nodeName, { cpu: '1' }, 1),
    draft: pod(nodeName, requests, 2),
  })

const REFUSED = 'pods "p" is forbidden: '
const LACKS = `${REFUSED}pod update requires features InPlacePodLevelResourcesVerticalScaling which are not available on node "old"`
const rows: readonly [string, Parameters<typeof ask>, string][] = [
  ['a node that says that it can', [nodeDeclaredFeatureValidator, 'new', { cpu: '2' }], ''],
  ['a node that does not say so', [nodeDeclaredFeatureValidator, 'old', { cpu: '2' }], LACKS],
  ['the same size', [nodeDeclaredFeatureValidator, 'old', { cpu: '1' }], ''],
  ['no node yet', [nodeDeclaredFeatureValidator, undefined, { cpu: '2' }], ''],
  ['a node that is gone', [nodeDeclaredFeatureValidator, 'gone', { cpu: '2' }], `${REFUSED}node "gone" not found`],
  ['a status', [nodeDeclaredFeatureValidator, 'old', { cpu: '2' }, 'pods/status'], ''],
  ['as much as the node has', [podResizeValidator, 'old', { cpu: '2' }], ''],
  [
    'more than the node has',
    [podResizeValidator, 'old', { cpu: '3', memory: '2Gi' }],
    `${REFUSED}node didn't have enough allocatable resources: cpu, requested: 3000, allocatable: 2000; memory, requested: 2147483648, allocatable: 1073741824`,
  ],
  [
    'a node of another system',
    [podResizeValidator, 'windows', { cpu: '2' }],
    `${REFUSED}pod resize is only supported on linux nodes, node "windows" is "windows"`,
  ],
  ['other changes are not looked at', [podResizeValidator, 'old', { cpu: '3' }, 'pods'], ''],
]
for (const [rule, asked, message] of rows)
  test(`${asked[0].name}: ${rule}`, async () => assert.equal((await ask(...asked)).message, message))
test('the cause is told', async () => {
  const { refusal } = await ask(podResizeValidator, 'old', { cpu: '3' })
  assert.deepEqual(refusal?.status.details?.causes, [{ reason: 'NodeCapacity' }])
})
