/** The list of all controllers. */
import type { Credential } from '#base/x509.ts'
import { type Runner, runnerOf } from '#client/controller.ts'
import type { ControllerSelection } from '#client/controller-selection.ts'
import { deciding } from '#client/deciding.ts'
import { clusterRoleAggregationController } from './clusterrole-aggregation/controller.ts'
import { disruptionController } from './disruption/controller.ts'
import { staleDisruptionController } from './disruption/stale.ts'
import { nodeHealthController } from './node-health/controller.ts'
import { podGarbageController } from './pod-garbage/controller.ts'
import { taintEvictionController } from './taint-eviction/controller.ts'
import { type AccountTokenOptions, accountTokensController } from './account-tokens/controller.ts'
import { bootstrapTokenCleaner } from './bootstrap-tokens/cleaner.ts'
import { bootstrapSigner } from './bootstrap-tokens/signer.ts'
import { certificateCleaner } from './certificate-requests/cleaner.ts'
import { certificateApprover, certificateSigner } from './certificate-requests/controller.ts'
import { cronJobController } from './cronjob/controller.ts'
import { daemonSetController } from './daemonset/controller.ts'
import { deploymentController } from './deployment/controller.ts'
import { endpointSliceController } from './endpoint-slice/controller.ts'
import { endpointSliceMirroringController } from './endpoint-slice-mirroring/controller.ts'
import { endpointsController } from './endpoints/controller.ts'
import { garbageCollector } from './garbage-collector/controller.ts'
import { autoscalerController } from './horizontal-pod-autoscaler/controller.ts'
import { jobController } from './job/controller.ts'
import { jobOrphansController } from './job/orphans.ts'
import { jobTtlController } from './job-ttl/controller.ts'
import { namespaceController } from './namespace/controller.ts'
import { nodeIpamController } from './node-ipam/controller.ts'
import { nodeTaintsController } from './node-taints/controller.ts'
import { replicaSetController } from './replicaset/controller.ts'
import { replicationControllerController } from './replicationcontroller/controller.ts'
import { deviceTaintEvictionController } from './device-taint-eviction/controller.ts'
import { resourceClaimControllers } from './resource-claim/controller.ts'
import { resourceQuotaController } from './resource-quota/controller.ts'
import { rootCaController } from './root-ca/controller.ts'
import { serviceAccountController } from './service-account/controller.ts'
import { serviceCidrController } from './service-cidr/controller.ts'
import { serviceLoadBalancerController } from './service-load-balancer/controller.ts'
import { claimProtectionController, volumeProtectionController } from './storage-protection/controller.ts'
import { statefulSetController } from './statefulset/controller.ts'

export interface ControllerOptions {
  /** The authority's certificate, PEM. */
  readonly authority: string
  /** The authority's private key, PEM; without it nothing is signed. */
  readonly authorityKey?: string
  /** Signs lasting tokens of service accounts; without it there are none. */
  readonly accountToken?: AccountTokenOptions['sign']
  /** The ranges of pods' addresses (CIDR), one per family, of which nodes get their shares; without them they get none. */
  readonly podRanges?: readonly string[]
  /** Which of them run; default: all. */
  readonly selection?: ControllerSelection
}

export const controllers = ({ selection = () => true, ...options }: ControllerOptions): readonly Runner[] =>
  all(options).filter(({ name }) => selection(name))

const all = ({ authority, authorityKey, accountToken, podRanges }: Omit<ControllerOptions, 'selection'>): readonly Runner[] => [
  ...[
    namespaceController,
    serviceAccountController,
    rootCaController(authority),
    resourceQuotaController,
    claimProtectionController,
    volumeProtectionController,
  ].map(runnerOf),
  nodeTaintsController,
  garbageCollector,
  deciding(endpointsController),
  deciding(endpointSliceController),
  deciding(endpointSliceMirroringController),
  deciding(serviceCidrController),
  deciding(serviceLoadBalancerController),
  ...(podRanges ? [deciding(nodeIpamController(podRanges))] : []),
  deciding(replicaSetController),
  deciding(deploymentController),
  deciding(jobController),
  runnerOf(jobOrphansController),
  deciding(jobTtlController),
  deciding(cronJobController),
  deciding(daemonSetController()),
  deciding(statefulSetController),
  nodeHealthController,
  taintEvictionController,
  podGarbageController,
  ...resourceClaimControllers,
  deciding(deviceTaintEvictionController),
  deciding(disruptionController),
  staleDisruptionController,
  autoscalerController,
  deciding(clusterRoleAggregationController),
  runnerOf(certificateApprover),
  ...(authorityKey ? [runnerOf(certificateSigner({ certificate: authority, key: authorityKey } satisfies Credential))] : []),
  deciding(certificateCleaner),
  deciding(bootstrapTokenCleaner),
  deciding(bootstrapSigner),
  ...(accountToken ? [runnerOf(accountTokensController({ authority, sign: accountToken }))] : []),
  deciding(replicationControllerController),
]
