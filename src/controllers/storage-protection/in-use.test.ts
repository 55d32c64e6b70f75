/** Rules by which claims and volumes are in use. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pod } from '#kinds/core/pod.ts'
import { claimsOf } from '#kinds/core/pod/claims.ts'
import { isClaimInUse, isVolumeInUse } from './in-use.ts'

const pod = (phase: string, nodeName: string, volumes: readonly object[] = [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }]) =>
  ({ metadata: { name: 'web' }, spec: { nodeName, volumes, containers: [] }, status: { phase } }) as unknown as Pod

const rows: [rule: string, pods: readonly Pod[], isInUse: boolean][] = [
  ['a running pod uses its claim', [pod('Running', 'n')], true],
  ['a pod that is about to start uses it as well', [pod('Pending', 'n')], true],
  ['a pod without a node does not use it yet', [pod('Pending', '')], false],
  ['a pod that has ended uses it no more', [pod('Succeeded', 'n'), pod('Failed', 'n')], false],
  ['other volumes do not count', [pod('Running', 'n', [{ name: 'data', emptyDir: {} }])], false],
]
for (const [rule, pods, isInUse] of rows) test(rule, () => assert.equal(isClaimInUse('data', pods), isInUse))

test('the claim of an ephemeral volume is named after pod and volume', () =>
  assert.deepEqual(claimsOf(pod('Running', 'n', [{ name: 'scratch', ephemeral: {} }])), [{ name: 'web-scratch', isEphemeral: true }]))
test('a volume is in use while it is bound', () =>
  assert.deepEqual(
    ['Bound', 'Released', 'Available'].map(phase => isVolumeInUse({ status: { phase } })),
    [true, false, false],
  ))
