/** How many pods of a deployment may be too many or missing while it changes. */
import type { Deployment } from '#kinds/apps/deployment.ts'
import { scaled } from '#kinds/int-or-percent.ts'

export interface Pace {
  readonly maxSurge: number
  readonly maxUnavailable: number
}

/** Surge is rounded up, missing pods down; when both come to nothing, one pod may be missing, or nothing would ever move. */
export function paceOf({ spec: { replicas, strategy } }: Deployment): Pace {
  if (strategy.type !== 'RollingUpdate') return { maxSurge: 0, maxUnavailable: 0 }
  const maxSurge = scaled(strategy.rollingUpdate?.maxSurge ?? 0, replicas, 'up')
  const missing = scaled(strategy.rollingUpdate?.maxUnavailable ?? 0, replicas, 'down')
  return { maxSurge, maxUnavailable: replicas === 0 ? 0 : Math.min(replicas, maxSurge + missing === 0 ? 1 : missing) }
}
