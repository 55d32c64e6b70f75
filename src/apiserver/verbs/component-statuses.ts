/** Component statuses: the health of the control plane's parts, as it used to be asked for. Nothing of it is stored. */
import { refuse } from '#kinds/meta/refusal.ts'
import type { Call } from '../call.ts'
import { type Item, MadeItem } from '../resources/item.ts'
import { objectResult, type Result } from '../result.ts'
import type { Action } from '../route.ts'
import { readOptions } from './list-options.ts'
import { selectionOf } from './selection.ts'

/** By name: undefined when the part is well, else what is wrong. */
export type Components = ReadonlyMap<string, () => string | undefined | Promise<string | undefined>>

export const componentStatusesAction =
  (components: Components): Action =>
  async (call: Call): Promise<Result> => {
    const { resource, target } = call
    if (target.verb === 'get') {
      const check = components.get(target.name)
      if (!check) throw refuse.notFound(resource.about, target.name)
      return objectResult(resource, await statusOf(call, target.name, check))
    }
    readOptions(call)
    const selection = selectionOf(call)
    const items = await Promise.all(
      [...components].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, check]) => statusOf(call, name, check)),
    )
    return { form: 'list', code: 200, resource, metadata: { resourceVersion: '' }, items: items.filter(item => selection.matches(item)) }
  }

async function statusOf({ resource }: Call, name: string, check: () => string | undefined | Promise<string | undefined>): Promise<Item> {
  const wrong = await check()
  const condition =
    wrong === undefined ? { type: 'Healthy', status: 'True', message: 'ok' } : { type: 'Healthy', status: 'False', message: wrong }
  return new MadeItem(resource.collection.key('', name), 0, {
    apiVersion: resource.kind.apiVersion,
    kind: resource.kind.name,
    metadata: { name },
    conditions: [condition],
  })
}
