/** What a pod still needs so that each entry of its resourceClaims has a claim. Pure. Upstream: resourceclaim, syncPod. */
import type { PodResourceClaim } from '#kinds/core/pod-spec.ts'
import type { PodResourceClaimStatus } from '#kinds/core/pod-status.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { claimNameOf, isDone, isReservedFor, notFor, POD_CLAIM_NAME } from '#kinds/resource/pod-claims.ts'
import type { ResourceClaimTemplate } from '#kinds/resource/resource-claim-template.ts'
import type { ResourceClaim } from '#kinds/resource/resource-claim.ts'
import { isEqual } from '#schema/json-value.ts'

export interface PodSight {
  readonly pod: Pod
  readonly claim: (name: string) => ResourceClaim | undefined
  /** The claims whose controller the pod is. */
  readonly own: readonly ResourceClaim[]
  readonly template: (name: string) => ResourceClaimTemplate | undefined
}
export interface PodPlan {
  /** The claims to be made; then it is looked again. */
  readonly create: readonly Partial<ResourceClaim>[]
  /** What keeps one from being made. */
  readonly trouble?: string | undefined
  /** As the pod's status is to have them; absent when it has. */
  readonly statuses?: readonly PodResourceClaimStatus[]
  /** Those of a pod that got its node without the scheduler. */
  readonly reserve: readonly ResourceClaim[]
}
const NOTHING: PodPlan = { create: [], reserve: [] }

export function planForPod(sight: PodSight): PodPlan {
  const { pod } = sight
  // One that has ended would take back what is being taken from it.
  if (pod.metadata.deletionTimestamp || isDone(pod)) return NOTHING
  const create: Partial<ResourceClaim>[] = []
  const statuses: PodResourceClaimStatus[] = []
  for (const entry of pod.spec.resourceClaims ?? []) {
    const found = entry.resourceClaimTemplateName === undefined ? undefined : madeFor(sight, entry, entry.resourceClaimTemplateName)
    if (!found) continue
    if ('trouble' in found) return { ...NOTHING, create, trouble: `PodResourceClaim ${entry.name}: ${found.trouble}` }
    if ('make' in found) create.push(found.make)
    else statuses.push(found.status)
  }
  if (create.length) return { ...NOTHING, create }
  const isTold = isEqual(statuses, pod.status.resourceClaimStatuses ?? [])
  return { create, reserve: isTold && pod.spec.nodeName ? unreserved(sight) : [], ...(!isTold && { statuses }) }
}

type Found = { readonly status: PodResourceClaimStatus } | { readonly make: Partial<ResourceClaim> } | { readonly trouble: string }
function madeFor({ pod, claim: find, own, template }: PodSight, entry: PodResourceClaim, templateName: string): Found {
  const { name, problem } = claimNameOf(pod, entry)
  // It was found before that no claim is needed.
  if (name === undefined && problem === undefined) return { status: { name: entry.name } }
  const known = name === undefined ? undefined : find(name)
  if (known && !notFor(pod, known)) return { status: { name: entry.name, resourceClaimName: name } }
  // It may have been made before, without the pod's status having been told.
  const orphan = own.find(({ metadata }) => metadata.annotations?.[POD_CLAIM_NAME] === entry.name)
  if (orphan) return { status: { name: entry.name, resourceClaimName: orphan.metadata.name } }
  const from = template(templateName)
  const missing = `resourceclaimtemplate.resource.k8s.io "${templateName}" not found`
  return from ? { make: claimFrom(from, pod, entry.name) } : { trouble: `resource claim template "${templateName}": ${missing}` }
}
function claimFrom({ spec: { metadata, spec } }: ResourceClaimTemplate, pod: Pod, entry: string): Partial<ResourceClaim> {
  const { namespace, name = '', uid = '' } = pod.metadata
  return {
    metadata: {
      namespace,
      generateName: generatedNameOf(name, entry),
      annotations: { ...metadata.annotations, [POD_CLAIM_NAME]: entry },
      ...(metadata.labels && { labels: metadata.labels }),
      ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name, uid, controller: true }],
    },
    spec,
  }
}
/** Leaves room for the random end of a name of 63 characters. */
const BASE_MAX = 57
/** What is too long is cut from both names, in proportion, so that neither is lost. */
export function generatedNameOf(pod: string, entry: string): string {
  const whole = `${pod}-${entry}-`
  if (whole.length <= BASE_MAX) return whole
  const shortened = (name: string) => name.slice(0, Math.floor((name.length * BASE_MAX) / whole.length))
  return `${shortened(pod)}-${shortened(entry)}`
}

const unreserved = ({ pod, claim: find }: PodSight): readonly ResourceClaim[] =>
  (pod.spec.resourceClaims ?? []).flatMap(entry => {
    const { name, isGenerated } = claimNameOf(pod, entry)
    const claim = name === undefined ? undefined : find(name)
    if (!claim?.status.allocation || isReservedFor(pod, claim) || (isGenerated && notFor(pod, claim))) return []
    return claim
  })
