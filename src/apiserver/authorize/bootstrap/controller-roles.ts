/** One role per controller, named after it (upstream: bootstrappolicy/controller_policy.go). */
import type { PolicyRule } from '../rules.ts'
import { type BootstrapRole, events, named, READ, role, rule } from './words.ts'

const APPS = 'apps extensions'
const CSR = 'certificates.k8s.io'
const NETWORKING = 'networking.k8s.io'
const RESOURCE = 'resource.k8s.io'
const STORAGE = 'storage.k8s.io'

/** A controller that owns pods: its own resource, status and finalizers, and the pods. */
const owner = (groups: string, resource: string): readonly PolicyRule[] => [
  rule(`${READ} update`, groups, resource),
  rule('update', groups, `${resource}/status`),
  rule('update', groups, `${resource}/finalizers`),
  rule('create delete list patch watch', 'core', 'pods'),
  events,
]
const SIGNERS = ['kube-apiserver-client', 'kube-apiserver-client-kubelet', 'kubelet-serving', 'legacy-unknown']

const RULES: Readonly<Record<string, readonly PolicyRule[]>> = {
  'attachdetach-controller': [
    rule('list watch', 'core', 'persistentvolumeclaims persistentvolumes'),
    rule(READ, 'core', 'nodes'),
    rule('patch update', 'core', 'nodes/status'),
    rule('list watch', 'core', 'pods'),
    events,
    rule(`${READ} create delete`, STORAGE, 'volumeattachments'),
    rule(READ, STORAGE, 'csidrivers'),
    rule(READ, STORAGE, 'csinodes'),
  ],
  'clusterrole-aggregation-controller': [rule(`${READ} escalate patch update`, 'rbac.authorization.k8s.io', 'clusterroles')],
  'cronjob-controller': [
    rule(`${READ} update`, 'batch', 'cronjobs'),
    rule(`${READ} create delete patch update`, 'batch', 'jobs'),
    rule('update', 'batch', 'cronjobs/status'),
    rule('update', 'batch', 'cronjobs/finalizers'),
    rule('delete list watch', 'core', 'pods'),
    events,
  ],
  'daemon-set-controller': [
    rule(READ, APPS, 'daemonsets'),
    rule('update', APPS, 'daemonsets/status'),
    rule('update', APPS, 'daemonsets/finalizers'),
    rule('list watch', 'core', 'nodes'),
    rule('create delete list patch watch', 'core', 'pods'),
    rule('create', 'core', 'pods/binding'),
    rule(`${READ} create delete patch update`, 'apps', 'controllerrevisions'),
    events,
  ],
  'deployment-controller': [
    rule(`${READ} update`, APPS, 'deployments'),
    rule('update', APPS, 'deployments/status'),
    rule('update', APPS, 'deployments/finalizers'),
    rule(`${READ} create delete patch update`, APPS, 'replicasets'),
    rule(`${READ} update`, 'core', 'pods'),
    events,
  ],
  'disruption-controller': [
    rule(READ, APPS, 'deployments'),
    rule(READ, APPS, 'replicasets'),
    rule(READ, 'core', 'replicationcontrollers'),
    rule(READ, 'policy', 'poddisruptionbudgets'),
    rule(READ, 'apps', 'statefulsets'),
    rule('update', 'policy', 'poddisruptionbudgets/status'),
    rule('patch update', 'core', 'pods/status'),
    rule('get', '*', '*/scale'),
    events,
  ],
  'endpoint-controller': [
    rule(READ, 'core', 'pods services'),
    rule(`${READ} create delete update`, 'core', 'endpoints'),
    rule('create', 'core', 'endpoints/restricted'),
    events,
  ],
  'endpointslice-controller': [
    rule(READ, 'core', 'nodes pods services'),
    rule('update', 'core', 'services/finalizers'),
    rule(`${READ} create delete update`, 'discovery.k8s.io', 'endpointslices'),
    events,
  ],
  'endpointslicemirroring-controller': [
    rule(READ, 'core', 'endpoints services'),
    rule('update', 'core', 'services/finalizers'),
    rule('update', 'core', 'endpoints/finalizers'),
    rule(`${READ} create delete update`, 'discovery.k8s.io', 'endpointslices'),
    events,
  ],
  'expand-controller': [
    rule(`${READ} patch update`, 'core', 'persistentvolumes'),
    rule('patch update', 'core', 'persistentvolumeclaims/status'),
    rule(READ, 'core', 'persistentvolumeclaims'),
    events,
  ],
  'ephemeral-volume-controller': [
    rule(READ, 'core', 'pods'),
    rule('update', 'core', 'pods/finalizers'),
    rule(`${READ} create`, 'core', 'persistentvolumeclaims'),
    events,
  ],
  'resource-claim-controller': [
    rule(READ, 'core', 'pods'),
    rule('update', 'core', 'pods/finalizers'),
    rule(`${READ} create delete`, RESOURCE, 'resourceclaims'),
    rule('patch update', RESOURCE, 'resourceclaims resourceclaims/status'),
    rule('patch update', RESOURCE, 'resourceclaims/binding'),
    rule('patch update', 'core', 'pods/status'),
    events,
  ],
  'device-taint-eviction-controller': [
    rule(`${READ} delete`, 'core', 'pods'),
    rule('patch update', 'core', 'pods/status'),
    rule(READ, RESOURCE, 'resourceclaims'),
    rule(READ, RESOURCE, 'resourceslices'),
    rule(READ, RESOURCE, 'deviceclasses'),
    events,
    rule('patch update', RESOURCE, 'devicetaintrules/status'),
    rule(READ, RESOURCE, 'devicetaintrules'),
  ],
  'generic-garbage-collector': [rule(`${READ} delete patch update`, '*', '*'), events],
  'horizontal-pod-autoscaler': [
    rule(READ, 'autoscaling', 'horizontalpodautoscalers'),
    rule('update', 'autoscaling', 'horizontalpodautoscalers/status'),
    rule('get update', '*', '*/scale'),
    rule('list watch', 'core', 'pods'),
    rule('list watch', 'metrics.k8s.io', 'pods'),
    rule(READ, 'custom.metrics.k8s.io', '*'),
    rule(READ, 'external.metrics.k8s.io', '*'),
    events,
  ],
  'job-controller': [
    rule(`${READ} patch update`, 'batch', 'jobs'),
    rule('update', 'batch', 'jobs/status'),
    rule('update', 'batch', 'jobs/finalizers'),
    rule('create delete list patch watch', 'core', 'pods'),
    events,
  ],
  'namespace-controller': [
    rule(`${READ} delete`, 'core', 'namespaces'),
    rule('update', 'core', 'namespaces/finalize namespaces/status'),
    rule(`${READ} delete deletecollection`, '*', '*'),
  ],
  'node-controller': [
    rule(`${READ} delete patch update`, 'core', 'nodes'),
    rule('patch update', 'core', 'nodes/status'),
    rule('patch update', 'core', 'pods/status'),
    rule(`${READ} delete`, 'core', 'pods'),
    rule(READ, 'coordination.k8s.io', 'leases'),
    events,
  ],
  'persistent-volume-binder': [
    rule(`${READ} create delete update`, 'core', 'persistentvolumes'),
    rule('update', 'core', 'persistentvolumes/status'),
    rule(`${READ} update`, 'core', 'persistentvolumeclaims'),
    rule('update', 'core', 'persistentvolumeclaims/status'),
    rule(`${READ} create delete`, 'core', 'pods'),
    rule(READ, STORAGE, 'storageclasses'),
    rule('list watch', 'core', 'nodes'),
    events,
    rule('watch', 'core', 'events'),
  ],
  'pod-garbage-collector': [rule('delete list watch', 'core', 'pods'), rule(READ, 'core', 'nodes'), rule('patch', 'core', 'pods/status')],
  'replicaset-controller': owner(APPS, 'replicasets'),
  'replication-controller': owner('core', 'replicationcontrollers'),
  'resourcequota-controller': [rule('list watch', '*', '*'), rule('update', 'core', 'resourcequotas/status'), events],
  'route-controller': [rule('list watch', 'core', 'nodes'), rule('patch', 'core', 'nodes/status'), events],
  'service-account-controller': [rule('create', 'core', 'serviceaccounts'), events],
  'service-controller': [
    rule(READ, 'core', 'services'),
    rule('patch update', 'core', 'services/status'),
    rule('list watch', 'core', 'nodes'),
    events,
  ],
  'service-cidrs-controller': [
    rule(`${READ} patch update`, NETWORKING, 'servicecidrs'),
    rule('patch update', NETWORKING, 'servicecidrs/finalizers'),
    rule('patch update', NETWORKING, 'servicecidrs/status'),
    rule(READ, NETWORKING, 'ipaddresses'),
    events,
  ],
  'statefulset-controller': [
    rule('list watch', 'core', 'pods'),
    rule(READ, 'apps', 'statefulsets'),
    rule('update', 'apps', 'statefulsets/status'),
    rule('update', 'apps', 'statefulsets/finalizers'),
    rule('create delete get patch update', 'core', 'pods'),
    rule(`${READ} create delete patch update`, 'apps', 'controllerrevisions'),
    rule(`${READ} create`, 'core', 'persistentvolumeclaims'),
    rule('delete update', 'core', 'persistentvolumeclaims'),
    rule('update', 'core', 'pods/finalizers'),
    events,
  ],
  'ttl-controller': [rule('list patch update watch', 'core', 'nodes'), events],
  'certificate-controller': [
    rule(`${READ} delete`, CSR, 'certificatesigningrequests'),
    rule('update', CSR, 'certificatesigningrequests/approval certificatesigningrequests/status'),
    named('kubernetes.io/kube-apiserver-client-kubelet', rule('approve', CSR, 'signers')),
    named(SIGNERS.map(signer => `kubernetes.io/${signer}`).join(' '), rule('sign', CSR, 'signers')),
    rule('create', 'authorization.k8s.io', 'subjectaccessreviews'),
    events,
  ],
  'pvc-protection-controller': [
    rule(`${READ} update`, 'core', 'persistentvolumeclaims'),
    rule('update', 'core', 'persistentvolumeclaims/status'),
    rule(READ, 'core', 'pods'),
    events,
  ],
  'pv-protection-controller': [rule(`${READ} update`, 'core', 'persistentvolumes'), events],
  'volumeattributesclass-protection-controller': [
    rule(READ, 'core', 'persistentvolumeclaims'),
    rule(READ, 'core', 'persistentvolumes'),
    rule(`${READ} update`, STORAGE, 'volumeattributesclasses'),
    events,
  ],
  'ttl-after-finished-controller': [rule(`${READ} delete`, 'batch', 'jobs'), events],
  'root-ca-cert-publisher': [rule('create update', 'core', 'configmaps'), events],
  'validatingadmissionpolicy-status-controller': [
    rule(READ, 'admissionregistration.k8s.io', 'validatingadmissionpolicies'),
    rule('get patch update', 'admissionregistration.k8s.io', 'validatingadmissionpolicies/status'),
    events,
  ],
  'legacy-service-account-token-cleaner': [
    named('kube-apiserver-legacy-service-account-token-tracking', rule('get', 'core', 'configmaps')),
    rule('delete patch', 'core', 'secrets'),
  ],
  'selinux-warning-controller': [
    events,
    rule(READ, 'core', 'persistentvolumes'),
    rule(READ, 'core', 'persistentvolumeclaims'),
    rule(READ, 'core', 'pods'),
    rule(READ, STORAGE, 'csidrivers'),
  ],
  'storage-version-migrator-controller': [
    rule('list patch', '*', '*'),
    rule('get', 'apiextensions.k8s.io', 'customresourcedefinitions'),
    rule('patch', 'apiextensions.k8s.io', 'customresourcedefinitions/status'),
    rule('update', 'storagemigration.k8s.io', 'storageversionmigrations/status'),
  ],
  podcertificaterequestcleaner: [rule(`${READ} delete`, CSR, 'podcertificaterequests')],
  'kube-apiserver-serving-clustertrustbundle-publisher': [
    named('kubernetes.io/kube-apiserver-serving', rule('attest', CSR, 'signers')),
    rule('create delete list update watch', CSR, 'clustertrustbundles'),
    events,
  ],
}

export const CONTROLLER_ROLE = 'system:controller:'
export const controllerNames: readonly string[] = Object.keys(RULES)
export const controllerRoles: readonly BootstrapRole[] = Object.entries(RULES).map(([name, rules]) =>
  role(`${CONTROLLER_ROLE}${name}`, ...rules),
)
