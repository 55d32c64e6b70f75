/** Tokens that a kubelet asks for: for pods of its own node, and for audiences that those pods name (KEP-4935). */
import type { TokenRequest } from '#kinds/authentication/token-request.ts'
import { PersistentVolume } from '#kinds/core/persistent-volume.ts'
import { PersistentVolumeClaim } from '#kinds/core/persistent-volume-claim.ts'
import { Pod } from '#kinds/core/pod.ts'
import { refuse } from '#kinds/meta/refusal.ts'
import { CSIDriver } from '#kinds/storage/csi-driver.ts'
import type { Authorizer } from '../authorize/authorizer.ts'
import { claimNames } from '../pod-references.ts'
import type { Admission } from './admission.ts'
import { denied } from './denied.ts'

export async function onToken(admission: Admission, node: string, authorizer: Authorizer): Promise<void> {
  const { spec } = admission.draft as TokenRequest
  const ref = spec.boundObjectRef
  if (ref?.apiVersion !== 'v1' || ref.kind !== 'Pod' || !ref.name) throw denied(admission, 'node requested token not bound to a pod')
  if (!ref.uid) throw denied(admission, 'node requested token with a pod binding without a uid')
  const pod = await admission.objects.get(Pod, { namespace: admission.target.namespace, name: ref.name })
  if (!pod) throw refuse.notFound({ group: '', resource: 'pods' }, ref.name)
  if (ref.uid !== pod.metadata.uid)
    throw denied(
      admission,
      `the UID in the bound object reference (${ref.uid}) does not match the UID in record. The object might have been deleted and then recreated`,
    )
  if (pod.spec.nodeName !== node) throw denied(admission, 'node requested token bound to a pod scheduled on a different node')
  await checkAudience(admission, { pod, audiences: spec.audiences ?? [], authorizer })
}

interface Asked {
  readonly pod: Pod
  readonly audiences: readonly string[]
  readonly authorizer: Authorizer
}
async function checkAudience(admission: Admission, { pod, audiences, authorizer }: Asked): Promise<void> {
  if (audiences.length > 1) throw denied(admission, 'node may only request 0 or 1 audiences')
  const [audience] = audiences
  if (!audience || (await audiencesOf(admission, pod)).includes(audience)) return
  const { namespace, name } = admission.target
  const { decision } = await authorizer.authorize({
    user: admission.user,
    verb: 'request-serviceaccounts-token-audience',
    isResource: true,
    path: '',
    group: '',
    version: '*',
    resource: audience,
    subresource: '',
    namespace,
    name,
  })
  if (decision === 'allow') return
  throw denied(
    admission,
    `audience "${audience}" not found in pod spec volume, ${admission.user.name} is not authorized to request tokens for this audience`,
  )
}
/** For whom a pod's volumes want tokens, by themselves or through their storage drivers. */
async function audiencesOf({ objects }: Admission, pod: Pod): Promise<readonly string[]> {
  const volumes = pod.spec.volumes ?? []
  const own = volumes.flatMap(({ projected }) => (projected?.sources ?? []).flatMap(source => source.serviceAccountToken?.audience ?? []))
  const drivers = new Set(volumes.flatMap(({ csi }) => csi?.driver ?? []))
  for (const name of claimNames(pod)) {
    const claim = await objects.get(PersistentVolumeClaim, { namespace: pod.metadata.namespace ?? '', name })
    const volume = claim?.spec.volumeName ? await objects.get(PersistentVolume, { name: claim.spec.volumeName }) : undefined
    if (volume?.spec.csi) drivers.add(volume.spec.csi.driver)
  }
  const found = await Promise.all([...drivers].map(name => objects.get(CSIDriver, { name })))
  return [...own, ...found.flatMap(driver => (driver?.spec.tokenRequests ?? []).map(({ audience }) => audience))]
}
