/** The kinds of apiregistration.k8s.io/v1. */
import { APIService } from './api-service.ts'

export const kinds = [APIService] as const
