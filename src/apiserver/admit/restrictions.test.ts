/** What nodes may not write, who may speak for signers, and who may give rights away. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequest } from '#base/x509-request.ts'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { ClusterRole } from '#kinds/rbac/cluster-role.ts'
import { type Asked, admit } from '#test/support/admission.ts'
import { fixedObjects } from '#test/support/fixed-objects.ts'
import type { Authorizer } from '../authorize/authorizer.ts'
import type { AdmissionPlugin } from './admission.ts'
import { certificateApproval, certificateSigning, certificateSubjectRestriction, clusterTrustBundleAttest } from './certificates.ts'
import { nodeRestriction } from './node-restriction.ts'
import { rbacEscalation } from './rbac-escalation.ts'

const authorizer = {
  authorize: async ({ verb, resource, name }: Parameters<Authorizer['authorize']>[0]) => ({
    decision: [
      `sign signers example.com/*`,
      'approve signers example.com/one',
      'attest signers example.com/one',
      'request-serviceaccounts-token-audience special app',
    ].includes(`${verb} ${resource} ${name}`)
      ? 'allow'
      : 'abstain',
    reason: '',
  }),
} as Authorizer
const authorizerOf = () => authorizer
const n1 = { name: 'system:node:n1', groups: ['system:nodes', 'system:authenticated'], extra: {} }

const meta = (name: string, more: object = {}) => ({ name, namespace: 'a', ...more })
const pod = (name: string, spec: object, more: object = {}) => ({
  metadata: meta(name, more),
  spec: { containers: [], ...spec },
  status: {},
})
const own = pod(
  'own',
  { nodeName: 'n1', volumes: [{ name: 'v', projected: { sources: [{ serviceAccountToken: { audience: 'vault' } }] } }] },
  { uid: 'u1' },
)
const other = pod('other', { nodeName: 'n2' }, { uid: 'u2' })
const objects = fixedObjects([Pod, own, other], [Node, { metadata: { name: 'n1', uid: 'nu1' } as never }])
const owner = { apiVersion: 'v1', kind: 'Node', name: 'n1', uid: 'nu1', controller: true }
const mirror = (spec: object = {}, owners: readonly object[] = [owner]) =>
  pod('m', { nodeName: 'n1', ...spec }, { annotations: { 'kubernetes.io/config.mirror': 'x' }, ownerReferences: owners })
const node = (more: object = {}, spec: object = {}) => ({ metadata: { name: 'n1', ...more }, spec })
const token = (spec: object) => ({
  metadata: {},
  spec: { audiences: [], boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'own', uid: 'u1' }, ...spec },
})
const csr = (commonName: string, signerName: string, organizations: readonly string[] = []) => ({
  metadata: { name: 'r' },
  spec: { signerName, request: Buffer.from(createRequest({ subject: { commonName, organizations } }).request).toString('base64') },
  status: {},
})
const claim = (status: object, more: object = {}) => ({ metadata: meta('c', more), spec: {}, status })

const CREATE = (on: string, draft: object, more: Partial<Asked> = {}): Asked => ({ on, draft, namespace: 'a', ...more })
const UPDATE = (on: string, before: object, draft: object): Asked => ({ on, operation: 'UPDATE', before, draft, namespace: 'a' })
const DELETE = (on: string, before: object): Asked => ({ on, operation: 'DELETE', before, namespace: 'a' })
const NODES: readonly [string, Asked, string][] = [
  ['a mirror pod of its own', CREATE('pods', mirror()), ''],
  [
    'a pod',
    CREATE('pods', pod('p', { nodeName: 'n1' })),
    'pods "p" is forbidden: pod does not have "kubernetes.io/config.mirror" annotation, node "n1" can only create mirror pods',
  ],
  [
    'a mirror pod elsewhere',
    CREATE('pods', mirror({ nodeName: 'n2' })),
    'pods "m" is forbidden: node "n1" can only create pods with spec.nodeName set to itself',
  ],
  [
    'a mirror pod of nobody',
    CREATE('pods', mirror({}, [])),
    'pods "m" is forbidden: node "n1" can only create pods with an owner reference set to itself',
  ],
  [
    'a mirror pod of a node of that name',
    CREATE('pods', mirror({}, [{ ...owner, uid: 'x' }])),
    'pods "m" is forbidden: node n1 UID mismatch: expected x got nu1',
  ],
  [
    'a mirror pod with a secret',
    CREATE('pods', mirror({ volumes: [{ name: 'v', secret: { secretName: 's' } }] })),
    'pods "m" is forbidden: node "n1" can not create pods that reference secrets',
  ],
  [
    'a mirror pod with an account',
    CREATE('pods', mirror({ serviceAccountName: 's' })),
    'pods "m" is forbidden: node "n1" can not create pods that reference a service account',
  ],
  ['deletion of its own pod', DELETE('pods', own), ''],
  [
    "deletion of another's pod",
    DELETE('pods', other),
    'pods "other" is forbidden: node "n1" can only delete pods with spec.nodeName set to itself',
  ],
  [
    'an update of a pod',
    UPDATE('pods', own, own),
    'pods "own" is forbidden: unexpected operation "UPDATE", node "n1" can only create and delete mirror pods',
  ],
  ['status of its own pod', UPDATE('pods/status', own, own), ''],
  [
    "status of another's pod",
    UPDATE('pods/status', other, other),
    'pods "other" is forbidden: node "n1" can only update pod status for pods with spec.nodeName set to itself',
  ],
  [
    'labels through status',
    UPDATE('pods/status', own, { ...own, metadata: { ...own.metadata, labels: { a: 'b' } } }),
    'pods "own" is forbidden: node "n1" cannot update labels through pod status',
  ],
  ['eviction of its own pod', CREATE('pods/eviction', { metadata: { name: 'own' } }), ''],
  [
    "eviction of another's pod",
    CREATE('pods/eviction', { metadata: { name: 'other' } }),
    'pods "other" is forbidden: node n1 can only evict pods with spec.nodeName set to itself',
  ],
  [
    'resizing',
    UPDATE('pods/resize', own, own),
    `pods "own" is forbidden: unexpected pod subresource "resize", only 'status' and 'eviction' are allowed`,
  ],
  ['itself', CREATE('nodes', node({ labels: { 'kubernetes.io/hostname': 'n1', 'node.kubernetes.io/x': 'y', mine: 'z' } })), ''],
  [
    'another node',
    CREATE('nodes', { metadata: { name: 'n2' }, spec: {} }),
    'nodes "n2" is forbidden: node "n1" is not allowed to modify node "n2"',
  ],
  [
    'labels that steer pods',
    CREATE('nodes', node({ labels: { 'node-restriction.kubernetes.io/x': 'y', 'foo.k8s.io/z': '' } })),
    'nodes "n1" is forbidden: node "n1" is not allowed to set the following labels: foo.k8s.io/z, node-restriction.kubernetes.io/x',
  ],
  [
    'a label taken away',
    UPDATE('nodes', node({ labels: { 'kubernetes.io/x': '' } }), node()),
    'nodes "n1" is forbidden: is not allowed to modify labels: kubernetes.io/x',
  ],
  [
    'a taint taken away',
    UPDATE('nodes', node({}, { taints: [{ key: 'x' }] }), node()),
    'nodes "n1" is forbidden: node "n1" is not allowed to modify taints',
  ],
  ['its own state', UPDATE('nodes/status', node(), node()), ''],
  ['its lease', CREATE('leases.coordination.k8s.io', { metadata: { name: 'n1' } }, { namespace: 'kube-node-lease' }), ''],
  [
    "another's lease",
    CREATE('leases.coordination.k8s.io', { metadata: { name: 'n2' } }, { namespace: 'kube-node-lease' }),
    'leases.coordination.k8s.io "n2" is forbidden: can only access node lease with the same name as the requesting node',
  ],
  [
    'a lease elsewhere',
    CREATE('leases.coordination.k8s.io', { metadata: { name: 'n1' } }),
    'leases.coordination.k8s.io "n1" is forbidden: can only access leases in the "kube-node-lease" system namespace',
  ],
  ['a token for its own pod', CREATE('serviceaccounts/token', token({}), { name: 'app' }), ''],
  ['a token for an audience of the pod', CREATE('serviceaccounts/token', token({ audiences: ['vault'] }), { name: 'app' }), ''],
  ['a token for an audience by right', CREATE('serviceaccounts/token', token({ audiences: ['special'] }), { name: 'app' }), ''],
  [
    'a token for another audience',
    CREATE('serviceaccounts/token', token({ audiences: ['x'] }), { name: 'app' }),
    'serviceaccounts "app" is forbidden: audience "x" not found in pod spec volume, system:node:n1 is not authorized to request tokens for this audience',
  ],
  [
    'a token for nothing',
    CREATE('serviceaccounts/token', token({ boundObjectRef: undefined }), { name: 'app' }),
    'serviceaccounts "app" is forbidden: node requested token not bound to a pod',
  ],
  [
    "a token for another's pod",
    CREATE('serviceaccounts/token', token({ boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'other', uid: 'u2' } }), {
      name: 'app',
    }),
    'serviceaccounts "app" is forbidden: node requested token bound to a pod scheduled on a different node',
  ],
  [
    'the growth of a claim',
    UPDATE('persistentvolumeclaims/status', claim({ phase: 'Bound' }), claim({ phase: 'Bound', capacity: { storage: '1Gi' } })),
    '',
  ],
  [
    'the phase of a claim',
    UPDATE('persistentvolumeclaims/status', claim({ phase: 'Bound' }), claim({ phase: 'Lost' })),
    'persistentvolumeclaims "c" is forbidden: node "n1" is not allowed to update fields other than status.capacity and status.conditions',
  ],
  [
    'a request for itself',
    CREATE('certificatesigningrequests.certificates.k8s.io', csr('system:node:n1', 'kubernetes.io/kubelet-serving')),
    '',
  ],
  [
    'a request for another',
    CREATE('certificatesigningrequests.certificates.k8s.io', csr('system:node:n2', 'kubernetes.io/kubelet-serving')),
    'certificatesigningrequests.certificates.k8s.io "r" is forbidden: can only create a node CSR with CN=system:node:n1',
  ],
  ['what is not narrowed', CREATE('events', { metadata: { name: 'e' } }), ''],
]
for (const [title, asked, message] of NODES)
  test(`NodeRestriction: ${title}`, async () =>
    assert.equal((await admit(nodeRestriction(authorizerOf), { user: n1, objects, ...asked })).message, message))
test('NodeRestriction leaves everyone else alone', async () =>
  assert.equal((await admit(nodeRestriction(authorizerOf), { ...UPDATE('pods', own, other), objects })).message, ''))

const REQUESTS = 'certificatesigningrequests.certificates.k8s.io'
const signed = (signerName: string, certificate: string) => ({ ...csr('x', signerName), status: { certificate } })
const bundle = (signerName: string) => ({ metadata: { name: 'b' }, spec: { signerName } })
const CERTIFICATES: readonly [string, AdmissionPlugin, Asked, string][] = [
  [
    'approval by right',
    certificateApproval(authorizerOf),
    UPDATE(`${REQUESTS}/approval`, csr('x', 'example.com/one'), csr('x', 'example.com/one')),
    '',
  ],
  [
    'approval without right',
    certificateApproval(authorizerOf),
    UPDATE(`${REQUESTS}/approval`, csr('x', 'example.com/two'), csr('x', 'example.com/two')),
    `${REQUESTS} "r" is forbidden: user not permitted to approve requests with signerName "example.com/two"`,
  ],
  [
    'signing by right for a domain',
    certificateSigning(authorizerOf),
    UPDATE(`${REQUESTS}/status`, csr('x', 'example.com/two'), signed('example.com/two', 'x')),
    '',
  ],
  [
    'signing without right',
    certificateSigning(authorizerOf),
    UPDATE(`${REQUESTS}/status`, csr('x', 'other.com/two'), signed('other.com/two', 'x')),
    `${REQUESTS} "r" is forbidden: user not permitted to sign requests with signerName "other.com/two"`,
  ],
  [
    'a status without a new certificate',
    certificateSigning(authorizerOf),
    UPDATE(`${REQUESTS}/status`, signed('other.com/two', 'x'), signed('other.com/two', 'x')),
    '',
  ],
  ['a client', certificateSubjectRestriction, CREATE(REQUESTS, csr('x', 'kubernetes.io/kube-apiserver-client', ['dev'])), ''],
  [
    'a client who would be a master',
    certificateSubjectRestriction,
    CREATE(REQUESTS, csr('x', 'kubernetes.io/kube-apiserver-client', ['system:masters'])),
    `${REQUESTS} "r" is forbidden: use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed`,
  ],
  ['a master of another signer', certificateSubjectRestriction, CREATE(REQUESTS, csr('x', 'example.com/one', ['system:masters'])), ''],
  [
    'attesting by right',
    clusterTrustBundleAttest(authorizerOf),
    CREATE('clustertrustbundles.certificates.k8s.io', bundle('example.com/one')),
    '',
  ],
  [
    'attesting without right',
    clusterTrustBundleAttest(authorizerOf),
    CREATE('clustertrustbundles.certificates.k8s.io', bundle('example.com/two')),
    'clustertrustbundles.certificates.k8s.io "b" is forbidden: user not permitted to attest for signerName "example.com/two"',
  ],
]
for (const [title, plugin, asked, message] of CERTIFICATES)
  test(`certificates: ${title}`, async () => assert.equal((await admit(plugin, asked)).message, message))

const RBAC = 'rbac.authorization.k8s.io'
const rules = [{ verbs: ['get'], apiGroups: [''], resources: ['secrets'] }]
const held = fixedObjects([ClusterRole, { metadata: { name: 'reader' }, rules } as never])
const NOT_HELD =
  'user "jane" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}'
const roleRef = { kind: 'ClusterRole', name: 'reader' }
const GRANTS: readonly [string, Asked, string][] = [
  ['a role beyond its author', CREATE(`roles.${RBAC}`, { metadata: { name: 'r' }, rules }), `roles.${RBAC} "r" is forbidden: ${NOT_HELD}`],
  ['a role without rules', CREATE(`roles.${RBAC}`, { metadata: { name: 'r' }, rules: [] }), ''],
  [
    'a binding beyond its author',
    CREATE(`rolebindings.${RBAC}`, { metadata: { name: 'b' }, roleRef }),
    `rolebindings.${RBAC} "b" is forbidden: ${NOT_HELD}`,
  ],
  [
    'an update that only takes an owner away',
    UPDATE(`roles.${RBAC}`, { metadata: { name: 'r', ownerReferences: [{}] }, rules }, { metadata: { name: 'r' }, rules }),
    '',
  ],
  [
    'an update of labels of a role beyond its author',
    UPDATE(`roles.${RBAC}`, { metadata: { name: 'r' }, rules }, { metadata: { name: 'r', labels: {} }, rules }),
    `roles.${RBAC} "r" is forbidden: ${NOT_HELD}`,
  ],
  ['deletion', DELETE(`roles.${RBAC}`, { metadata: { name: 'r' }, rules }), ''],
]
for (const [title, asked, message] of GRANTS)
  test(`giving rights: ${title}`, async () =>
    assert.equal((await admit(rbacEscalation(authorizerOf), { objects: held, ...asked })).message, message))
