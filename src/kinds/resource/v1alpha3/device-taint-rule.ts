/** DeviceTaintRule under its first version: the same as in v1beta2. */
import { DeviceTaintRule as OriginalDeviceTaintRule } from '#kinds/resource/v1beta2/device-taint-rule.ts'
import { again } from './group.ts'

export class DeviceTaintRule extends again(OriginalDeviceTaintRule) {}
