/** GET of one object. */
import { refuse } from '#kinds/meta/refusal.ts'
import type { Call } from '../call.ts'
import { objectResult, type Result } from '../result.ts'
import { revisionOf } from './resource-version.ts'

/** As fresh as the last write; with a resourceVersion at least as fresh as that. Throws NotFound. */
export async function get({ resource, target, incoming }: Call): Promise<Result> {
  const { collection } = resource
  const revision = revisionOf(incoming.query.get('resourceVersion'))
  if (revision) await collection.cache.reached(revision)
  const item = await collection.get(target.namespace, target.name)
  if (!item) throw refuse.notFound(resource.about, target.name)
  return objectResult(resource, item)
}
