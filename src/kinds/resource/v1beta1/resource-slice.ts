/** ResourceSlice: devices that a driver offers, as v1beta1 shows them. */

import { age } from '#kinds/columns.ts'
import { ResourceSliceSpec as ResourceSliceSpecV1, ResourceSlice as ResourceSliceV1 } from '#kinds/resource/resource-slice.ts'
import { checkSlice } from '#kinds/resource/slice-rules.ts'
import { bool, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { shownSlice, storedSlice } from './conversion.ts'
import { Device } from './device.ts'
import { fieldsAgain, kind, struct } from './group.ts'

export class ResourceSliceSpec extends struct(
  {
    ...fieldsAgain(ResourceSliceSpecV1),
    nodeName: field(3, string, 'The node on which it can be used.'),
    allNodes: field(5, bool, 'Whether it can be used on all nodes.'),
    devices: field(6, list(Device, { listType: 'atomic' }), 'The devices.'),
  },
  { validate: checkSlice },
) {}

export class ResourceSlice extends kind({
  plural: 'resourceslices',
  scope: 'Cluster',
  fields: {
    spec: field(2, ResourceSliceSpec, 'What is wanted.', { always: true }),
  },
  bumpsGeneration: ['spec'],
  columns: {
    Node: ({ spec }) => spec.nodeName ?? '',
    Driver: ({ spec }) => spec.driver,
    Pool: ({ spec }) => spec.pool.name,
    Age: age,
  },
  selectable: { 'spec.nodeName': ({ spec }) => spec.nodeName ?? '', 'spec.driver': ({ spec }) => spec.driver },
  view: { of: () => ResourceSliceV1, show: shownSlice, store: storedSlice },
}) {}
