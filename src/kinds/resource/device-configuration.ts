/** DeviceConfiguration: ?file resource/device-configuration. */
import { rawExtension, string } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class OpaqueDeviceConfiguration extends struct({
  driver: field(1, string, '?OpaqueDeviceConfiguration.driver', { required: true }),
  parameters: field(2, rawExtension, '?OpaqueDeviceConfiguration.parameters', { always: true }),
}) {}

export class DeviceConfiguration extends struct({
  opaque: field(1, OpaqueDeviceConfiguration, '?DeviceConfiguration.opaque'),
}) {}
