/** DeviceTaintRule: a taint for devices that match. */
import { age } from '#kinds/columns.ts'
import { Condition } from '#kinds/meta/condition.ts'
import { string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { DeviceTaint } from './again.ts'
import { kind, struct } from './group.ts'

export class DeviceTaintSelector extends struct({
  driver: field(2, string, 'Devices of this driver.', { explicit: true }),
  pool: field(3, string, 'Devices of this pool.', { explicit: true }),
  device: field(4, string, 'The device of this name.', { explicit: true }),
}) {}

export class DeviceTaintRuleSpec extends struct({
  deviceSelector: field(1, DeviceTaintSelector, 'The devices that get the taint.'),
  taint: field(2, DeviceTaint, 'The taint.', { always: true }),
}) {}

export class DeviceTaintRuleStatus extends struct({
  conditions: field(
    1,
    list(Condition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }),
    'Findings about the present state.',
  ),
}) {}

export class DeviceTaintRule extends kind({
  plural: 'devicetaintrules',
  scope: 'Cluster',
  fields: {
    spec: field(2, DeviceTaintRuleSpec, 'What is wanted.', { always: true }),
    status: field(3, DeviceTaintRuleStatus, 'What was last observed.', { written: true }),
  },
  subresources: { status: true },
  bumpsGeneration: ['spec'],
  columns: { Age: age },
}) {}
