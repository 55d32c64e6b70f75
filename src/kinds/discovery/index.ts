/** The kinds of discovery.k8s.io/v1. */
import { EndpointSlice } from './endpoint-slice.ts'

export const kinds = [EndpointSlice] as const
