/** DeviceSelector: a condition on devices. */
import { string } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { checkExpression } from './expression-rules.ts'
import { struct } from './group.ts'

export class CELDeviceSelector extends struct(
  {
    expression: field(1, string, 'A CEL expression that is true for suitable devices.', { required: true }),
  },
  { validate: checkExpression },
) {}

export class DeviceSelector extends struct({
  cel: field(1, CELDeviceSelector, 'A selector in CEL.'),
}) {}
