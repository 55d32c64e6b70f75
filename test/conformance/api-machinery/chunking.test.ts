/** Lists in chunks: each of the size asked for, at one revision, and how to go on when that is forgotten. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigMap } from '#kinds/core/config-map.ts'
import { PodTemplate } from '#kinds/core/pod-template.ts'
import { type Any, type Resource, refused } from '../support/resource.ts'
import { useStage } from '../support/stage.ts'

const stage = useStage()
const TOTAL = 400
const name = (i: number) => `template-${String(i).padStart(4, '0')}`

async function fourHundred(): Promise<Resource> {
  const templates = stage.resource(PodTemplate, await stage.namespace('chunking'))
  const template = { spec: { containers: [{ name: 'test', image: 'test2' }] } }
  await Promise.all(Array.from({ length: TOTAL }, (_, i) => templates.create({ metadata: { name: name(i) }, template })))
  return templates
}
/** Reads all chunks from a token on and gives how many were found; names, counts and versions must fit. */
async function readOn(templates: Resource, { start, first, limit }: { start: number; first: Any; limit: () => number }): Promise<number> {
  let found = start
  let list = first
  for (;;) {
    for (const item of list.items) assert.equal(item.metadata.name, name(found++))
    const { continue: token, remainingItemCount, resourceVersion } = list.metadata
    assert.equal(resourceVersion, first.metadata.resourceVersion)
    assert.equal(remainingItemCount, token ? TOTAL - found : undefined)
    if (!token) return found
    const asked = limit()
    list = await templates.list({ limit: String(asked), continue: token })
    assert(list.items.length <= asked)
  }
}

test('[sig-api-machinery] Servers with support for API chunking should return chunks of results for list calls [Conformance]', async () => {
  const templates = await fourHundred()
  for (const limits of [[1, 40, 7], [40], [13, 29]]) {
    let i = 0
    const limit = () => limits[i++ % limits.length] as number
    const asked = limit()
    const first = await templates.list({ limit: String(asked) })
    assert.equal(first.items.length, asked)
    assert.equal(await readOn(templates, { start: 0, first, limit }), TOTAL)
  }
  const all = await templates.list({ limit: String(TOTAL + 1) })
  assert.equal(all.items.length, TOTAL)
})

test('[sig-api-machinery] Servers with support for API chunking should support continue listing from the last key if the original version has been compacted away, though the list is inconsistent [Conformance] [Slow]', async () => {
  const templates = await fourHundred()
  const limit = TOTAL / 10
  const first = await templates.list({ limit: String(limit) })
  assert.equal(first.metadata.remainingItemCount, TOTAL - limit)
  // Time goes by: others write, and what was is forgotten.
  await stage.resource(ConfigMap, templates.namespace).create({ metadata: { name: 'other' } })
  await stage.cluster.compact()
  const { status } = await refused('Expired', templates.list({ limit: String(limit), continue: first.metadata.continue }))
  const token = status.metadata.continue
  assert(token)
  const second = await templates.list({ limit: String(limit), continue: token })
  assert.notEqual(second.metadata.resourceVersion, first.metadata.resourceVersion)
  assert.equal(second.items.length, limit)
  assert.equal(await readOn(templates, { start: limit, first: second, limit: () => limit }), TOTAL)
})
