/** A webhook configuration that concerns nobody, with match conditions. */

export const configuration = (name: string, matchConditions: readonly object[]) => ({
  metadata: { name },
  webhooks: [
    {
      name: 'deny-unwanted-object.k8s.io',
      rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] }],
      clientConfig: { service: { namespace: 'default', name: 'e2e-test-webhook', path: '/nowhere', port: 8443 } },
      sideEffects: 'None',
      admissionReviewVersions: ['v1', 'v1beta1'],
      namespaceSelector: { matchLabels: { 'no-such-namespace': 'true' } },
      matchConditions,
    },
  ],
})
