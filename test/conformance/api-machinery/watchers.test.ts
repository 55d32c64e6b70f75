/** Watchers: what they are told of, from when on, and in which order. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigMap } from '#kinds/core/config-map.ts'
import type { Any, Resource } from '../support/resource.ts'
import { useStage } from '../support/stage.ts'

const stage = useStage()
const LABEL = 'watch-this-configmap'
const labelled = (...values: string[]) => ({ labelSelector: `${LABEL} in (${values.join(',')})` })
const configMap = (name: string, value: string) => ({ metadata: { name, labels: { [LABEL]: value } } })
const configMaps = async (): Promise<Resource> => stage.resource(ConfigMap, await stage.namespace('watch'))
const mutated = (maps: Resource, name: string, mutation: number) =>
  maps.change(name, draft => (draft.data = { ...draft.data, mutation: String(mutation) }))

// That a watch is not told of something shows in the event that it is told of next.
test('[sig-api-machinery] Watchers should observe add, update, and delete watch notifications on configmaps [Conformance]', async () => {
  const maps = await configMaps()
  await using a = await maps.watch(labelled('A'))
  await using b = await maps.watch(labelled('B'))
  await using both = await maps.watch(labelled('A', 'B'))
  const made = await maps.create(configMap('a', 'A'))
  const once = await mutated(maps, 'a', 1)
  const twice = await mutated(maps, 'a', 2)
  await maps.delete('a')
  const other = await maps.create(configMap('b', 'B'))
  await maps.delete('b')
  for (const watching of [a, both]) {
    await watching.expect('ADDED', made)
    await watching.expect('MODIFIED', once)
    await watching.expect('MODIFIED', twice)
    const { object } = await watching.expect('DELETED')
    assert.equal(object.metadata.uid, made.metadata.uid)
  }
  for (const watching of [b, both]) {
    await watching.expect('ADDED', other)
    await watching.expect('DELETED')
  }
  const last = await maps.create(configMap('last', 'A'))
  await a.expect('ADDED', last)
})

test('[sig-api-machinery] Watchers should be able to start watching from a specific resource version [Conformance]', async () => {
  const maps = await configMaps()
  await maps.create(configMap('versions', 'from'))
  const { metadata } = await mutated(maps, 'versions', 1)
  const second = await mutated(maps, 'versions', 2)
  await maps.delete('versions')
  await using watching = await maps.watch({ ...labelled('from'), resourceVersion: metadata.resourceVersion })
  await watching.expect('MODIFIED', second)
  await watching.expect('DELETED')
})

test('[sig-api-machinery] Watchers should be able to restart watching from the last resource version observed by the previous watch [Conformance]', async () => {
  const maps = await configMaps()
  const broken = await maps.watch(labelled('closed'))
  const made = await maps.create(configMap('closed', 'closed'))
  await mutated(maps, 'closed', 1)
  await broken.expect('ADDED', made)
  const { object } = await broken.expect('MODIFIED')
  await broken[Symbol.asyncDispose]()
  const second = await mutated(maps, 'closed', 2)
  await using again = await maps.watch({ ...labelled('closed'), resourceVersion: object.metadata.resourceVersion })
  await maps.delete('closed')
  await again.expect('MODIFIED', second)
  await again.expect('DELETED')
})

test('[sig-api-machinery] Watchers should observe an object deletion if it stops meeting the requirements of the selector [Conformance]', async () => {
  const maps = await configMaps()
  const relabelled = (value: string) => maps.change('labels', draft => (draft.metadata.labels[LABEL] = value))
  await using watching = await maps.watch(labelled('right'))
  const made = await maps.create(configMap('labels', 'right'))
  const first = await mutated(maps, 'labels', 1)
  await relabelled('wrong')
  await watching.expect('ADDED', made)
  await watching.expect('MODIFIED', first)
  await watching.expect('DELETED')
  await mutated(maps, 'labels', 2)
  const restored = await relabelled('right')
  const third = await mutated(maps, 'labels', 3)
  await maps.delete('labels')
  await watching.expect('ADDED', restored)
  await watching.expect('MODIFIED', third)
  await watching.expect('DELETED')
})

/** As many watches as upstream opens, one from each event on. */
const WATCHES = 100
test('[sig-api-machinery] Watchers should receive events on concurrent watches in same order [Conformance]', async () => {
  const maps = await configMaps()
  let { resourceVersion } = (await maps.list()).metadata
  let isOver = false
  const producing = produce(maps, () => isOver)
  const watches: Awaited<ReturnType<Resource['watch']>>[] = []
  try {
    while (watches.length < WATCHES) {
      watches.push(await maps.watch({ resourceVersion }))
      const seen: string[] = []
      for (const watching of watches) seen.push((await watching.next()).object.metadata.resourceVersion)
      assert.deepEqual(new Set(seen).size, 1, seen.join(' '))
      resourceVersion = seen[0]
    }
  } finally {
    isOver = true
    await Promise.all(watches.map(watching => watching[Symbol.asyncDispose]()))
    await producing
  }
})
/** Creates, updates and deletes in a mixed order that is the same each time. */
async function produce(maps: Resource, isOver: () => boolean): Promise<void> {
  const existing: Any[] = []
  for (let i = 0; !isOver(); i++) {
    const step = existing.length ? (i * 7) % 3 : 0
    const one = existing[(i * 5) % existing.length]
    if (step === 0) existing.push(await maps.create({ metadata: { name: `cm-${i}` } }))
    else if (step === 1) await maps.update({ metadata: { name: one.metadata.name }, data: { step: String(i) } })
    else await maps.delete(existing.splice((i * 5) % existing.length, 1)[0].metadata.name)
    await new Promise(resolve => setImmediate(resolve))
  }
}
