/** Who holds the bootstrap roles from the start (upstream: bootstrappolicy). */
import { CONTROLLER_ROLE, controllerNames } from './controller-roles.ts'
import type { BootstrapBinding } from './words.ts'

type To = Pick<BootstrapBinding, 'users' | 'groups' | 'serviceAccounts'>
const cluster = (name: string, to: To): BootstrapBinding => ({ name, role: { kind: 'ClusterRole', name }, ...to })
const inNamespace = (namespace: string, name: string, to: To, role = name): BootstrapBinding => ({
  namespace,
  name,
  role: { kind: 'Role', name: role },
  ...to,
})

const AUTHENTICATED = 'system:authenticated'
const SCHEDULER = 'system:kube-scheduler'
const CONTROLLERS = 'system:kube-controller-manager'
const signer = { serviceAccounts: ['kube-system/bootstrap-signer'] }

export const bindings: readonly BootstrapBinding[] = [
  cluster('cluster-admin', { groups: ['system:masters'] }),
  cluster('system:monitoring', { groups: ['system:monitoring'] }),
  cluster('system:discovery', { groups: [AUTHENTICATED] }),
  cluster('system:basic-user', { groups: [AUTHENTICATED] }),
  cluster('system:public-info-viewer', { groups: [AUTHENTICATED, 'system:unauthenticated'] }),
  cluster('system:node-proxier', { users: ['system:kube-proxy'] }),
  cluster(CONTROLLERS, { users: [CONTROLLERS] }),
  cluster('system:kube-dns', { serviceAccounts: ['kube-system/kube-dns'] }),
  cluster(SCHEDULER, { users: [SCHEDULER] }),
  cluster('system:volume-scheduler', { users: [SCHEDULER] }),
  // Nobody: the Node authorizer does this role's work.
  cluster('system:node', {}),
  cluster('system:service-account-issuer-discovery', { groups: ['system:serviceaccounts'] }),
  cluster('system:cluster-trust-bundle-discovery', { groups: ['system:serviceaccounts'] }),
  ...controllerNames.map(name => cluster(`${CONTROLLER_ROLE}${name}`, { serviceAccounts: [`kube-system/${name}`] })),
  inNamespace('kube-public', 'system:controller:bootstrap-signer', signer),
  inNamespace(
    'kube-system',
    'system::extension-apiserver-authentication-reader',
    { users: [CONTROLLERS, SCHEDULER] },
    'extension-apiserver-authentication-reader',
  ),
  inNamespace('kube-system', 'system::leader-locking-kube-controller-manager', {
    users: [CONTROLLERS],
    serviceAccounts: ['kube-system/kube-controller-manager', 'kube-system/leader-election-controller'],
  }),
  inNamespace('kube-system', 'system::leader-locking-kube-scheduler', {
    users: [SCHEDULER],
    serviceAccounts: ['kube-system/kube-scheduler'],
  }),
  inNamespace('kube-system', 'system:controller:bootstrap-signer', signer),
  inNamespace('kube-system', 'system:controller:cloud-provider', { serviceAccounts: ['kube-system/cloud-provider'] }),
  inNamespace('kube-system', 'system:controller:token-cleaner', { serviceAccounts: ['kube-system/token-cleaner'] }),
]
