/** The group whose members may do everything, whatever the other authorizers say. */
import type { Authorizer, Verdict } from './authorizer.ts'

export const MASTERS = 'system:masters'

export const mastersAuthorizer: Authorizer = {
  authorize: ({ user }) => (user.groups.includes(MASTERS) ? ALLOW : ABSTAIN),
  // What masters may do is told by the binding of cluster-admin.
  rules: () => Promise.resolve({ resource: [], nonResource: [], incomplete: false }),
}
const ALLOW: Promise<Verdict> = Promise.resolve({ decision: 'allow', reason: '' })
const ABSTAIN: Promise<Verdict> = Promise.resolve({ decision: 'abstain', reason: '' })
