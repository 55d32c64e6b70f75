/** The query's `timeout`: clients that ask for none longer than ours are told when it is no duration. */
import { parseDuration } from '#base/duration.ts'
import { refuse } from '#kinds/meta/refusal.ts'
import type { Target } from './request.ts'

/** They last as long as somebody listens, and read `timeout` in their own way. */
const LASTING_VERBS: readonly string[] = ['watch', 'proxy']
const LASTING_SUBRESOURCES: readonly string[] = ['attach', 'exec', 'proxy', 'log', 'portforward']

/** Throws BadRequest in upstream's words. No request of ours takes long enough for a shorter time to matter. Upstream: WithRequestDeadline. */
export function checkTimeout({ verb, subresource }: Pick<Target, 'verb' | 'subresource'>, timeout: string | null): void {
  if (!timeout || LASTING_VERBS.includes(verb) || LASTING_SUBRESOURCES.includes(subresource)) return
  try {
    parseDuration(timeout)
  } catch (error) {
    throw refuse.badRequest(`invalid timeout specified in the request URL - ${(error as Error).message}`)
  }
}
