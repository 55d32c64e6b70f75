/** The kinds of apiextensions.k8s.io/v1. */
import { CustomResourceDefinition } from './custom-resource-definition.ts'

export const kinds = [CustomResourceDefinition] as const
