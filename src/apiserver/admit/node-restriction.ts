/** NodeRestriction: a kubelet writes its own node, its lease, its pods' status and tokens for its pods, and nothing else. */
import { MalformedDer } from '#base/der.ts'
import { readRequest } from '#base/x509-request.ts'
import type { CertificateSigningRequest } from '#kinds/certificates/certificate-signing-request.ts'
import type { PersistentVolumeClaim } from '#kinds/core/persistent-volume-claim.ts'
import { Pod } from '#kinds/core/pod.ts'
import { refuse } from '#kinds/meta/refusal.ts'
import { isEqual } from '#schema/json-value.ts'
import type { AuthorizerOf } from '../authorize/authorizer.ts'
import { nodeOf } from '../authorize/node.ts'
import type { Admission, AdmissionPlugin } from './admission.ts'
import { denied } from './denied.ts'
import { onNode } from './node-labels.ts'
import { onNewMirrorPod } from './node-mirror-pods.ts'
import { onToken } from './node-tokens.ts'

const LEASES = 'kube-node-lease'

export const nodeRestriction = (authorizerOf: AuthorizerOf): AdmissionPlugin => ({
  name: 'NodeRestriction',
  concerns: ({ user, operation }) => nodeOf(user) !== undefined && operation !== 'CONNECT',
  async validate(admission) {
    const node = nodeOf(admission.user)
    if (!node) throw denied(admission, `could not determine node from user ${JSON.stringify(admission.user.name)}`)
    const { group, resource, subresource } = admission.target
    switch (group ? `${resource}.${group}` : resource) {
      case 'pods':
        return onPod(admission, node)
      case 'nodes':
        return onNode(admission, node)
      case 'persistentvolumeclaims':
        return onClaim(admission, node)
      case 'serviceaccounts':
        return subresource === 'token' && admission.operation === 'CREATE'
          ? onToken(admission, node, authorizerOf(admission.objects))
          : undefined
      case 'leases.coordination.k8s.io':
        if (admission.target.namespace !== LEASES) throw denied(admission, `can only access leases in the "${LEASES}" system namespace`)
        return ownNameOnly(admission, node, 'can only access node lease with the same name as the requesting node')
      case 'csinodes.storage.k8s.io':
        return ownNameOnly(admission, node, 'can only access CSINode with the same name as the requesting node')
      case 'resourceslices.resource.k8s.io':
        return onSlice(admission, node)
      case 'certificatesigningrequests.certificates.k8s.io':
        return subresource === '' && admission.operation === 'CREATE' ? onRequest(admission) : undefined
      default:
        return undefined
    }
  },
})

async function onPod(admission: Admission, node: string): Promise<void> {
  const { operation, target } = admission
  switch (target.subresource) {
    case '':
      if (operation === 'CREATE') return onNewMirrorPod(admission, node)
      if (operation !== 'DELETE')
        throw denied(admission, `unexpected operation "${operation}", node "${node}" can only create and delete mirror pods`)
      if ((admission.before as Pod).spec.nodeName !== node)
        throw denied(admission, `node "${node}" can only delete pods with spec.nodeName set to itself`)
      return
    case 'status': {
      const [before, next] = [admission.before as Pod, admission.draft as Pod]
      if (operation !== 'UPDATE') throw denied(admission, `unexpected operation "${operation}"`)
      if (before.spec.nodeName !== node)
        throw denied(admission, `node "${node}" can only update pod status for pods with spec.nodeName set to itself`)
      if (!isEqual(before.metadata.labels ?? {}, next.metadata.labels ?? {}))
        throw denied(admission, `node "${node}" cannot update labels through pod status`)
      if (!isEqual(before.status.resourceClaimStatuses ?? [], next.status.resourceClaimStatuses ?? []))
        throw denied(admission, `node "${node}" cannot update resource claim statues`)
      return
    }
    case 'eviction': {
      if (operation !== 'CREATE') throw denied(admission, `unexpected operation ${operation}`)
      const pod = await admission.objects.get(Pod, { namespace: target.namespace, name: target.name })
      if (!pod) throw refuse.notFound({ group: '', resource: 'pods' }, target.name)
      if (pod.spec.nodeName !== node) throw denied(admission, `node ${node} can only evict pods with spec.nodeName set to itself`)
      return
    }
    default:
      throw denied(admission, `unexpected pod subresource "${target.subresource}", only 'status' and 'eviction' are allowed`)
  }
}

/** What a node may write of a claim's status: how far a volume has grown. */
const CLAIM_FIELDS = ['capacity', 'conditions', 'allocatedResourceStatuses', 'allocatedResources'] as const
function onClaim(admission: Admission, node: string): void {
  if (admission.target.subresource !== 'status') throw denied(admission, 'may only update PVC status')
  if (admission.operation !== 'UPDATE') throw denied(admission, `unexpected operation "${admission.operation}"`)
  const rest = ({ metadata, status, ...others }: PersistentVolumeClaim) => ({
    ...others,
    metadata: { ...metadata, resourceVersion: '', managedFields: [] },
    status: Object.fromEntries(Object.entries(status).filter(([name]) => !CLAIM_FIELDS.some(allowed => allowed === name))),
  })
  if (!isEqual(rest(admission.before as PersistentVolumeClaim), rest(admission.draft as PersistentVolumeClaim)))
    throw denied(admission, `node "${node}" is not allowed to update fields other than status.capacity and status.conditions`)
}
function ownNameOnly(admission: Admission, node: string, message: string): void {
  const name = admission.operation === 'CREATE' ? admission.draft?.metadata?.name : admission.target.name
  if (name !== node) throw denied(admission, message)
}
function onSlice(admission: Admission, node: string): void {
  const { operation, draft, before } = admission
  if (operation === 'CREATE' && draft.spec?.nodeName !== node)
    throw denied(admission, 'can only create ResourceSlice with the same NodeName as the requesting node')
  if (operation === 'DELETE' && before.spec?.nodeName !== node)
    throw denied(admission, 'can only delete ResourceSlice with the same NodeName as the requesting node')
}

const KUBELET_SIGNERS = new Set(['kubernetes.io/kubelet-serving', 'kubernetes.io/kube-apiserver-client-kubelet'])
function onRequest(admission: Admission): void {
  const { spec } = admission.draft as CertificateSigningRequest
  if (!KUBELET_SIGNERS.has(spec.signerName)) return
  const { name } = admission.user
  if (commonNameOf(admission, spec.request) !== name) throw denied(admission, `can only create a node CSR with CN=${name}`)
}
function commonNameOf(admission: Admission, request: string): string {
  try {
    return readRequest(Buffer.from(request, 'base64').toString()).subject.commonName
  } catch (error) {
    if (error instanceof MalformedDer) throw denied(admission, `unable to parse csr: ${error.message}`)
    throw error
  }
}
