/** Admission plugins in the order in which they run: upstream's, of those that are on by default. */
import type { Random } from '#base/random.ts'
import type { AuthorizerOf } from '../authorize/authorizer.ts'
import type { AdmissionPlugin } from './admission.ts'
import { certificateApproval, certificateSigning, certificateSubjectRestriction, clusterTrustBundleAttest } from './certificates.ts'
import { persistentVolumeClaimResize } from './claim-resize.ts'
import { defaultIngressClass, defaultStorageClass } from './default-class.ts'
import { defaultTolerationSeconds } from './default-toleration-seconds.ts'
import { claimStatusRights, deviceAdminAccess } from './device-claims.ts'
import { limitRanger } from './limit-ranger.ts'
import { namespaceLifecycle } from './namespace-lifecycle.ts'
import { nodeDeclaredFeatureValidator } from './node-declared-features.ts'
import { nodeRestriction } from './node-restriction.ts'
import { podPreset, type Tell } from './pod-preset/plugin.ts'
import { podResizeValidator } from './pod-resize.ts'
import { podSecurity } from './pod-security/plugin.ts'
import { priority } from './priority.ts'
import { rbacEscalation } from './rbac-escalation.ts'
import { runtimeClass } from './runtime-class.ts'
import { serviceAccount } from './service-account.ts'
import { storageObjectInUseProtection } from './storage-protection.ts'
import { taintNodesByCondition } from './taint-nodes-by-condition.ts'

export interface AdmissionOptions {
  /** The authorizer that decides by the given objects: some plugins ask for rights beyond those of the request. */
  readonly authorizerOf: AuthorizerOf
  readonly random: Random
  /** Where plugins report what they could not do for an object that was stored all the same. */
  readonly tell?: Tell
}
/** Webhooks and policies after PodResizeValidator, ResourceQuota last of all. */
export const admissionPlugins = ({ authorizerOf, random, tell }: AdmissionOptions): readonly AdmissionPlugin[] => [
  namespaceLifecycle,
  podPreset(tell),
  limitRanger,
  serviceAccount(random),
  nodeRestriction(authorizerOf),
  taintNodesByCondition,
  podSecurity,
  priority,
  defaultTolerationSeconds,
  defaultStorageClass,
  storageObjectInUseProtection,
  persistentVolumeClaimResize,
  runtimeClass,
  certificateApproval(authorizerOf),
  certificateSigning(authorizerOf),
  clusterTrustBundleAttest(authorizerOf),
  certificateSubjectRestriction,
  defaultIngressClass,
  nodeDeclaredFeatureValidator,
  podResizeValidator,
  deviceAdminAccess,
  claimStatusRights(authorizerOf),
  rbacEscalation(authorizerOf),
]
