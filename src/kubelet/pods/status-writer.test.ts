/** Which differences of a pod's status are written, when others write it too. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VirtualClock } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import type { Client } from '#client/transport.ts'
import type { PodCondition, PodStatus } from '#kinds/core/pod-status.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { StatusWriter } from './status-writer.ts'

const ready = (status: PodCondition['status']) => ({ conditions: [{ type: 'Ready', status }] })
const statusOf = (more: object) => ({ phase: 'Running', ...more }) as PodStatus
const seen = (resourceVersion: string, status: object) =>
  ({ metadata: { name: 'p', namespace: 'd', uid: 'u', resourceVersion }, status }) as unknown as Pod

interface Set {
  /** The pod as it is known when its status is set. */
  readonly pod: Pod
  readonly status: PodStatus
}
/** The first write is made at version 1, and gives version 5. */
const FIRST: Set = { pod: seen('1', {}), status: statusOf(ready('True')) }
const rows: readonly (readonly [rule: string, then: Set, written: object | undefined])[] = [
  ['what is written is not written again', { pod: seen('5', statusOf(ready('True'))), status: FIRST.status }, undefined],
  ['nor is it when the pod is known as it was before', { pod: seen('1', {}), status: FIRST.status }, undefined],
  [
    'a change after that is one from what was written',
    { pod: seen('1', {}), status: statusOf({ ...ready('True'), phase: 'Failed' }) },
    { phase: 'Failed' },
  ],
  [
    'what others said since is put right',
    { pod: seen('6', statusOf(ready('False'))), status: FIRST.status },
    { conditions: [{ reason: null, message: null, type: 'Ready', status: 'True' }] },
  ],
  [
    'what others added stays',
    {
      pod: seen(
        '6',
        statusOf({
          conditions: [
            { type: 'Ready', status: 'True' },
            { type: 'Gate', status: 'True' },
          ],
        }),
      ),
      status: FIRST.status,
    },
    undefined,
  ],
]
for (const [rule, then, written] of rows)
  test(rule, async () => {
    const patches: object[] = []
    const patch = async (_kind: unknown, _name: unknown, _type: unknown, { status }: { status: object }) => {
      patches.push(status)
      return { metadata: { resourceVersion: '5' } }
    }
    using writer = new StatusWriter({ client: { patch } as unknown as Client, clock: new VirtualClock(), log: silentLog })
    for (const { pod, status } of [FIRST, then]) {
      writer.set(pod, status)
      await writer.flush('u')
    }
    assert.deepEqual(patches.slice(1), written ? [written] : [])
  })
