/** A kubelet reads what its own pods need, and nothing else. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Node } from '#kinds/core/node.ts'
import { PersistentVolume } from '#kinds/core/persistent-volume.ts'
import { Pod } from '#kinds/core/pod.ts'
import { fixedObjects } from '#test/support/fixed-objects.ts'
import type { Attributes } from './authorizer.ts'
import { nodeAuthorizer } from './node.ts'

const pod = (name: string, node: string, spec: object, annotations = {}) => ({
  metadata: { name, namespace: 'a', annotations },
  spec: { nodeName: node, containers: [], serviceAccountName: `${name}-account`, ...spec },
  status: {},
})
const node = (name: string, spec: object) => ({ metadata: { name }, spec })
const volume = (name: string, spec: object) => ({ metadata: { name }, spec })
const objects = fixedObjects(
  [Node, node('n1', { configSource: { configMap: { namespace: 'a', name: 'configuration' } } })],
  [
    Pod,
    pod('web', 'n1', {
      imagePullSecrets: [{ name: 'pull' }],
      containers: [
        {
          name: 'c',
          env: [{ name: 'E', valueFrom: { secretKeyRef: { name: 'env', key: 'k' } } }],
          envFrom: [{ configMapRef: { name: 'env' } }],
        },
      ],
      volumes: [
        { name: 'v1', secret: { secretName: 'mounted' } },
        { name: 'v2', projected: { sources: [{ secret: { name: 'projected' } }, { configMap: { name: 'projected' } }] } },
        { name: 'v3', persistentVolumeClaim: { claimName: 'data' } },
        { name: 'v4', ephemeral: {} },
        { name: 'v5', csi: { driver: 'd', nodePublishSecretRef: { name: 'publish' } } },
      ],
      resourceClaims: [{ name: 'gpu', resourceClaimName: 'gpu' }],
    }),
    pod('other', 'n2', { imagePullSecrets: [{ name: 'of-n2' }] }),
    pod('mirror', 'n1', { imagePullSecrets: [{ name: 'mirrored' }] }, { 'kubernetes.io/config.mirror': 'x' }),
  ],
  [
    PersistentVolume,
    volume('pv', { claimRef: { namespace: 'a', name: 'data' }, csi: { nodeStageSecretRef: { namespace: 's', name: 'stage' } } }),
    volume('free', {}),
  ],
)

const services = { verbs: ['list'], apiGroups: [''], resources: ['services'] }
const authorizer = nodeAuthorizer(objects, [services])
const ask = (text: string, more: Partial<Attributes> = {}): Attributes => {
  const [verb = '', what = '', where = ''] = text.split(' ')
  const [qualified = '', subresource = ''] = what.split('/')
  const [resource = '', ...group] = qualified.split('.')
  const [namespace = '', name = ''] = where.split('/')
  const user = { name: 'system:node:n1', groups: ['system:nodes'], extra: {} }
  return { user, verb, isResource: true, path: '', group: group.join('.'), version: 'v1', resource, subresource, namespace, name, ...more }
}
const NO_RELATION = "no relationship found between node 'n1' and this object"
const ROWS: readonly [string, string, Partial<Attributes>?][] = [
  ['get secrets a/pull', 'allow'],
  ['get secrets a/env', 'allow'],
  ['watch secrets a/mounted', 'allow'],
  ['get secrets a/projected', 'allow'],
  ['get secrets a/publish', 'allow'],
  ['get secrets s/stage', 'allow'],
  ['get secrets a/of-n2', NO_RELATION],
  ['get secrets a/mirrored', NO_RELATION],
  ['get secrets b/pull', NO_RELATION],
  ['list secrets a/', 'No Object name found'],
  ['list secrets', 'can only read namespaced object of this type'],
  ['create secrets a/pull', 'can only read resources of this type'],
  ['get configmaps a/env', 'allow'],
  ['get configmaps a/configuration', 'allow'],
  ['get configmaps b/configuration', NO_RELATION],
  ['get configmaps a/projected', 'allow'],
  ['get configmaps a/mounted', NO_RELATION],
  ['get persistentvolumeclaims a/data', 'allow'],
  ['get persistentvolumeclaims a/web-v4', 'allow'],
  ['patch persistentvolumeclaims/status a/data', 'allow'],
  ['list persistentvolumeclaims a/', 'can only get individual resources of this type'],
  ['get persistentvolumes /pv', 'allow'],
  ['get persistentvolumes /free', NO_RELATION],
  ['get resourceclaims.resource.k8s.io a/gpu', 'allow'],
  ['create serviceaccounts/token a/web-account', 'allow'],
  ['create serviceaccounts/token a/other-account', NO_RELATION],
  ['create serviceaccounts a/web-account', 'can only create token subresource of serviceaccount'],
  ['update leases.coordination.k8s.io kube-node-lease/n1', 'allow'],
  ['update leases.coordination.k8s.io kube-node-lease/n2', 'can only access node lease with the same name as the requesting node'],
  ['create leases.coordination.k8s.io kube-node-lease/', 'allow'],
  ['get leases.coordination.k8s.io a/n1', 'can only access leases in the "kube-node-lease" system namespace'],
  ['get csinodes.storage.k8s.io /n2', 'can only access CSINode with the same name as the requesting node'],
  ['get nodes /n1', 'allow'],
  ['get nodes /n2', "node 'n1' cannot read 'n2', only its own Node object"],
  ['list nodes', "node 'n1' cannot read all nodes, only its own Node object"],
  ['patch nodes/status /n1', 'allow'],
  ['delete nodes /n1', ''],
  ['list pods', 'can only list/watch pods with spec.nodeName field selector'],
  ['list pods', 'allow', { fieldSelector: 'status.phase!=Failed,spec.nodeName=n1' }],
  ['list pods', 'can only list/watch pods with spec.nodeName field selector', { fieldSelector: 'spec.nodeName=n2' }],
  ['get pods a/web', 'allow'],
  ['get pods a/other', NO_RELATION],
  ['create pods/eviction a/web', 'allow'],
  ['get pods/log a/web', ''],
  ['list services', 'allow'],
  ['create services a/x', ''],
  ['get secrets a/pull', 'unknown node for user "system:node:"', { user: { name: 'system:node:', groups: ['system:nodes'], extra: {} } }],
  ['get secrets a/pull', '', { user: { name: 'system:node:n1', groups: [], extra: {} } }],
]
for (const [text, expected, more] of ROWS)
  test(`node n1: ${text} ${more ? JSON.stringify(more) : ''} → ${expected}`, async () => {
    const { decision, reason } = await authorizer.authorize(ask(text, more))
    assert.equal(decision === 'allow' ? 'allow' : reason, expected)
  })
