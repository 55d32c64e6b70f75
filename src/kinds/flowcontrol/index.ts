/** The kinds of flowcontrol.apiserver.k8s.io/v1. */
import { FlowSchema } from './flow-schema.ts'
import { PriorityLevelConfiguration } from './priority-level-configuration.ts'

export const kinds = [FlowSchema, PriorityLevelConfiguration] as const
