/** The group whose members may do everything, whatever the other authorizers say. */
import type { Authorizer } from './authorizer.ts'

export const MASTERS = 'system:masters'

export const mastersAuthorizer: Authorizer = {
  authorize: ({ user }) =>
    Promise.resolve(user.groups.includes(MASTERS) ? { decision: 'allow', reason: '' } : { decision: 'abstain', reason: '' }),
  // What masters may do is told by the binding of cluster-admin.
  rules: () => Promise.resolve({ resource: [], nonResource: [], incomplete: false }),
}
