/** The kinds of resource.k8s.io/v1alpha3. */
import { DeviceTaintRule } from './device-taint-rule.ts'
import { ResourcePoolStatusRequest } from './resource-pool-status-request.ts'

export const kinds = [DeviceTaintRule, ResourcePoolStatusRequest] as const
