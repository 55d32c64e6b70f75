/** Who may have devices to supervise them, and who may say what of a claim's devices. Upstream: pkg/registry/resource, utils.go; KEP-5018, KEP-4817. */
import { Namespace } from '#kinds/core/namespace.ts'
import { Refusal, refuse } from '#kinds/meta/refusal.ts'
import type { AllocatedDeviceStatus, ResourceClaimStatus } from '#kinds/resource/resource-claim.ts'
import { isEqual } from '#schema/json-value.ts'
import { pathAt } from '#schema/path.ts'
import type { Path } from '#schema/vocabulary.ts'
import type { AuthorizerOf } from '../authorize/authorizer.ts'
import type { Admission, AdmissionPlugin } from './admission.ts'
import { is } from './denied.ts'

const GROUP = 'resource.k8s.io'
const CLAIMS = `resourceclaims.${GROUP}`
const TEMPLATES = `resourceclaimtemplates.${GROUP}`
const LABEL = 'resource.kubernetes.io/admin-access'
const UNLABELLED = `admin access to devices requires the \`${LABEL}: true\` label on the containing namespace`
/** Where a token was issued for a pod, the node of that pod. */
const NODE_OF_TOKEN = 'authentication.kubernetes.io/node-name'

interface Supervising {
  readonly adminAccess?: boolean
  readonly exactly?: { readonly adminAccess?: boolean }
}
/** Devices that others use are seen only from namespaces that an administrator has marked. */
export const deviceAdminAccess: AdmissionPlugin = {
  name: 'DeviceAdminAccess',
  concerns: admission =>
    (admission.operation === 'CREATE' && (is(admission, CLAIMS) || is(admission, TEMPLATES))) ||
    (admission.operation === 'UPDATE' && is(admission, CLAIMS, 'status')),
  async validate(admission) {
    const { draft, before, target } = admission
    const isStatus = target.subresource === 'status'
    const wanted = (object: Admission['draft']): readonly Supervising[] =>
      isStatus ? (object?.status?.allocation?.devices?.results ?? []) : ((object?.spec?.spec ?? object?.spec)?.devices?.requests ?? [])
    const supervises = ({ exactly, adminAccess }: Supervising) => exactly?.adminAccess ?? adminAccess ?? false
    const at = wanted(draft).findIndex(supervises)
    if (at < 0 || (isStatus && wanted(before).some(supervises))) return
    const namespace = await admission.objects.get(Namespace, { name: target.namespace })
    if (namespace?.metadata.labels?.[LABEL] === 'true') return
    const path = pathAt()
    const steps = isStatus ? ['status', 'allocation', 'devices', 'results'] : ['spec', 'devices', 'requests']
    const list = steps.reduce<Path>((parent, key) => parent.key(key), path)
    list.index(at).key('adminAccess').forbidden(UNLABELLED)
    throw invalid(admission, path.problems)
  },
}

/** To choose devices takes a right of its own, and so does word of a driver's devices; a driver on the node of the claim needs less. */
export const claimStatusRights = (authorizerOf: AuthorizerOf): AdmissionPlugin => ({
  name: 'ResourceClaimStatusAuthorization',
  concerns: admission => admission.operation === 'UPDATE' && is(admission, CLAIMS, 'status'),
  async validate(admission) {
    const [next, before] = [admission.draft.status ?? {}, admission.before.status ?? {}] as readonly [
      ResourceClaimStatus,
      ResourceClaimStatus,
    ]
    const { verb } = admission.target
    const at = pathAt()
    const status = at.key('status')
    if (!isEqual(next.allocation, before.allocation) || !isEqual(next.reservedFor ?? [], before.reservedFor ?? [])) {
      const refusal = await refused(admission, authorizerOf, { verb, subresource: 'binding', namespace: '', name: '' })
      const needed = `requires resource="resourceclaims/binding", verb="${verb}" permission`
      if (refusal) status.forbidden(`changing status.allocation or status.reservedFor ${needed}: ${refusal}`)
    }
    const verbs = [...(isOnNodeOf(admission, next) ? [`associated-node:${verb}`] : []), `arbitrary-node:${verb}`]
    for (const name of changedDrivers(next.devices ?? [], before.devices ?? [])) {
      const asked = verbs.map(each => ({ verb: each, subresource: 'driver', namespace: admission.target.namespace, name }))
      const refusals = await Promise.all(asked.map(each => refused(admission, authorizerOf, each)))
      if (refusals.every(Boolean))
        status.forbidden(
          `changing status.devices requires resource="resourceclaims/driver", verb="[${verbs.join(' ')}]" permission: ${refusals[0]}`,
        )
    }
    if (at.problems.length) throw invalid(admission, at.problems)
  },
})

type Problems = Parameters<typeof refuse.invalid>[2]
function invalid({ target, draft, before, kind }: Admission, problems: Problems): Refusal {
  const name = target.name || draft?.metadata?.name || before?.metadata?.name || ''
  return refuse.invalid({ group: target.group, resource: target.resource, kind: kind.name }, name, problems)
}

interface Right {
  readonly verb: string
  readonly subresource: string
  readonly namespace: string
  readonly name: string
}
/** Why the user has not got the right; nothing when they have. */
async function refused({ user, objects }: Admission, authorizerOf: AuthorizerOf, right: Right): Promise<string | undefined> {
  const attributes = { user, isResource: true, path: '', group: GROUP, version: 'v1', resource: 'resourceclaims', ...right }
  const { decision, reason } = await authorizerOf(objects).authorize(attributes)
  if (decision === 'allow') return undefined
  const { verb, subresource, namespace, name } = right
  const where = namespace ? ` in the namespace "${namespace}"` : ' at the cluster scope'
  const who = `${name ? `"${name}" ` : ''}is forbidden: User "${user.name}" cannot ${verb} resource "resourceclaims/${subresource}"`
  return `resourceclaims.${GROUP} ${who} in API group "${GROUP}"${where}${reason ? `: ${reason}` : ''}`
}

const keyOf = ({ driver, pool, device, shareID = '' }: AllocatedDeviceStatus) => `${driver}/${pool}/${device}/${shareID}`
/** The drivers of whose devices something else is said now. */
function changedDrivers(next: readonly AllocatedDeviceStatus[], before: readonly AllocatedDeviceStatus[]): readonly string[] {
  const known = new Map(before.map(device => [keyOf(device), device]))
  const there = new Set(next.map(keyOf))
  const changed = [
    ...next.filter(device => !isEqual(device, known.get(keyOf(device)))),
    ...before.filter(device => !there.has(keyOf(device))),
  ]
  return [...new Set(changed.map(({ driver }) => driver))].toSorted()
}
function isOnNodeOf({ user }: Admission, { allocation }: ResourceClaimStatus): boolean {
  const [term, ...more] = allocation?.nodeSelector?.nodeSelectorTerms ?? []
  const [field, ...others] = term?.matchFields ?? []
  if (!field || more.length || others.length || term?.matchExpressions?.length) return false
  const nodes = user.extra[NODE_OF_TOKEN] ?? []
  const isOne = field.key === 'metadata.name' && field.operator === 'In' && field.values?.length === 1
  return user.name.startsWith('system:serviceaccount:') && nodes.length === 1 && isOne && field.values?.[0] === nodes[0]
}
