/** Small sound manifests: where hostile bodies start from, so that they get past the first gate. */

export type Manifest = Readonly<Record<string, unknown>>
const container = { name: 'c', image: 'nginx' }
const podSpec = { containers: [container] }
const labels = { app: 'a' }
const template = { metadata: { labels }, spec: podSpec }
const selector = { matchLabels: labels }
const resources = { requests: { cpu: '100m', memory: '64Mi' } }

/** Of a key that nobody has kept. */
const SIGNING_REQUEST =
  'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIR01HNENBUUF3RERFS01BZ0dBMVVFQXd3QmRUQlpNQk1HQnlxR1NNNDlBZ0VHQ0NxR1NNNDlBd0VIQTBJQQpCTnlXYkhJaDBna3NtOW9ZbTI1d1dnMjF0VXI4YjNFbWZLdXV3cHdQM2t5bDNYdjZKaDc4MmxTaXp6VzMwSExwCklCSDJVcXdob3hQWkc1WDZTcVBLbTgrZ0FEQUtCZ2dxaGtqT1BRUURBZ05JQURCRkFpRUFweXA4ZzVWUU83NHQKL0lGMDZTRlhhYmNXdnZpMXdMaXlvVFhpeWhEa3dnMENJQlhFOFNZK0cvSHFEYkJsUldSMjlQTlNvVWxDV0dzaApNY1A5Q2NhUEZtZWsKLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg=='
/** Reviews have no name. */
const NAMELESS = { name: '' }

/** By `group/plural`, '' for core; without header; metadata only where the name matters. */
export const MANIFESTS: Readonly<Record<string, Manifest>> = {
  '/configmaps': { data: { a: 'b' }, binaryData: { c: 'ZA==' } },
  '/secrets': { type: 'Opaque', data: { a: 'Yg==' }, stringData: { c: 'd' } },
  '/namespaces': {},
  '/serviceaccounts': {},
  '/nodes': { spec: { podCIDR: '10.0.0.0/24' }, status: { capacity: { cpu: '4', memory: '8Gi', pods: '110' } } },
  '/pods': {
    spec: {
      containers: [
        {
          ...container,
          resources,
          ports: [{ containerPort: 80, name: 'web' }],
          env: [{ name: 'A', value: 'b' }],
          volumeMounts: [{ name: 'v', mountPath: '/v' }],
          readinessProbe: { httpGet: { path: '/', port: 'web' } },
        },
      ],
      volumes: [{ name: 'v', emptyDir: {} }],
      tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 }],
    },
  },
  '/podtemplates': { template },
  '/replicationcontrollers': { spec: { replicas: 1, selector: labels, template } },
  '/services': { spec: { selector: labels, ports: [{ port: 80, targetPort: 'web' }] } },
  '/endpoints': { subsets: [{ addresses: [{ ip: '10.0.0.9' }], ports: [{ port: 80 }] }] },
  '/persistentvolumes': { spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/tmp/v' } } },
  '/persistentvolumeclaims': { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
  '/limitranges': { spec: { limits: [{ type: 'Container', default: { cpu: '1' } }] } },
  '/resourcequotas': { spec: { hard: { pods: '1000' } } },
  '/events': { involvedObject: { kind: 'Pod', namespace: 'default', name: 'a' }, reason: 'R', message: 'm', type: 'Normal' },
  'apps/deployments': { spec: { replicas: 2, selector, template } },
  'apps/replicasets': { spec: { replicas: 2, selector, template } },
  'apps/statefulsets': { spec: { replicas: 2, serviceName: 'a', selector, template } },
  'apps/daemonsets': { spec: { selector, template } },
  'apps/controllerrevisions': { revision: 1, data: { a: 1 } },
  'batch/jobs': { spec: { template: { spec: { ...podSpec, restartPolicy: 'Never' } } } },
  'batch/cronjobs': {
    spec: { schedule: '*/5 * * * *', jobTemplate: { spec: { template: { spec: { ...podSpec, restartPolicy: 'Never' } } } } },
  },
  'autoscaling/horizontalpodautoscalers': {
    spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a' } },
  },
  'networking.k8s.io/ingresses': { spec: { defaultBackend: { service: { name: 'a', port: { number: 80 } } } } },
  'networking.k8s.io/networkpolicies': { spec: { podSelector: {}, policyTypes: ['Ingress'] } },
  'policy/poddisruptionbudgets': { spec: { minAvailable: 1, selector } },
  'rbac.authorization.k8s.io/roles': { rules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }] },
  'rbac.authorization.k8s.io/clusterroles': { rules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }] },
  'rbac.authorization.k8s.io/rolebindings': {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'a' },
    subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'u' }],
  },
  'rbac.authorization.k8s.io/clusterrolebindings': {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'a' },
    subjects: [{ kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: 'g' }],
  },
  'storage.k8s.io/storageclasses': { provisioner: 'example.com/p' },
  'storage.k8s.io/csidrivers': { spec: {} },
  'scheduling.k8s.io/priorityclasses': { value: 10 },
  'coordination.k8s.io/leases': { spec: { holderIdentity: 'a', leaseDurationSeconds: 5 } },
  'node.k8s.io/runtimeclasses': { handler: 'runc' },
  'discovery.k8s.io/endpointslices': { addressType: 'IPv4', endpoints: [{ addresses: ['10.0.0.9'] }], ports: [{ port: 80 }] },
  'apiextensions.k8s.io/customresourcedefinitions': {
    metadata: { name: 'tests.example.com' },
    spec: {
      group: 'example.com',
      names: { plural: 'tests', kind: 'Test' },
      scope: 'Namespaced',
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
    },
  },
  'admissionregistration.k8s.io/validatingadmissionpolicies': {
    spec: {
      matchConstraints: { resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['widgets'] }] },
      validations: [{ expression: 'true' }],
    },
  },
  'authorization.k8s.io/selfsubjectaccessreviews': { metadata: NAMELESS, spec: { resourceAttributes: { verb: 'get', resource: 'pods' } } },
  'authorization.k8s.io/subjectaccessreviews': {
    metadata: NAMELESS,
    spec: { user: 'u', resourceAttributes: { verb: 'get', resource: 'pods' } },
  },
  'authentication.k8s.io/tokenreviews': { metadata: NAMELESS, spec: { token: 'x' } },
  'certificates.k8s.io/certificatesigningrequests': {
    spec: { request: SIGNING_REQUEST, signerName: 'example.com/s', usages: ['client auth'] },
  },
}
