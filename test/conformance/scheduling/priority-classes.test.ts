/** Priority classes as objects: what of them may change. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PriorityClass } from '#kinds/scheduling/priority-class.ts'
import { type Any, refused } from '../support/resource.ts'
import { useStage } from '../support/stage.ts'

const stage = useStage()

test('[sig-scheduling] SchedulerPreemption PriorityClass endpoints verify PriorityClass endpoints can be operated with different HTTP methods [Conformance] [Serial]', async () => {
  const classes = stage.resource(PriorityClass)
  for (const [name, value] of [
    ['p1', 1],
    ['p2', 2],
  ] as const)
    await classes.create({ metadata: { name }, value })
  await refused('Invalid', classes.patch('p1', { value: 10 }, { type: 'strategic' }))
  await refused(
    'Invalid',
    classes.change('p2', draft => (draft.value = 20)),
  )
  await classes.patch('p1', { description: 'updated description' }, { type: 'strategic' })
  await classes.change('p2', draft => (draft.description = 'updated description'))
  const { items } = await classes.list()
  for (const [name, value] of [
    ['p1', 1],
    ['p2', 2],
  ] as const) {
    const found = items.find(({ metadata }: Any) => metadata.name === name)
    assert.deepEqual([found.value, found.description], [value, 'updated description'])
    assert.deepEqual(await classes.get(name), found)
    await classes.delete(name)
    await classes.gone(name)
  }
})
