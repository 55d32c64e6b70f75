/** The kinds of internal.apiserver.k8s.io/v1alpha1. */
import { StorageVersion } from './storage-version.ts'

export const kinds = [StorageVersion] as const
