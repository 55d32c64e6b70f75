/** Deletes bootstrap tokens that have expired. Upstream: pkg/controller/bootstrap/tokencleaner.go. */
import type { Decider, Plan, Sight } from '#client/plan.ts'
import { Secret } from '#kinds/core/secret.ts'

const NAMESPACE = 'kube-system'
const TYPE = 'bootstrap.kubernetes.io/token'

export const bootstrapTokenCleaner: Decider<Secret> = { name: 'token-cleaner-controller', decides: Secret, decide }

export function decide({ object: secret, now }: Sight<Secret>): Plan<Secret> {
  if (secret.metadata.namespace !== NAMESPACE || secret.type !== TYPE) return {}
  const text = secret.data?.['expiration']
  const expiration = text === undefined ? Number.NaN : Date.parse(Buffer.from(text, 'base64').toString())
  if (Number.isNaN(expiration)) return {}
  if (expiration > now) return { lookAgainMs: expiration - now }
  return { delete: [{ kind: Secret, object: secret }] }
}
