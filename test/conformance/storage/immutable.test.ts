/** Config maps and secrets that may not change any more. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AnyKind } from '#kinds/catalogue.ts'
import { ConfigMap } from '#kinds/core/config-map.ts'
import { Secret } from '#kinds/core/secret.ts'
import { refused } from '../support/resource.ts'
import { useStage } from '../support/stage.ts'

const stage = useStage()
const base64 = (text: string) => Buffer.from(text).toString('base64')

async function keepsImmutable(kind: AnyKind, text: (value: string) => string): Promise<void> {
  const resource = stage.resource(kind, await stage.namespace('immutable'))
  await resource.create({ metadata: { name: 'one' }, data: { 'data-1': text('value-1') } })
  await resource.change('one', draft => (draft.data['data-4'] = text('value-4')))
  await resource.change('one', draft => (draft.immutable = true))
  await refused(
    'Invalid',
    resource.change('one', draft => (draft.data['data-5'] = text('value-5'))),
  )
  await refused(
    'Invalid',
    resource.change('one', draft => (draft.immutable = false)),
  )
  await refused(
    'Invalid',
    resource.change('one', draft => delete draft.immutable),
  )
  await resource.change('one', draft => (draft.metadata.labels = { label1: 'value1' }))
  const { data, immutable, metadata } = await resource.get('one')
  assert.deepEqual(data, { 'data-1': text('value-1'), 'data-4': text('value-4') })
  assert.equal(immutable, true)
  assert.deepEqual(metadata.labels, { label1: 'value1' })
  await resource.delete('one')
  await resource.gone('one')
}
test('[sig-storage] ConfigMap should be immutable if `immutable` field is set [Conformance]', () => keepsImmutable(ConfigMap, text => text))
test('[sig-storage] Secrets should be immutable if `immutable` field is set [Conformance]', () => keepsImmutable(Secret, base64))
