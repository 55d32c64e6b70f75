/** Mirror pods: how a kubelet shows pods that it runs from files. They belong to its node and name no other object. */
import { Node } from '#kinds/core/node.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { refuse } from '#kinds/meta/refusal.ts'
import { configMapNames, secretNames } from '../pod-references.ts'
import type { Admission } from './admission.ts'
import { denied } from './denied.ts'

const MIRROR = 'kubernetes.io/config.mirror'

export async function onNewMirrorPod(admission: Admission, node: string): Promise<void> {
  const pod = admission.draft as Pod
  const no = (message: string) => denied(admission, message)
  if (pod.metadata.annotations?.[MIRROR] === undefined)
    throw no(`pod does not have "${MIRROR}" annotation, node "${node}" can only create mirror pods`)
  if (pod.spec.nodeName !== node) throw no(`node "${node}" can only create pods with spec.nodeName set to itself`)
  await checkOwner(admission, pod, node)
  const reference = forbiddenReference(pod)
  if (reference) throw no(`node "${node}" can not create pods that reference ${reference}`)
}
function forbiddenReference(pod: Pod): string | undefined {
  const volumes = pod.spec.volumes ?? []
  if (pod.spec.serviceAccountName) return 'a service account'
  if (secretNames(pod).length) return 'secrets'
  if (configMapNames(pod).length) return 'configmaps'
  if (volumes.some(({ projected }) => projected?.sources?.some(({ clusterTrustBundle }) => clusterTrustBundle)))
    return 'clustertrustbundles'
  if (volumes.some(({ persistentVolumeClaim }) => persistentVolumeClaim)) return 'persistentvolumeclaims'
  return pod.spec.resourceClaims?.length ? 'resourceclaims' : undefined
}
async function checkOwner(admission: Admission, pod: Pod, node: string): Promise<void> {
  const no = (message: string) => denied(admission, `node "${node}" ${message}`)
  const [owner, ...others] = pod.metadata.ownerReferences ?? []
  if (others.length) throw no('can only create pods with a single owner reference set to itself')
  if (!owner || owner.apiVersion !== 'v1' || owner.kind !== 'Node' || owner.name !== node)
    throw no('can only create pods with an owner reference set to itself')
  if (!owner.controller) throw no('can only create pods with a controller owner reference set to itself')
  if (owner.blockOwnerDeletion) throw no('must not set blockOwnerDeletion on an owner reference')
  const found = await admission.objects.get(Node, { name: node })
  if (!found) throw refuse.notFound({ group: '', resource: 'nodes' }, node)
  if (owner.uid !== found.metadata.uid)
    throw denied(admission, `node ${node} UID mismatch: expected ${owner.uid} got ${found.metadata.uid}`)
}
