/** Rules by which devices may be supervised, and claims' statuses be written. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Namespace } from '#kinds/core/namespace.ts'
import { ResourceClaim } from '#kinds/resource/resource-claim.ts'
import { type Asked, admit } from '#test/support/admission.ts'
import { fixedObjects } from '#test/support/fixed-objects.ts'
import type { Authorizer } from '../authorize/authorizer.ts'
import { claimStatusRights, deviceAdminAccess } from './device-claims.ts'

const CLAIMS = 'resourceclaims.resource.k8s.io'
const namespace = (name: string, labels: object) => ({ metadata: { name, labels } }) as never
const objects = fixedObjects([Namespace, namespace('a', {}), namespace('marked', { 'resource.kubernetes.io/admin-access': 'true' })])
const claim = (spec: object = {}, status: object = {}) => ({ metadata: { name: 'c' }, spec, status })
const watching = { devices: { requests: [{ name: 'r', exactly: { adminAccess: true } }] } }
const asks = (on: string, draft: object, more: Partial<Asked> = {}): Asked => ({
  on,
  draft,
  objects,
  namespace: 'a',
  kind: ResourceClaim as never,
  ...more,
})
const UNLABELLED =
  'Forbidden: admin access to devices requires the `resource.kubernetes.io/admin-access: true` label on the containing namespace'

const results = (more: object = {}) => ({
  allocation: { devices: { results: [{ request: 'r', driver: 'drv', pool: 'p', device: 'd', ...more }] } },
})
const admin: readonly [rule: string, asked: Asked, problem: string][] = [
  ['from a namespace that is not marked', asks(CLAIMS, claim(watching)), `spec.devices.requests[0].adminAccess: ${UNLABELLED}`],
  ['from one that is', asks(CLAIMS, claim(watching), { namespace: 'marked' }), ''],
  [
    'by template',
    asks('resourceclaimtemplates.resource.k8s.io', { metadata: { name: 't' }, spec: { spec: watching } }),
    `spec.devices.requests[0].adminAccess: ${UNLABELLED}`,
  ],
  ['an ordinary claim', asks(CLAIMS, claim({ devices: { requests: [{ name: 'r', exactly: {} }] } })), ''],
  [
    'in what was chosen',
    asks(`${CLAIMS}/status`, claim({}, results({ adminAccess: true })), { operation: 'UPDATE', before: claim() }),
    `status.allocation.devices.results[0].adminAccess: ${UNLABELLED}`,
  ],
  [
    'what was granted stays',
    asks(`${CLAIMS}/status`, claim({}, results({ adminAccess: true })), {
      operation: 'UPDATE',
      before: claim({}, results({ adminAccess: true })),
    }),
    '',
  ],
]
for (const [rule, asked, problem] of admin)
  test(`supervision ${rule}`, async () =>
    assert.equal((await admit(deviceAdminAccess, asked)).message.replace(/^.* is invalid: /, ''), problem))

const authorizer = {
  authorize: async ({ user, verb, subresource, name }: Parameters<Authorizer['authorize']>[0]) => ({
    decision: [
      'scheduler update binding ',
      'operator arbitrary-node:update driver drv',
      'system:serviceaccount:a:drv associated-node:update driver drv',
    ].includes(`${user.name} ${verb} ${subresource} ${name}`)
      ? 'allow'
      : 'abstain',
    reason: '',
  }),
} as Authorizer
const on = (name: string) => ({
  nodeSelector: { nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [name] }] }] },
})
const chosen = { allocation: { ...results().allocation, ...on('n1') } }
const said = { ...chosen, devices: [{ driver: 'drv', pool: 'p', device: 'd' }] }
const account = (node: string) => ({
  name: 'system:serviceaccount:a:drv',
  groups: [],
  extra: { 'authentication.kubernetes.io/node-name': [node] },
})
const user = (name: string) => ({ name, groups: [], extra: {} })
const rights: readonly [rule: string, who: object, before: object, after: object, problem: string][] = [
  ['who may bind chooses devices', user('scheduler'), {}, chosen, ''],
  [
    'others do not',
    user('operator'),
    {},
    chosen,
    'changing status.allocation or status.reservedFor requires resource="resourceclaims/binding", verb="update" permission',
  ],
  [
    'nor do they use a claim',
    user('operator'),
    chosen,
    { ...chosen, reservedFor: [{ resource: 'pods', name: 'p', uid: '1' }] },
    'changing status.allocation or status.reservedFor requires resource="resourceclaims/binding", verb="update" permission',
  ],
  ['who may speak for the driver anywhere', user('operator'), chosen, said, ''],
  ['or on the node of its token', account('n1'), chosen, said, ''],
  [
    'but not of another node',
    account('n2'),
    chosen,
    said,
    'changing status.devices requires resource="resourceclaims/driver", verb="[arbitrary-node:update]" permission',
  ],
  [
    'to take it back is to say something',
    user('scheduler'),
    said,
    chosen,
    'changing status.devices requires resource="resourceclaims/driver", verb="[arbitrary-node:update]" permission',
  ],
]
for (const [rule, who, before, after, problem] of rights)
  test(rule, async () => {
    const asked = asks(`${CLAIMS}/status`, claim({}, after), { operation: 'UPDATE', before: claim({}, before), user: who as never })
    const plugin = claimStatusRights(() => authorizer)
    const validate = plugin.validate?.bind(plugin)
    const verbed = {
      ...plugin,
      validate: (admission: Parameters<NonNullable<typeof validate>>[0]) =>
        validate?.({ ...admission, target: { ...admission.target, verb: 'update' } }),
    }
    const { message } = await admit(verbed, asked)
    assert.equal(message.replace(/^.* is invalid: status: Forbidden: /, '').replace(/ permission: .*$/, ' permission'), problem)
  })
