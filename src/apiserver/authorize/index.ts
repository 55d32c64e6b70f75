/** The order in which authorizers are asked: the first that does not abstain decides. */
import type { User } from '../request.ts'
import type { Attributes, Authorizer, Verdict } from './authorizer.ts'

/** Several authorizers as one: the reasons of those that abstain are kept for the refusal. */
export function inOrder(...authorizers: readonly Authorizer[]): Authorizer {
  return {
    async authorize(attributes: Attributes): Promise<Verdict> {
      const reasons: string[] = []
      for (const authorizer of authorizers) {
        const verdict = await authorizer.authorize(attributes)
        if (verdict.decision !== 'abstain') return verdict
        if (verdict.reason) reasons.push(verdict.reason)
      }
      return { decision: 'abstain', reason: reasons.join('\n') }
    },
    async rules(user: User, namespace: string) {
      const all = await Promise.all(authorizers.map(authorizer => authorizer.rules(user, namespace)))
      return {
        resource: all.flatMap(({ resource }) => resource),
        nonResource: all.flatMap(({ nonResource }) => nonResource),
        incomplete: all.some(({ incomplete }) => incomplete),
      }
    },
  }
}
