/** The list of all API groups, their versions and kinds. A group's kinds are loaded when they are first asked for. */
import type { KindClass } from './declare.ts'

// biome-ignore lint: kinds of all types stand side by side in the catalogue
export type AnyKind = KindClass<any>

export interface CatalogueVersion {
  readonly version: string
  readonly kinds: () => Promise<readonly AnyKind[]>
}
export interface CatalogueGroup {
  /** '' for core. */
  readonly group: string
  /** The first one is the preferred version. */
  readonly versions: readonly CatalogueVersion[]
}
export const catalogue: readonly CatalogueGroup[] = []
