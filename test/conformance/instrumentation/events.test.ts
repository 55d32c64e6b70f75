/** Events, of both groups in which they are served. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Event as CoreEvent } from '#kinds/core/event.ts'
import { Event } from '#kinds/events/event.ts'
import type { Any, Resource } from '../support/resource.ts'
import { useStage } from '../support/stage.ts'

const stage = useStage()
const SELECTOR = { labelSelector: 'testevent=true' }
const labels = { testevent: 'true' }
const AT = '2017-09-19T13:49:16.000000Z'
const series = { count: 100, lastObservedTime: AT }

const coreEvent = (name: string, namespace: string) => ({
  metadata: { name, labels },
  message: `This is ${name}`,
  reason: 'Test',
  type: 'Normal',
  count: 1,
  involvedObject: { namespace },
})
const event = (name: string, namespace: string) => ({
  metadata: { name, labels },
  regarding: { namespace },
  eventTime: AT,
  note: `This is ${name}`,
  action: 'Do',
  reason: 'Test',
  type: 'Normal',
  reportingController: 'test-controller',
  reportingInstance: 'test-node',
})
/** All that a client wrote: versions and managers are the server's. */
const written = ({ metadata, ...rest }: Any) => {
  const { resourceVersion, managedFields, ...kept } = metadata
  assert(resourceVersion && managedFields)
  return { metadata: kept, ...rest }
}
const isListed = async (events: Resource, { name, namespace }: { name: string; namespace: string | undefined }) =>
  (await events.list(SELECTOR)).items.some(({ metadata }: Any) => metadata.name === name && metadata.namespace === namespace)

test('[sig-instrumentation] Events should manage the lifecycle of an event [Conformance]', async () => {
  const namespace = await stage.namespace('events')
  const events = stage.resource(CoreEvent, namespace)
  const made = await events.create(coreEvent('event-test', namespace))
  const { items } = await events.everywhere.list(SELECTOR)
  assert.deepEqual(
    items.map(({ metadata }: Any) => metadata.uid),
    [made.metadata.uid],
  )
  await events.patch('event-test', { message: 'This is a test event - patched' }, { type: 'strategic' })
  const patched = await events.get('event-test')
  assert.deepEqual(written(patched), { ...written(made), message: 'This is a test event - patched' })
  const updated = await events.change('event-test', draft => (draft.series = series))
  assert.deepEqual(updated.series, series)
  assert.deepEqual((await events.get('event-test')).series, series)
  await events.delete('event-test')
  assert(!(await isListed(events.everywhere, { name: 'event-test', namespace })))
})

test('[sig-instrumentation] Events API should ensure that an event can be fetched, patched, deleted, and listed [Conformance]', async () => {
  const namespace = await stage.namespace('events')
  const events = stage.resource(Event, namespace)
  const one = { name: 'event-test', namespace }
  await events.create(event('event-test', namespace))
  assert(await isListed(events.everywhere, one))
  assert(await isListed(events, one))
  for (const [resource, fieldSelector] of [
    [stage.resource(CoreEvent, namespace), 'source=test-controller'],
    [events, 'reportingController=test-controller'],
  ] as const) {
    const { items } = await resource.list({ fieldSelector })
    assert.deepEqual(
      items.map(({ metadata }: Any) => metadata.name),
      ['event-test'],
      fieldSelector,
    )
  }
  const before = await events.get('event-test')
  await events.patch('event-test', { note: 'This is a test event - patched' }, { type: 'strategic' })
  const patched = await events.get('event-test')
  assert.deepEqual(written(patched), { ...written(before), note: 'This is a test event - patched' })
  await events.update({ ...patched, series })
  assert.deepEqual(written(await events.get('event-test')), { ...written(patched), series })
  await events.delete('event-test')
  assert(!(await isListed(events.everywhere, one)))
  assert(!(await isListed(events, one)))
})

async function deletesCollection(events: Resource, make: (name: string, namespace: string) => object): Promise<void> {
  for (const name of ['test-event-1', 'test-event-2', 'test-event-3']) await events.create(make(name, events.namespace as string))
  await events.counted(3, SELECTOR)
  await events.deleteCollection(SELECTOR)
  await events.counted(0, SELECTOR)
}
test('[sig-instrumentation] Events should delete a collection of events [Conformance]', async () =>
  deletesCollection(stage.resource(CoreEvent, await stage.namespace('events')), coreEvent))
test('[sig-instrumentation] Events API should delete a collection of events [Conformance]', async () =>
  deletesCollection(stage.resource(Event, await stage.namespace('events')), event))
