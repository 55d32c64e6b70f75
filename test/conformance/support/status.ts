/** The script of the behaviours "should validate … Status endpoints": a status is read, updated and patched, and watches see it. */
import assert from 'node:assert/strict'
import type { Any, Query, Resource } from './resource.ts'

const condition = (type: string) => ({ type, status: 'True', reason: 'E2E', message: 'Set from e2e test' })
const has = (object: Any, type: string): boolean => (object.status.conditions ?? []).some((one: Any) => one.type === type)

/** The object must be there; what selects it must select nothing that others change to the same conditions. */
export async function runStatus(resource: Resource, name: string, select: Query): Promise<void> {
  const { apiVersion, kind, metadata } = await resource.get(name, 'status')
  assert.deepEqual([apiVersion, kind], [resource.kind.apiVersion, resource.kind.name])
  await using watching = await resource.watch(select)
  const seen = async (type: string) => {
    const { object } = await watching.until(event => event.type === 'MODIFIED' && has(event.object, type))
    assert.equal(object.metadata.uid, metadata.uid)
  }

  const updated = await resource.change(
    name,
    draft => (draft.status.conditions = [...(draft.status.conditions ?? []), condition('StatusUpdate')]),
    'status',
  )
  assert(has(updated, 'StatusUpdate'))
  await seen('StatusUpdate')

  const patched = await resource.patch(name, { status: { conditions: [condition('StatusPatched')] } }, { subresource: 'status' })
  assert(has(patched, 'StatusPatched'))
  await seen('StatusPatched')
}
