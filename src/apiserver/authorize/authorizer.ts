/** What an authorization mode is. Modes are asked in order; the first that does not abstain decides. */
import type { Target, User } from '../request.ts'
import type { Objects } from '../resources/objects.ts'

export interface Verdict {
  readonly decision: 'allow' | 'deny' | 'abstain'
  /** For people; shown in Forbidden messages and access reviews. */
  readonly reason: string
}
/** The part of a target that rules speak of. */
export type Attributes = Pick<
  Target,
  'verb' | 'isResource' | 'path' | 'group' | 'version' | 'resource' | 'subresource' | 'namespace' | 'name'
> & {
  readonly user: User
  /** As the client sent it: nodes may list only what they select by their own name. */
  readonly fieldSelector?: string
}

export interface ResourceRule {
  readonly verbs: readonly string[]
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly resourceNames?: readonly string[]
}
export interface NonResourceRule {
  readonly verbs: readonly string[]
  readonly nonResourceURLs: readonly string[]
}
export interface Authorizer {
  authorize(attributes: Attributes): Promise<Verdict>
  /** All that the user may do in a namespace (SelfSubjectRulesReview). `incomplete` when the mode cannot tell. */
  rules(
    user: User,
    namespace: string,
  ): Promise<{ readonly resource: readonly ResourceRule[]; readonly nonResource: readonly NonResourceRule[]; readonly incomplete: boolean }>
}
/** The authorizer that decides by these objects; the same one for the same objects. */
export type AuthorizerOf = (objects: Objects) => Authorizer
