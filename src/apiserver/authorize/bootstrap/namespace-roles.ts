/** The roles inside kube-system and kube-public (upstream: bootstrappolicy/namespace_policy.go). */
import { type BootstrapRole, events, named, READ, rule } from './words.ts'

const SYSTEM = { namespace: 'kube-system' } as const
const locking = (name: string): BootstrapRole => ({
  ...SYSTEM,
  name: `system::leader-locking-${name}`,
  rules: [
    rule(`${READ} create update`, 'coordination.k8s.io', 'leases'),
    rule(`${READ} create update`, 'coordination.k8s.io', 'leasecandidates'),
  ],
})

export const namespaceRoles: readonly BootstrapRole[] = [
  {
    namespace: 'kube-public',
    name: 'system:controller:bootstrap-signer',
    rules: [rule(READ, 'core', 'configmaps'), named('cluster-info', rule('update', 'core', 'configmaps')), events],
  },
  {
    ...SYSTEM,
    name: 'extension-apiserver-authentication-reader',
    rules: [named('extension-apiserver-authentication', rule(READ, 'core', 'configmaps'))],
  },
  locking('kube-controller-manager'),
  locking('kube-scheduler'),
  { ...SYSTEM, name: 'system:controller:bootstrap-signer', rules: [rule(READ, 'core', 'secrets')] },
  { ...SYSTEM, name: 'system:controller:cloud-provider', rules: [rule(`${READ} create`, 'core', 'configmaps')] },
  { ...SYSTEM, name: 'system:controller:token-cleaner', rules: [rule(`${READ} delete`, 'core', 'secrets'), events] },
]
