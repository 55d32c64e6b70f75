/** Who may come in and what they may do, put together: authentication, authorization, admission and tokens of one cluster. */
import type { Random } from '#base/random.ts'
import type { AdmissionPlugin } from './admit/admission.ts'
import { type AdmissionOptions, admissionPlugins } from './admit/index.ts'
import { identityReviews } from './authenticate/identity-reviews.ts'
import { authenticate } from './authenticate/index.ts'
import { tokenAction } from './authenticate/token-action.ts'
import type { Tokens } from './authenticate/tokens.ts'
import { accessReviews } from './authorize/access-reviews.ts'
import type { AuthorizerOf } from './authorize/authorizer.ts'
import { nodeRole } from './authorize/bootstrap/system-roles.ts'
import { inOrder } from './authorize/index.ts'
import { mastersAuthorizer } from './authorize/masters.ts'
import { nodeAuthorizer } from './authorize/node.ts'
import { policiesOf } from './authorize/policies.ts'
import { rbacAuthorizer } from './authorize/rbac.ts'
import type { Gates, Insides } from './pipeline.ts'
import type { Objects } from './resources/objects.ts'
import type { Action } from './route.ts'

export interface SecurityOptions {
  readonly tokens: Tokens
  /** Whom tokens for the API server itself are meant for; default: the tokens' issuer. */
  readonly audiences?: readonly string[]
  readonly random: Random
  readonly tell?: AdmissionOptions['tell']
}
/** What a pipeline takes of this: its gates, its plugins, and the actions of its own. */
export interface Security {
  readonly gates: (insides: Insides) => Gates
  readonly admission: readonly AdmissionPlugin[]
  readonly actions: ReadonlyMap<string, Action>
}
export function security({ tokens, audiences = [tokens.issuer], random, tell }: SecurityOptions): Security {
  const made = new WeakMap<Objects, ReturnType<AuthorizerOf>>()
  const authorizerOf: AuthorizerOf = objects => {
    const known = made.get(objects)
    if (known) return known
    const authorizer = inOrder(mastersAuthorizer, nodeAuthorizer(objects, nodeRole.rules), rbacAuthorizer(policiesOf(objects)))
    made.set(objects, authorizer)
    return authorizer
  }
  return {
    gates: ({ objects }) => {
      const by = { tokens, objects, audiences }
      const authorizer = authorizerOf(objects)
      return {
        authenticate: (incoming, now) => authenticate(by, incoming, now),
        authorizer,
        reviews: new Map([...accessReviews(authorizer), ...identityReviews(by)]),
      }
    },
    admission: admissionPlugins({ authorizerOf, random, ...(tell && { tell }) }),
    actions: new Map([['/serviceaccounts/token', tokenAction({ tokens, audiences })]]),
  }
}
