/** Who may use an image that is on the node already. Pure. KEP-2535; upstream: pkg/kubelet/images/pullmanager. */
import { createHash } from 'node:crypto'
import type { Offer, PullCredentials } from './credentials.ts'
import { fullReference } from './reference.ts'

export interface SecretAccess {
  readonly uid: string
  readonly namespace: string
  readonly name: string
  readonly credentialHash: string
}
export interface AccountAccess {
  readonly uid: string
  readonly namespace: string
  readonly name: string
}
/** Those whose credentials the registry took; the pods of the whole node once it took none, or the node's own. */
export interface Access {
  readonly nodePodsAccessible?: true
  readonly kubernetesSecrets?: readonly SecretAccess[]
  readonly kubernetesServiceAccounts?: readonly AccountAccess[]
}
/** By the image's name, without tag and digest. */
export type Images = Readonly<Record<string, Access>>

/** Upstream: imagePullCredentialsVerificationPolicy, and its list of images that need no proof. */
export interface Verification {
  readonly policy: 'NeverVerify' | 'NeverVerifyPreloadedImages' | 'NeverVerifyAllowlistedImages' | 'AlwaysVerify'
  /** Names without tag and digest, or their beginnings, ending in `/*`. */
  readonly allowed: readonly string[]
}

/** `nginx:1.27` is `docker.io/library/nginx`. */
export const nameOf = (image: string): string =>
  fullReference(image)
    .replace(/@.*$/, '')
    .replace(/:[^/:]*$/, '')

/** `isOurs`: this node pulled the image, as against one that somebody has put there. */
export function wantsProof(
  { policy, allowed }: Verification,
  { image, isOurs }: { readonly image: string; readonly isOurs: boolean },
): boolean {
  switch (policy) {
    case 'NeverVerify':
      return false
    case 'NeverVerifyPreloadedImages':
      return isOurs
    case 'NeverVerifyAllowlistedImages':
      return (
        isOurs ||
        !allowed.some(entry => (entry.endsWith('/*') ? nameOf(image).startsWith(entry.slice(0, -1)) : nameOf(image) === nameOf(entry)))
      )
    case 'AlwaysVerify':
      return true
  }
}

/** Whether one of the offers is one that the registry took before. */
export function isAccessible(access: Access | undefined, offers: readonly Offer[]): boolean {
  if (!access) return false
  if (access.nodePodsAccessible) return true
  const isSame = (a: AccountAccess, b: AccountAccess) => a.uid === b.uid && a.namespace === b.namespace && a.name === b.name
  return offers.some(({ origin, credentials }) => {
    if (origin.kind === 'secret')
      return access.kubernetesSecrets?.some(known => known.credentialHash === hashOf(credentials) || isSame(known, origin)) ?? false
    return origin.kind === 'account' && (access.kubernetesServiceAccounts?.some(known => isSame(known, origin)) ?? false)
  })
}

/** What an offer that the registry took gives access to; no offer at all is everybody's. */
export function accessOf(offer: Offer | undefined): Access {
  const { origin, credentials } = offer ?? { origin: { kind: 'node' } as const, credentials: undefined }
  if (origin.kind === 'node' || !credentials) return { nodePodsAccessible: true }
  const { uid, namespace, name } = origin
  if (origin.kind === 'account') return { kubernetesServiceAccounts: [{ uid, namespace, name }] }
  return { kubernetesSecrets: [{ uid, namespace, name, credentialHash: hashOf(credentials) }] }
}

/** A secret whose content has changed counts with the new one. */
export function merged(before: Access | undefined, { nodePodsAccessible, ...more }: Access): Access {
  if (nodePodsAccessible || before?.nodePodsAccessible) return { nodePodsAccessible: true }
  const keyOf = ({ uid, namespace, name }: AccountAccess) => `${uid}\0${namespace}\0${name}`
  const join = <T extends AccountAccess>(...lists: readonly (readonly T[] | undefined)[]) => [
    ...new Map(lists.flatMap(list => list ?? []).map(one => [keyOf(one), one])).values(),
  ]
  const kubernetesSecrets = join(before?.kubernetesSecrets, more.kubernetesSecrets)
  const kubernetesServiceAccounts = join(before?.kubernetesServiceAccounts, more.kubernetesServiceAccounts)
  return { ...(kubernetesSecrets.length && { kubernetesSecrets }), ...(kubernetesServiceAccounts.length && { kubernetesServiceAccounts }) }
}

const hashOf = ({ username, password }: PullCredentials): string =>
  createHash('sha256')
    .update(JSON.stringify([username, password]))
    .digest('hex')
