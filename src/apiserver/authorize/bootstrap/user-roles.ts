/** The roles made for people: cluster-admin, and admin, edit and view as unions of others (upstream: bootstrappolicy/policy.go). */
import type { PolicyRule } from '../rules.ts'
import { type BootstrapRole, READ, READ_WRITE, role, rule, urls, WRITE } from './words.ts'

const viewRules: readonly PolicyRule[] = [
  rule(
    READ,
    'core',
    'configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods replicationcontrollers replicationcontrollers/scale serviceaccounts services services/status',
  ),
  rule(
    READ,
    'core',
    'bindings events limitranges namespaces/status pods/log pods/status replicationcontrollers/status resourcequotas resourcequotas/status',
  ),
  rule(READ, 'core', 'namespaces'),
  rule(READ, 'discovery.k8s.io', 'endpointslices'),
  rule(
    READ,
    'apps',
    'controllerrevisions daemonsets daemonsets/status deployments deployments/scale deployments/status replicasets replicasets/scale replicasets/status statefulsets statefulsets/scale statefulsets/status',
  ),
  rule(READ, 'autoscaling', 'horizontalpodautoscalers horizontalpodautoscalers/status'),
  rule(READ, 'batch', 'cronjobs cronjobs/status jobs jobs/status'),
  rule(
    READ,
    'extensions',
    'daemonsets daemonsets/status deployments deployments/scale deployments/status ingresses ingresses/status networkpolicies replicasets replicasets/scale replicasets/status replicationcontrollers/scale',
  ),
  rule(READ, 'policy', 'poddisruptionbudgets poddisruptionbudgets/status'),
  rule(READ, 'networking.k8s.io', 'ingresses ingresses/status networkpolicies'),
  rule(READ, 'resource.k8s.io', 'resourceclaims resourceclaims/status resourceclaimtemplates'),
]
const editRules: readonly PolicyRule[] = [
  rule(READ, 'core', 'pods/attach pods/exec pods/portforward pods/proxy secrets services/proxy'),
  rule('impersonate', 'core', 'serviceaccounts'),
  rule(WRITE, 'core', 'pods pods/attach pods/exec pods/portforward pods/proxy'),
  rule('create', 'core', 'pods/eviction'),
  rule(
    WRITE,
    'core',
    'configmaps events persistentvolumeclaims replicationcontrollers replicationcontrollers/scale secrets serviceaccounts services services/proxy',
  ),
  rule('create', 'core', 'serviceaccounts/token'),
  rule(
    WRITE,
    'apps',
    'daemonsets deployments deployments/rollback deployments/scale replicasets replicasets/scale statefulsets statefulsets/scale',
  ),
  rule(WRITE, 'autoscaling', 'horizontalpodautoscalers'),
  rule(WRITE, 'batch', 'cronjobs jobs'),
  rule(
    WRITE,
    'extensions',
    'daemonsets deployments deployments/rollback deployments/scale ingresses networkpolicies replicasets replicasets/scale replicationcontrollers/scale',
  ),
  rule(WRITE, 'policy', 'poddisruptionbudgets'),
  rule(WRITE, 'networking.k8s.io', 'ingresses networkpolicies'),
  rule(READ_WRITE, 'coordination.k8s.io', 'leases'),
  rule(WRITE, 'resource.k8s.io', 'resourceclaims resourceclaimtemplates'),
]
const adminRules: readonly PolicyRule[] = [
  rule('create', 'authorization.k8s.io', 'localsubjectaccessreviews'),
  rule(READ_WRITE, 'rbac.authorization.k8s.io', 'rolebindings roles'),
]

const TO = 'rbac.authorization.k8s.io/aggregate-to-'
const union = (name: string, ofLabel: string, toLabel?: string): BootstrapRole => ({
  name,
  rules: [],
  aggregates: `${TO}${ofLabel}`,
  ...(toLabel && { labels: { [`${TO}${toLabel}`]: 'true' } }),
})
const part = (of: string, rules: readonly PolicyRule[]): BootstrapRole => ({
  name: `system:aggregate-to-${of}`,
  labels: { [`${TO}${of}`]: 'true' },
  rules,
})

export const userRoles: readonly BootstrapRole[] = [
  role('cluster-admin', rule('*', '*', '*'), urls('*', '*')),
  union('admin', 'admin'),
  union('edit', 'edit', 'admin'),
  union('view', 'view', 'edit'),
  part('admin', adminRules),
  part('edit', editRules),
  part('view', viewRules),
  // As metrics-server's own manifests have it: whoever sees pods sees what they use.
  {
    name: 'system:aggregated-metrics-reader',
    labels: { [`${TO}admin`]: 'true', [`${TO}edit`]: 'true', [`${TO}view`]: 'true' },
    rules: [rule(READ, 'metrics.k8s.io', 'nodes pods')],
  },
]
