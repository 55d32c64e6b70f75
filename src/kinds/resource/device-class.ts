/** DeviceClass: devices that have something in common. */
import { age } from '#kinds/columns.ts'
import { string } from '#schema/scalars.ts'
import { field, inline, list } from '#schema/vocabulary.ts'
import { DeviceConfiguration } from './device-configuration.ts'
import { DeviceSelector } from './device-selector.ts'
import { kind, struct } from './group.ts'

export class DeviceClassConfiguration extends struct({
  ...inline(1, DeviceConfiguration),
}) {}

export class DeviceClassSpec extends struct({
  selectors: field(1, list(DeviceSelector, { listType: 'atomic' }), 'Conditions that each device of the class must meet.'),
  config: field(2, list(DeviceClassConfiguration, { listType: 'atomic' }), 'Configuration for the drivers.'),
  extendedResourceName: field(4, string, 'The extended resource that pods may ask for instead.', { explicit: true }),
}) {}

export class DeviceClass extends kind({
  plural: 'deviceclasses',
  scope: 'Cluster',
  fields: {
    spec: field(2, DeviceClassSpec, 'What is wanted.', { always: true }),
  },
  bumpsGeneration: ['spec'],
  columns: { Age: age },
}) {}
