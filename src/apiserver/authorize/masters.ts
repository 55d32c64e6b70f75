/** The group whose members may do everything, whatever the other authorizers say. */
import type { Authorizer } from './authorizer.ts'

export const MASTERS = 'system:masters'

export const mastersAuthorizer: Authorizer = {
  authorize: ({ user }) =>
    Promise.resolve(user.groups.includes(MASTERS) ? { decision: 'allow', reason: '' } : { decision: 'abstain', reason: '' }),
  rules: user =>
    Promise.resolve(
      user.groups.includes(MASTERS)
        ? {
            resource: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
            nonResource: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
            incomplete: false,
          }
        : { resource: [], nonResource: [], incomplete: false },
    ),
}
