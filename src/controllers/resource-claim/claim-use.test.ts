/** Rules by which claims are given back when their users have gone. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pod } from '#kinds/core/pod.ts'
import type { ResourceClaim } from '#kinds/resource/resource-claim.ts'
import { planForClaim } from './claim-use.ts'

const PROTECTION = 'resource.kubernetes.io/delete-protection'
const user = (name: string, uid = `uid of ${name}`) => ({ resource: 'pods', name, uid })
const OTHER = { apiGroup: 'example.com', resource: 'jobs', name: 'j', uid: 'uid of j' }
interface Parts {
  readonly users?: readonly object[]
  readonly isAllocated?: boolean
  readonly finalizers?: readonly string[]
  readonly owner?: string
  readonly isGoing?: boolean
}
const claim = ({ users, isAllocated = true, finalizers = [PROTECTION], owner, isGoing = false }: Parts) =>
  ({
    metadata: {
      name: 'c',
      namespace: 'd',
      finalizers,
      ...(isGoing && { deletionTimestamp: 'now' }),
      ...(owner && { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: owner, uid: `uid of ${owner}`, controller: true }] }),
    },
    spec: {},
    status: { ...(isAllocated && { allocation: { devices: {} }, devices: [{}] }), ...(users && { reservedFor: users }) },
  }) as unknown as ResourceClaim
const pod = (name: string, phase = 'Running', more: object = {}, uid = `uid of ${name}`) =>
  ({ metadata: { name, namespace: 'd', uid, ...more }, spec: { nodeName: 'n' }, status: { phase } }) as unknown as Pod

const plan = (subject: ResourceClaim, ...pods: readonly Pod[]) => {
  const { status, finalizers, isUnneeded } = planForClaim({
    claim: subject,
    pods: new Map(pods.map(each => [each.metadata.name as string, each])),
  })
  const told =
    status && `${(status.reservedFor ?? []).map(({ name }) => name).join(',') || 'nobody'}${status.allocation ? '' : ', given back'}`
  return [told, finalizers && `protected by ${finalizers.length}`, isUnneeded && 'deleted'].filter(Boolean).join('; ')
}
const rows: readonly [rule: string, subject: ResourceClaim, pods: readonly Pod[], done: string][] = [
  ['who runs keeps its devices', claim({ users: [user('a')] }), [pod('a')], ''],
  [
    'who is being deleted keeps them until it has ended',
    claim({ users: [user('a')] }),
    [pod('a', 'Running', { deletionTimestamp: 'now' })],
    '',
  ],
  ['the last who ends gives them back', claim({ users: [user('a')] }), [pod('a', 'Succeeded')], 'nobody, given back; protected by 0'],
  ['who is gone, too', claim({ users: [user('a')] }), [], 'nobody, given back; protected by 0'],
  [
    'another pod of that name is not the user',
    claim({ users: [user('a')] }),
    [pod('a', 'Running', {}, 'u2')],
    'nobody, given back; protected by 0',
  ],
  ['one of several only leaves', claim({ users: [user('a'), user('b')] }), [pod('a', 'Failed'), pod('b')], 'b'],
  ['users that are no pods stay', claim({ users: [user('a'), OTHER] }), [], 'j'],
  ['what the scheduler has not chosen is not given back', claim({ users: [user('a')], finalizers: ['other'] }), [], 'nobody'],
  ['a claim that was never used keeps its devices', claim({}), [], ''],
  ['unless it is being deleted', claim({ isGoing: true }), [], 'nobody, given back; protected by 0'],
  ['a claim without devices goes, too', claim({ isGoing: true, isAllocated: false }), [], 'protected by 0'],
  ['not while it is used', claim({ isGoing: true, users: [user('a')] }), [pod('a')], ''],
  [
    'a claim made for a pod goes when that has ended',
    claim({ owner: 'a', isAllocated: false, finalizers: [] }),
    [pod('a', 'Failed')],
    'deleted',
  ],
  [
    'or was given up before it had a node',
    claim({ owner: 'a', isAllocated: false, finalizers: [] }),
    [{ ...pod('a', 'Pending', { deletionTimestamp: 'now' }), spec: {} } as Pod],
    'deleted',
  ],
  [
    'or another has come in its place',
    claim({ owner: 'a', isAllocated: false, finalizers: [] }),
    [pod('a', 'Running', {}, 'u2')],
    'deleted',
  ],
  ['not while the pod may run', claim({ owner: 'a', isAllocated: false, finalizers: [] }), [pod('a', 'Pending')], ''],
  ['nor when the pod is not known', claim({ owner: 'a', isAllocated: false, finalizers: [] }), [], ''],
]
for (const [rule, subject, pods, done] of rows) test(rule, () => assert.equal(plan(subject, ...pods), done))
