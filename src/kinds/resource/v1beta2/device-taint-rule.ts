/** DeviceTaintRule: ?file resource/v1beta2/device-taint-rule. */
import { Condition } from '#kinds/meta/condition.ts'
import { string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { DeviceTaint } from './again.ts'
import { kind, struct } from './group.ts'

export class DeviceTaintSelector extends struct({
  driver: field(2, string, '?DeviceTaintSelector.driver', { explicit: true }),
  pool: field(3, string, '?DeviceTaintSelector.pool', { explicit: true }),
  device: field(4, string, '?DeviceTaintSelector.device', { explicit: true }),
}) {}

export class DeviceTaintRuleSpec extends struct({
  deviceSelector: field(1, DeviceTaintSelector, '?DeviceTaintRuleSpec.deviceSelector'),
  taint: field(2, DeviceTaint, '?DeviceTaintRuleSpec.taint', { always: true }),
}) {}

export class DeviceTaintRuleStatus extends struct({
  conditions: field(
    1,
    list(Condition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }),
    '?DeviceTaintRuleStatus.conditions',
  ),
}) {}

export class DeviceTaintRule extends kind({
  plural: 'devicetaintrules',
  scope: 'Cluster',
  fields: {
    spec: field(2, DeviceTaintRuleSpec, '?DeviceTaintRule.spec', { always: true }),
    status: field(3, DeviceTaintRuleStatus, '?DeviceTaintRule.status', { written: true }),
  },
  subresources: { status: true },
}) {}
