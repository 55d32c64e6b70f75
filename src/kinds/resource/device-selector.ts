/** DeviceSelector: ?file resource/device-selector. */
import { string } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class CELDeviceSelector extends struct({
  expression: field(1, string, '?CELDeviceSelector.expression', { required: true }),
}) {}

export class DeviceSelector extends struct({
  cel: field(1, CELDeviceSelector, '?DeviceSelector.cel'),
}) {}
