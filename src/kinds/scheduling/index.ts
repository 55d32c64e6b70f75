/** The kinds of scheduling.k8s.io/v1. */
import { PriorityClass } from './priority-class.ts'

export const kinds = [PriorityClass] as const
