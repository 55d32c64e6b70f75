/** Deletes bootstrap tokens that have expired. Upstream: pkg/controller/bootstrap/tokencleaner.go. */
import type { Decider, Plan, Sight } from '#client/plan.ts'
import { Secret } from '#kinds/core/secret.ts'
import { isBootstrapToken, remainingMs } from './token.ts'

export const bootstrapTokenCleaner: Decider<Secret> = { name: 'token-cleaner-controller', decides: Secret, decide }

export function decide({ object: secret, now }: Sight<Secret>): Plan<Secret> {
  if (!isBootstrapToken(secret)) return {}
  const leftMs = remainingMs(secret, now)
  if (leftMs === Number.POSITIVE_INFINITY) return {}
  return leftMs > 0 ? { lookAgainMs: leftMs } : { delete: [{ kind: Secret, object: secret }] }
}
