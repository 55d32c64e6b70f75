/** DeviceConfiguration: configuration that is handed to a driver. */
import { rawExtension, string } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class OpaqueDeviceConfiguration extends struct({
  driver: field(1, string, 'The driver for which the parameters are meant.', { required: true }),
  parameters: field(2, rawExtension, 'Whatever the driver understands.', { always: true }),
}) {}

export class DeviceConfiguration extends struct({
  opaque: field(1, OpaqueDeviceConfiguration, 'Configuration that only the driver understands.'),
}) {}
