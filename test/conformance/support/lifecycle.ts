/** The script of the behaviours "should run through the lifecycle of a …" of kinds that are mere data. */
import assert from 'node:assert/strict'
import type { Any, PatchType, Resource } from './resource.ts'

export interface Lifecycle {
  /** What is created under a name, without apiVersion and kind. */
  readonly object: (name: string) => Any
  readonly patchType?: PatchType
}

/** Create, read, patch, list, delete; then another one: update, delete by collection. Each deletion is confirmed. */
export async function runLifecycle(resource: Resource, { object, patchType = 'merge' }: Lifecycle): Promise<void> {
  const first = await resource.create(object('e2e-first'))
  assert.equal((await resource.get('e2e-first')).metadata.uid, first.metadata.uid)
  const patched = await resource.patch('e2e-first', { metadata: { labels: { 'e2e-first': 'patched' } } }, { type: patchType })
  assert.equal(patched.metadata.labels['e2e-first'], 'patched')
  await resource.counted(1, { labelSelector: 'e2e-first=patched' })
  await resource.delete('e2e-first')
  await resource.gone('e2e-first')
  await resource.counted(0, { labelSelector: 'e2e-first=patched' })

  const second = await resource.create(object('e2e-second'))
  assert.notEqual(second.metadata.uid, first.metadata.uid)
  const updated = await resource.change('e2e-second', draft => {
    draft.metadata.labels = { ...draft.metadata.labels, 'e2e-second': 'updated' }
  })
  assert.equal(updated.metadata.labels['e2e-second'], 'updated')
  await resource.deleteCollection({ labelSelector: 'e2e-second=updated' })
  await resource.counted(0, { labelSelector: 'e2e-second=updated' })
}
