/** The objects of dynamic resource allocation: every verb, and every kind of patch. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AnyKind } from '#kinds/catalogue.ts'
import { DeviceClass } from '#kinds/resource/device-class.ts'
import { ResourceClaim } from '#kinds/resource/resource-claim.ts'
import { ResourceClaimTemplate } from '#kinds/resource/resource-claim-template.ts'
import { ResourceSlice } from '#kinds/resource/resource-slice.ts'
import type { Any, PatchType, Query } from '../support/resource.ts'
import { useStage } from '../support/stage.ts'

const stage = useStage()
const LABEL = 'test.dra.example.com'
const SELECTOR = { labelSelector: 'dra-e2e=true' }

interface Crud {
  readonly kind: AnyKind
  readonly object: object
  /** What an update and each patch bring. */
  readonly change: (draft: Any) => void
  readonly patches: Partial<Record<PatchType, unknown>>
  readonly isChanged: (object: Any) => void
  readonly status?: {
    readonly change: (draft: Any) => void
    readonly patches: Partial<Record<PatchType, unknown>>
    readonly isChanged: (object: Any) => void
  }
}
async function runCrud({ kind, object, change, patches, isChanged, status }: Crud): Promise<void> {
  const resource = stage.resource(kind, kind.options.scope === 'Namespaced' ? await stage.namespace('dra') : undefined)
  await using watching = await resource.watch(SELECTOR)
  const make = (name: string) => resource.create({ ...object, metadata: { name, labels: { 'dra-e2e': 'true' } } })
  const { metadata } = await make('test')
  await watching.until(({ type, object: seen }) => type === 'ADDED' && seen.metadata.uid === metadata.uid)
  assert.equal((await resource.get('test')).metadata.uid, metadata.uid)
  await resource.change('test', change)
  isChanged(await resource.get('test'))
  await watching.until(({ type, object: seen }) => type === 'MODIFIED' && seen.metadata.uid === metadata.uid)
  if (status) {
    await resource.change('test', status.change, 'status')
    status.isChanged(await resource.get('test', 'status'))
  }
  for (const [type, body] of Object.entries(patches) as [PatchType, Any][]) {
    const name = `test-${type}`
    const typed = type === 'apply' ? { apiVersion: kind.apiVersion, kind: kind.name, ...body } : body
    const query: Query = type === 'apply' ? { fieldManager: 'e2e', force: 'true' } : {}
    await make(name)
    await resource.patch(name, typed, { type, query })
    isChanged(await resource.get(name))
    const statusPatch = status?.patches[type] as Any
    if (!status || !statusPatch) continue
    const typedStatus = type === 'apply' ? { apiVersion: kind.apiVersion, kind: kind.name, ...statusPatch } : statusPatch
    await resource.patch(name, typedStatus, { type, query, subresource: 'status' })
    status.isChanged(await resource.get(name, 'status'))
  }
  const count = 1 + Object.keys(patches).length
  await resource.everywhere.counted(count, SELECTOR)
  await resource.delete('test')
  await resource.gone('test')
  await watching.until(({ type, object: seen }) => type === 'DELETED' && seen.metadata.uid === metadata.uid)
  await resource.counted(count - 1, SELECTOR)
  await resource.deleteCollection(SELECTOR)
  await resource.counted(0, SELECTOR)
}

const labels = { metadata: { labels: { [LABEL]: 'test' } } }
const labelled = {
  change: (draft: Any) => (draft.metadata.labels[LABEL] = 'test'),
  isChanged: ({ metadata }: Any) => assert.equal(metadata.labels[LABEL], 'test'),
}
const devices = { requests: [{ name: 'req-0', exactly: { deviceClassName: 'dra.example.com' } }] }

test('[sig-node] [DRA] CRUD Tests resource.k8s.io/v1 DeviceClass [Conformance]', () =>
  runCrud({
    kind: DeviceClass,
    object: { spec: { selectors: [{ cel: { expression: 'false' } }] } },
    change: ({ spec }) => (spec.selectors[0].cel.expression = '1 == 0'),
    patches: { strategic: { spec: { selectors: [{ cel: { expression: '1 == 0' } }] } } },
    isChanged: ({ spec }) => assert.deepEqual(spec.selectors, [{ cel: { expression: '1 == 0' } }]),
  }))

test('[sig-node] [DRA] CRUD Tests resource.k8s.io/v1 ResourceClaim [Conformance]', () =>
  runCrud({
    kind: ResourceClaim,
    object: { spec: { devices } },
    ...labelled,
    patches: {
      apply: labels,
      strategic: labels,
      merge: labels,
      json: [{ op: 'add', path: `/metadata/labels/${LABEL}`, value: 'test' }],
    },
    status: {
      change: ({ status }) => (status.allocation = {}),
      patches: {
        apply: { status: { allocation: {} } },
        strategic: { status: { allocation: {} } },
        merge: { status: { allocation: {} } },
        json: [{ op: 'add', path: '/status/allocation', value: {} }],
      },
      isChanged: ({ status }) => assert.deepEqual(status.allocation, { devices: {} }),
    },
  }))

test('[sig-node] [DRA] CRUD Tests resource.k8s.io/v1 ResourceClaimTemplate [Conformance]', () =>
  runCrud({
    kind: ResourceClaimTemplate,
    object: { spec: { spec: { devices } } },
    ...labelled,
    patches: { strategic: labels },
  }))

test('[sig-node] [DRA] CRUD Tests resource.k8s.io/v1 ResourceSlice [Conformance]', () =>
  runCrud({
    kind: ResourceSlice,
    object: {
      spec: { driver: 'dra.example.com', pool: { name: 'cluster', generation: 1, resourceSliceCount: 1 }, nodeName: 'no-such-node' },
    },
    change: ({ spec }) => (spec.devices = [{ name: 'device-0' }]),
    patches: { strategic: { spec: { devices: [{ name: 'device-0' }] } } },
    isChanged: ({ spec }) => assert.deepEqual(spec.devices, [{ name: 'device-0' }]),
  }))
