/** Rules by which a pod gets its claims. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pod } from '#kinds/core/pod.ts'
import type { ResourceClaimTemplate } from '#kinds/resource/resource-claim-template.ts'
import type { ResourceClaim } from '#kinds/resource/resource-claim.ts'
import { generatedNameOf, planForPod } from './pod-claims.ts'

const pod = (entries: readonly object[], status: object = {}, more: object = {}, spec: object = {}) =>
  ({
    metadata: { name: 'web', namespace: 'd', uid: 'u1', ...more },
    spec: { containers: [], resourceClaims: entries, ...spec },
    status,
  }) as unknown as Pod
const byTemplate = { name: 'gpu', resourceClaimTemplateName: 't' }
const byName = { name: 'nic', resourceClaimName: 'shared' }
const claim = (name: string, uid = 'u1', status: object = {}) =>
  ({
    metadata: {
      name,
      namespace: 'd',
      uid: `uid of ${name}`,
      annotations: { 'resource.kubernetes.io/pod-claim-name': 'gpu' },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'web', uid, controller: true }],
    },
    spec: { devices: {} },
    status,
  }) as unknown as ResourceClaim
const template = {
  metadata: { name: 't', namespace: 'd' },
  spec: { metadata: { labels: { a: 'b' }, annotations: { c: 'd' } }, spec: { devices: { requests: [] } } },
} as unknown as ResourceClaimTemplate
const told = { resourceClaimStatuses: [{ name: 'gpu', resourceClaimName: 'web-gpu-x' }] }

const plan = (subject: Pod, claims: readonly ResourceClaim[] = [], templates = [template]) => {
  const { create, trouble, statuses, reserve } = planForPod({
    pod: subject,
    claim: name => claims.find(({ metadata }) => metadata.name === name),
    own: claims.filter(({ metadata }) => metadata.ownerReferences?.[0]?.uid === 'u1'),
    template: name => templates.find(({ metadata }) => metadata.name === name),
  })
  const parts = [
    ...create.map(({ metadata }) => `create ${metadata?.generateName}`),
    ...(trouble ? [trouble] : []),
    ...(statuses ? [`tell ${statuses.map(({ name, resourceClaimName }) => `${name}=${resourceClaimName}`).join()}`] : []),
    ...reserve.map(({ metadata }) => `reserve ${metadata.name}`),
  ]
  return parts.join('; ')
}
const allocated = { allocation: {} }
const rows: readonly [rule: string, subject: Pod, claims: readonly ResourceClaim[], done: string][] = [
  ['a claim is made from the template', pod([byTemplate]), [], 'create web-gpu-'],
  ['one that is made is told', pod([byTemplate]), [claim('web-gpu-x')], 'tell gpu=web-gpu-x'],
  ['one that is told is as wanted', pod([byTemplate], told), [claim('web-gpu-x')], ''],
  ['one that is told and gone is made anew', pod([byTemplate], told), [], 'create web-gpu-'],
  ['one of another pod of that name is not taken', pod([byTemplate], told), [claim('web-gpu-x', 'u0')], 'create web-gpu-'],
  ['an entry without a claim needs none', pod([byTemplate], { resourceClaimStatuses: [{ name: 'gpu' }] }), [], ''],
  ['claims that the pod names are made by people', pod([byName]), [], ''],
  ['nothing is made for a pod that goes', pod([byTemplate], {}, { deletionTimestamp: 'now' }), [], ''],
  [
    'a pod that has its node without the scheduler reserves its claims',
    pod([byTemplate], told, {}, { nodeName: 'n' }),
    [claim('web-gpu-x', 'u1', allocated)],
    'reserve web-gpu-x',
  ],
  [
    'but once',
    pod([byTemplate], told, {}, { nodeName: 'n' }),
    [claim('web-gpu-x', 'u1', { ...allocated, reservedFor: [{ resource: 'pods', name: 'web', uid: 'u1' }] })],
    '',
  ],
  [
    'not when it has ended',
    pod([byTemplate], { ...told, phase: 'Succeeded' }, {}, { nodeName: 'n' }),
    [claim('web-gpu-x', 'u1', allocated)],
    '',
  ],
  ['and not before they have devices', pod([byTemplate], told, {}, { nodeName: 'n' }), [claim('web-gpu-x')], ''],
]
for (const [rule, subject, claims, done] of rows) test(rule, () => assert.equal(plan(subject, claims), done))

test('a template that is not there is told in upstream’s words', () =>
  assert.equal(
    plan(pod([byTemplate]), [], []),
    'PodResourceClaim gpu: resource claim template "t": resourceclaimtemplate.resource.k8s.io "t" not found',
  ))
test('the claim has labels and annotations of the template, and its pod as owner', () => {
  const { create } = planForPod({ pod: pod([byTemplate]), claim: () => undefined, own: [], template: () => template })
  const [made] = create
  assert.deepEqual(made?.metadata, {
    namespace: 'd',
    generateName: 'web-gpu-',
    annotations: { c: 'd', 'resource.kubernetes.io/pod-claim-name': 'gpu' },
    labels: { a: 'b' },
    ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'web', uid: 'u1', controller: true }],
  })
  assert.deepEqual(made?.spec, template.spec.spec)
})
test('of long names a part of both is kept', () =>
  assert.equal(generatedNameOf('p'.repeat(60), 'c'.repeat(60)), `${'p'.repeat(28)}-${'c'.repeat(28)}`))
