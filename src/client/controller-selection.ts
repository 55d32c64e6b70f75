/** Which controllers run: their names, and lists of those that are switched on or off. Upstream: kube-controller-manager --controllers. */
import { guess } from '#schema/spelling.ts'

/** Upstream's names, each with the older one that still stands for it. Some of these controllers have nothing to do in Knarr. */
const ALIASES = {
  'bootstrap-signer-controller': 'bootstrapsigner',
  'certificatesigningrequest-approving-controller': 'csrapproving',
  'certificatesigningrequest-cleaner-controller': 'csrcleaner',
  'certificatesigningrequest-signing-controller': 'csrsigning',
  'cloud-node-lifecycle-controller': 'cloud-node-lifecycle',
  'clusterrole-aggregation-controller': 'clusterrole-aggregation',
  'cronjob-controller': 'cronjob',
  'daemonset-controller': 'daemonset',
  'deployment-controller': 'deployment',
  'device-taint-eviction-controller': undefined,
  'disruption-controller': 'disruption',
  'endpoints-controller': 'endpoint',
  'endpointslice-controller': 'endpointslice',
  'endpointslice-mirroring-controller': 'endpointslicemirroring',
  'ephemeral-volume-controller': 'ephemeral-volume',
  'garbage-collector-controller': 'garbagecollector',
  'horizontal-pod-autoscaler-controller': 'horizontalpodautoscaling',
  'job-controller': 'job',
  'kube-apiserver-serving-clustertrustbundle-publisher-controller': undefined,
  'legacy-serviceaccount-token-cleaner-controller': 'legacy-service-account-token-cleaner',
  'namespace-controller': 'namespace',
  'node-ipam-controller': 'nodeipam',
  'node-lifecycle-controller': 'nodelifecycle',
  'node-route-controller': 'route',
  'persistentvolume-attach-detach-controller': 'attachdetach',
  'persistentvolume-binder-controller': 'persistentvolume-binder',
  'persistentvolume-expander-controller': 'persistentvolume-expander',
  'persistentvolume-protection-controller': 'pv-protection',
  'persistentvolumeclaim-protection-controller': 'pvc-protection',
  'pod-garbage-collector-controller': 'podgc',
  'replicaset-controller': 'replicaset',
  'replicationcontroller-controller': 'replicationcontroller',
  'resourceclaim-controller': 'resource-claim-controller',
  'resourcequota-controller': 'resourcequota',
  'root-ca-certificate-publisher-controller': 'root-ca-cert-publisher',
  'selinux-warning-controller': 'selinux-warning',
  'service-cidr-controller': undefined,
  'service-lb-controller': 'service',
  'serviceaccount-controller': 'serviceaccount',
  'serviceaccount-token-controller': 'serviceaccount-token',
  'statefulset-controller': 'statefulset',
  'storage-version-migrator-controller': 'storage-version-migrator',
  'storageversion-garbage-collector-controller': 'storage-version-gc',
  'taint-eviction-controller': 'taint-eviction',
  'token-cleaner-controller': 'tokencleaner',
  'ttl-after-finished-controller': 'ttl-after-finished',
  'ttl-controller': 'ttl',
  'validatingadmissionpolicy-status-controller': 'validatingadmissionpolicy-status',
  'volumeattributesclass-protection-controller': undefined,
} as const satisfies Record<string, string | undefined>

export const controllerNames: readonly string[] = Object.keys(ALIASES)
const byAlias = new Map(Object.entries(ALIASES).flatMap(([name, alias]) => (alias === undefined ? [] : [[alias as string, name] as const])))

/** Says of a controller by its whole name whether it runs. */
export type ControllerSelection = (name: string) => boolean

/**
 * | item | says |
 * |---|---|
 * | `*` | all run of which the list says nothing else |
 * | `name` | it runs |
 * | `-name` | it does not |
 *
 * What comes first counts. Throws RangeError for names that are none.
 */
export function readControllerSelection(text: string): ControllerSelection {
  const items = text
    .split(',')
    .map(item => item.trim())
    .filter(Boolean)
  if (items.length === 0) throw new RangeError('the list of controllers must not be empty; "*" stands for all of them')
  const said = new Map<string, boolean>()
  for (const item of items) {
    if (item === '*') continue
    const isOff = item.startsWith('-')
    const name = wholeName(isOff ? item.slice(1) : item)
    if (!said.has(name)) said.set(name, !isOff)
  }
  const isOnElse = items.includes('*')
  return name => said.get(name) ?? isOnElse
}

function wholeName(given: string): string {
  const name = given in ALIASES ? given : byAlias.get(given)
  if (name) return name
  const meant = guess(given, [...controllerNames, ...byAlias.keys()])
  const cure = meant ? `did you mean "${meant}"?` : `they are: ${controllerNames.join(', ')}`
  throw new RangeError(`"${given}" is not in the list of known controllers; ${cure}`)
}
