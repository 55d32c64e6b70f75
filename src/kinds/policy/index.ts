/** The kinds of policy/v1. */
import { PodDisruptionBudget } from './pod-disruption-budget.ts'

export const kinds = [PodDisruptionBudget] as const
