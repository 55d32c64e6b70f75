/** DeviceClass: ?file resource/device-class. */
import { string } from '#schema/scalars.ts'
import { field, inline, list } from '#schema/vocabulary.ts'
import { DeviceConfiguration } from './device-configuration.ts'
import { DeviceSelector } from './device-selector.ts'
import { kind, struct } from './group.ts'

export class DeviceClassConfiguration extends struct({
  ...inline(1, DeviceConfiguration),
}) {}

export class DeviceClassSpec extends struct({
  selectors: field(1, list(DeviceSelector, { listType: 'atomic' }), '?DeviceClassSpec.selectors'),
  config: field(2, list(DeviceClassConfiguration, { listType: 'atomic' }), '?DeviceClassSpec.config'),
  extendedResourceName: field(4, string, '?DeviceClassSpec.extendedResourceName', { explicit: true }),
}) {}

export class DeviceClass extends kind({
  plural: 'deviceclasses',
  scope: 'Cluster',
  fields: {
    spec: field(2, DeviceClassSpec, '?DeviceClass.spec', { always: true }),
  },
}) {}
