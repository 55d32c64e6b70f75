/** The kinds of storagemigration.k8s.io/v1beta1. */
import { StorageVersionMigration } from './storage-version-migration.ts'

export const kinds = [StorageVersionMigration] as const
