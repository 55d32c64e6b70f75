/** The kinds of node.k8s.io/v1. */
import { RuntimeClass } from './runtime-class.ts'

export const kinds = [RuntimeClass] as const
